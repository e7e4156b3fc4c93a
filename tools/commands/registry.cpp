// SPDX-License-Identifier: MIT
// One table: a command that is added here has its help, its options and its place in the overview.
#include "commands/registry.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include "commands/state_commands.hpp"
#include "commands/suggest.hpp"
#include "commands/usage_error.hpp"

namespace aihow::tool {
namespace {

constexpr std::array group_table{
    Group{"hpc", "an HPC cluster: a controller and compute nodes"},
    Group{"cloud", "a cloud cluster: a control plane and workers"},
    Group{"vm", "one virtual machine of the cluster in the state"},
    Group{"plan", "what a command would make"},
    Group{"state", "the state itself"},
};

constexpr std::array validate_options{Option::strict, Option::cluster, Option::skip_host_checks, Option::skip_pcie_validation, Option::trust_image};
constexpr std::array start_options{Option::cluster, Option::wait, Option::trust_image, Option::skip_host_checks, Option::skip_pcie_validation};
constexpr std::array stop_options{Option::cluster, Option::shutdown_timeout};
constexpr std::array status_options{Option::cluster, Option::min_interval};
constexpr std::array refresh_options{Option::full, Option::min_interval};
constexpr std::array watch_options{Option::resync, Option::min_interval};
constexpr std::array destroy_options{Option::cluster, Option::shutdown_timeout, Option::force};
constexpr std::array vm_stop_options{Option::shutdown_timeout};
constexpr std::array plan_options{Option::cluster};

constexpr std::string_view validate_details =
    "Checks CONFIG: its form, every value, and what this machine can tell (base images, passthrough devices, shared\n"
    "folders). All problems are listed, with file, line and column. Where the state has one of its clusters and libvirt\n"
    "answers, the state is refreshed too, and what changed is said.";
constexpr std::string_view validate_examples =
    "ai-how validate cluster.yaml\n"
    "ai-how validate cluster.yaml --strict              # unknown keys are errors\n"
    "ai-how validate cluster.yaml --skip-host-checks    # on any machine: the file alone\n"
    "ai-how validate cluster.yaml -o json               # problems and warnings for scripts";
constexpr std::string_view start_details =
    "Makes the cluster of CONFIG run: creates what is missing (network, pool, disks, VMs), starts what is stopped, and\n"
    "leaves alone what runs. The state is written as each step lands, so a start that was killed is finished by the\n"
    "next one. What fails undoes what this run made. Where CONFIG differs from what exists, nothing of that is changed:\n"
    "each difference is listed, and the exit code is 1.";
constexpr std::string_view start_examples =
    "ai-how {0} start cluster.yaml\n"
    "ai-how {0} start cluster.yaml --wait=5m            # return when every VM has an address\n"
    "ai-how --state lab.json {0} start cluster.yaml     # one state file per cluster\n"
    "ai-how {0} start sites.yaml --cluster north        # a file with several clusters";
constexpr std::string_view stop_details =
    "Asks every VM to shut down (ACPI), and forces off those that have not by --shutdown-timeout. Everything else of the\n"
    "cluster stays. Without CONFIG, the cluster in the state is stopped.";
constexpr std::string_view stop_examples =
    "ai-how {0} stop\n"
    "ai-how {0} stop cluster.yaml\n"
    "ai-how {0} stop --shutdown-timeout 5m\n"
    "ai-how {0} stop --shutdown-timeout 0               # at once, like pulling the plug";
constexpr std::string_view status_details =
    "Asks libvirt, writes what it saw into the state, and shows it. Where libvirt does not answer, the last known state is\n"
    "shown and marked so, and the exit code is 5. Where there is no state, but a cluster of this type runs, its state is\n"
    "made again.";
constexpr std::string_view status_examples =
    "ai-how {0} status\n"
    "ai-how {0} status -o json | jq -r '.vms[] | select(.state != \"RUNNING\") | .name'\n"
    "ai-how {0} status -o name                          # names of VMs, one per line\n"
    "ai-how --verbose {0} status                        # with each call to libvirt";
constexpr std::string_view destroy_details =
    "Removes the cluster: its VMs, disks, pool, network and state. Only what is the cluster's own goes; the last document\n"
    "stays as the backup. Asks first, and lists what goes; without a terminal it refuses unless --force is given.";
constexpr std::string_view destroy_examples =
    "ai-how {0} destroy cluster.yaml\n"
    "ai-how {0} destroy cluster.yaml --force            # in scripts\n"
    "ai-how {0} destroy --yes                           # on a terminal, the cluster in the state";
constexpr std::string_view plan_details =
    "Shows what start would create and start, and where CONFIG differs from what exists: from what the state records and,\n"
    "where there is a state and libvirt answers, from what libvirt has. Changes nothing.";
constexpr std::string_view plan_examples =
    "ai-how plan clusters cluster.yaml\n"
    "ai-how plan clusters cluster.yaml -o markdown      # for a merge request\n"
    "ai-how plan clusters cluster.yaml -o json | jq '.clusters[].differences'";

constexpr std::string_view refresh_details =
    "Asks every hypervisor of the state's VMs, side by side, and writes what they say into the state: one new revision, or\n"
    "none where nothing changed. Where one does not answer, its VMs keep what was last known of them, and the exit code is 5.";
constexpr std::string_view refresh_examples =
    "ai-how refresh\n"
    "ai-how refresh --full                              # as thorough as drift\n"
    "ai-how refresh --min-interval 5m                   # from cron: no new revision just for the time\n"
    "ai-how refresh -o json | jq '.changes'";
constexpr std::string_view drift_details =
    "Shows every difference between the state and libvirt: what, what the state expects, what was found, since when, and why\n"
    "libvirt says so. Machines of the cluster that the state does not know are differences too. Writes nothing. Exit code 10\n"
    "where there is any; 5 where a hypervisor did not answer.";
constexpr std::string_view drift_examples =
    "ai-how drift\n"
    "ai-how drift -o json | jq -r '.drift[] | select(.field == \"state\") | .name'\n"
    "ai-how drift >/dev/null || mail -s drift ops       # from cron";
constexpr std::string_view watch_details =
    "Follows libvirt's events until Ctrl-C: each is written into the state as it comes, and printed as one line. Where a\n"
    "connection breaks it is made again, everything is looked at, and both are said: no change is missed in silence.";
constexpr std::string_view watch_examples =
    "ai-how watch\n"
    "ai-how watch -o json | jq -r 'select(.found == \"CRASHED\" or .reason == \"crashed\") | .name'\n"
    "ai-how watch --resync 0                            # events alone, no looks between them";

constexpr Arguments one_config{"CONFIG", 1, 1};
constexpr Arguments maybe_config{"[CONFIG]", 0, 1};
constexpr Arguments one_name{"NAME", 1, 1};

constexpr Command start_command(std::string_view group) {
  return {group,          "start",          "create what is missing, start what is stopped", one_config, start_options, start_details,
          start_examples, run_cluster_start};
}
constexpr Command stop_command(std::string_view group) {
  return {group, "stop", "shut the VMs down", maybe_config, stop_options, stop_details, stop_examples, run_cluster_stop};
}
constexpr Command status_command(std::string_view group) {
  return {group,           "status",          "ask libvirt, update the state, show it", maybe_config, status_options, status_details,
          status_examples, run_cluster_status};
}
constexpr Command destroy_command(std::string_view group) {
  return {
      group, "destroy", "remove the cluster and its state", maybe_config, destroy_options, destroy_details, destroy_examples, run_cluster_destroy};
}
constexpr Command vm_command(std::string_view name, std::string_view summary, std::span<const Option> options, std::string_view examples) {
  return {"vm", name, summary, one_name, options, "NAME is the VM's name in the state, as 'status' shows it.", examples, run_vm_action};
}

constexpr std::array cluster_commands{
    Command{"", "validate", "check a configuration file", one_config, validate_options, validate_details, validate_examples, run_validate},
    start_command("hpc"),
    stop_command("hpc"),
    status_command("hpc"),
    destroy_command("hpc"),
    start_command("cloud"),
    stop_command("cloud"),
    status_command("cloud"),
    destroy_command("cloud"),
    vm_command("start", "start a VM that is off, or go on with a paused one", {}, "ai-how vm start compute-01"),
    vm_command("stop", "shut a VM down", vm_stop_options, "ai-how vm stop compute-01\nai-how vm stop compute-01 --shutdown-timeout 10s"),
    vm_command("restart", "shut a VM down and start it", vm_stop_options, "ai-how vm restart compute-01"),
    vm_command("pause", "pause a running VM", {}, "ai-how vm pause compute-01"),
    vm_command("resume", "go on with a paused VM", {}, "ai-how vm resume compute-01"),
    Command{"vm",
            "status",
            "show a VM, as libvirt has it now",
            one_name,
            {},
            "NAME is the VM's name in the state.",
            "ai-how vm status compute-01\nai-how vm status compute-01 -o json | jq -r .ip_address",
            run_vm_status},
    Command{"plan", "clusters", "what start would make of a configuration", one_config, plan_options, plan_details, plan_examples, run_plan_clusters,
            OutputForm::markdown},
};
constexpr std::array world_commands{
    Command{"", "refresh", "ask libvirt, and update the state", {}, refresh_options, refresh_details, refresh_examples, run_refresh},
    Command{"", "drift", "where the state and libvirt differ", {}, {}, drift_details, drift_examples, run_drift},
    Command{"", "watch", "follow libvirt's events", {}, watch_options, watch_details, watch_examples, run_watch},
};
constexpr std::array general_commands{Command{"", "version", "show the version", {}, {}, "", "ai-how version -o json", run_version}};

template <std::size_t... Sizes>
constexpr auto join(const std::array<Command, Sizes>&... parts) {
  std::array<Command, (Sizes + ...)> out{};
  std::size_t at = 0;
  const auto add = [&](const auto& part) {
    for (const Command& command : part) out[at++] = command;
  };
  (add(parts), ...);
  return out;
}
constexpr auto command_table = join(cluster_commands, world_commands, state_commands, general_commands);

[[noreturn]] void unknown(std::string_view what, const std::string& word, const std::vector<std::string_view>& known, const std::string& see) {
  const auto near = suggest(word, known);
  throw UsageError(fmt::format("unknown command '{}'", word) +
                       (near ? fmt::format("; did you mean '{}{}'?", what, *near) : fmt::format("; known are {}", fmt::join(known, ", "))),
                   see);
}

}  // namespace

std::span<const Command> commands() noexcept { return command_table; }
std::span<const Group> groups() noexcept { return group_table; }

Found find_command(const std::vector<std::string>& words) {
  Found out;
  if (words.empty()) return out;
  const auto group = std::find_if(group_table.begin(), group_table.end(), [&](const Group& row) { return row.name == words[0]; });
  const bool grouped = group != group_table.end();
  if (grouped) out.group = &*group;
  if (grouped && words.size() == 1) return out;

  const std::string_view group_name = grouped ? group->name : std::string_view();
  const std::string& name = words[grouped ? 1 : 0];
  std::vector<std::string_view> known;
  for (const Command& command : command_table) {
    if (command.group != group_name) continue;
    if (command.name == name) {
      out.command = &command;
      out.arguments.assign(words.begin() + (grouped ? 2 : 1), words.end());
      return out;
    }
    known.push_back(command.name);
  }
  if (grouped) unknown(std::string(group_name) + " ", name, known, fmt::format("ai-how {} --help", group_name));
  for (const Group& row : group_table) known.push_back(row.name);
  known.push_back("help");
  unknown("", name, known, "ai-how --help");
}

}  // namespace aihow::tool
