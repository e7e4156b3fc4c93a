// SPDX-License-Identifier: MIT
#include "commands/cluster_view.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

using state::VMInfo;
using state::VMState;

std::string_view style_of(const VMInfo& vm) {
  if (vm.unreachable_since) return style::yellow;
  switch (vm.state) {
    case VMState::RUNNING:
      return style::green;
    case VMState::CRASHED:
      return style::red;
    case VMState::SHUTOFF:
      return style::faint;
    default:
      return style::yellow;
  }
}

std::string state_text(const VMInfo& vm) {
  std::string out(to_string(vm.state));
  if (vm.unreachable_since) out += fmt::format(" (unreachable since {})", vm.unreachable_since->to_string());
  return out;
}

std::string notes(const VMInfo& vm) {
  std::string out;
  const auto add = [&](std::string_view note) {
    if (note.empty()) return;
    if (!out.empty()) out += "; ";
    out += note;
  };
  add(vm.state_reason);
  if (vm.pending == state::Pending::create) add("being created");
  if (vm.pending == state::Pending::remove) add("being removed");
  if (!vm.auto_start) add("no auto-start");
  return out;
}

Table vm_table(std::span<const VMInfo> vms) {
  Table out({{"NAME"}, {"STATE"}, {"IP"}, {"VCPUS", true}, {"MEMORY", true}, {"GPUS", true}, {"NOTES"}});
  for (const VMInfo& vm : vms) {
    out.row({vm.name, state_cell(vm), vm.ip_address.value_or(""), std::to_string(vm.cpu_cores), fmt::format("{} GiB", vm.memory_gb),
             std::to_string(vm.gpu_count), notes(vm)});
  }
  return out;
}

/// A line for each network, volume and pool with which something is wrong.
template <class Objects>
std::string troubles(std::string_view heading, const Objects& objects) {
  std::string out;
  for (const auto& object : objects) {
    const std::string trouble = trouble_text(object);
    if (!trouble.empty()) out += fmt::format("{:8} {} is {}\n", heading, escape(object.name), trouble);
  }
  return out;
}

}  // namespace

Cell state_cell(const VMInfo& vm) { return {state_text(vm), style_of(vm)}; }

void write_objects(JsonWriter& out, const state::ClusterState& cluster) {
  write_list(out, "vms", cluster.vms);
  write_list(out, "networks", cluster.networks);
  write_list(out, "volumes", cluster.volumes);
  write_list(out, "pools", cluster.pools);
}

std::string holder_text(const state::Holder& holder) {
  return fmt::format("{} (pid {} on {}, since {})", escape(holder.what), holder.pid, escape(holder.host), holder.since.to_string());
}

void write_holder(JsonWriter& out, const std::optional<state::Holder>& holder) {
  if (!holder) {
    out.value(nullptr);
    return;
  }
  out.begin_object().member("what", holder->what).member("program", holder->program).member("host", holder->host).member("pid", holder->pid);
  out.member("since", holder->since.to_string()).end_object();
}

std::optional<std::string> text_of(const std::optional<state::Uuid>& uuid) {
  if (!uuid) return std::nullopt;
  return uuid->to_string();
}

std::string status_text(const state::ClusterState& cluster) {
  std::size_t count = 0;
  std::optional<state::Timestamp> since;
  for (const VMInfo& vm : cluster.vms) {
    if (!vm.unreachable_since) continue;
    ++count;
    if (!since || earlier(*vm.unreachable_since, *since)) since = vm.unreachable_since;
  }
  return count == 0 ? cluster.status : fmt::format("{} ({} unreachable since {})", cluster.status, count, since->to_string());
}

std::string sentence(const state::Difference& difference) {
  const auto shown = [](const std::string& text) { return text.empty() ? "nothing" : text; };
  std::string object(to_string(difference.kind));
  if (!difference.name.empty()) object += " " + difference.name;
  const std::string reason = difference.reason.empty() ? "" : fmt::format(" ({})", difference.reason);
  return fmt::format("{}: {} was {}, is {}{}", object, difference.field, shown(difference.expected), shown(difference.found), reason);
}

std::vector<std::string> sentences(std::span<const state::Difference> changes) {
  std::vector<std::string> out;
  std::string_view whose_state;
  for (const state::Difference& change : changes) {
    if (change.kind == state::ObjectKind::vm && change.field == "state") whose_state = change.name;
    if (change.kind == state::ObjectKind::vm && change.field == "state_reason" && change.name == whose_state) continue;
    out.push_back(sentence(change));
  }
  return out;
}

std::vector<std::string> changed_objects(std::span<const state::Difference> changes) {
  std::vector<std::string> out;
  for (const state::Difference& change : changes) {
    std::string object = fmt::format("{}/{}", to_string(change.kind), change.name);
    if (std::find(out.begin(), out.end(), object) == out.end()) out.push_back(std::move(object));
  }
  return out;
}

void write_unreachable(JsonWriter& out, std::span<const state::Unreachable> unreachable) {
  out.key("unreachable").begin_array();
  for (const state::Unreachable& hypervisor : unreachable) {
    out.begin_object().member("hypervisor", hypervisor.hypervisor).member("why", hypervisor.why).end_object();
  }
  out.end_array();
}

void write_strangers(JsonWriter& out, std::span<const state::Stranger> strangers, std::string_view name) {
  out.key(name).begin_array();
  for (const state::Stranger& stranger : strangers) {
    out.begin_object().member("kind", to_string(stranger.kind)).member("name", stranger.name).member("uuid", text_of(stranger.uuid));
    out.member("own", stranger.own).member("why", stranger.why).end_object();
  }
  out.end_array();
}

void write_changes(JsonWriter& out, std::span<const state::Difference> changes) {
  out.begin_array();
  for (const state::Difference& change : changes) {
    out.begin_object().member("kind", to_string(change.kind)).member("name", change.name).member("field", change.field);
    out.member("expected", change.expected).member("found", change.found).member("reason", change.reason);
    out.member("since", change.since ? std::optional(change.since->to_string()) : std::nullopt).end_object();
  }
  out.end_array();
}

void write_differences(JsonWriter& out, std::span<const ConfigDifference> differences) {
  out.begin_array();
  for (const ConfigDifference& difference : differences) {
    out.begin_object().member("object", difference.object).member("field", difference.field);
    out.member("exists", difference.exists).member("wanted", difference.wanted).end_object();
  }
  out.end_array();
}

std::string ClusterView::table(bool color) const {
  const state::ClusterState& cluster = facts_.snapshot->state;
  std::string out = fmt::format("Cluster  {} ({})\nStatus   {}\nState    {}, revision {}\n", escape(cluster.cluster_name),
                                escape(cluster.cluster_type), escape(status_text(cluster)), escape(facts_.location), cluster.revision);
  if (facts_.operation) out += fmt::format("At work  {}\n", holder_text(*facts_.operation));
  out += troubles("Network", cluster.networks) + troubles("Volume", cluster.volumes) + troubles("Pool", cluster.pools);
  return out + "\n" + vm_table(cluster.vms).text(color);
}

void ClusterView::json(JsonWriter& out) const {
  const state::ClusterState& cluster = facts_.snapshot->state;
  out.begin_object().member("cluster_name", cluster.cluster_name).member("cluster_type", cluster.cluster_type).member("status", cluster.status);
  out.member("created_at", cluster.created_at.to_string()).member("last_modified", cluster.last_modified.to_string());
  out.member("revision", cluster.revision).member("lineage", text_of(cluster.lineage)).member("state_location", facts_.location);
  write_holder(out.key("operation"), facts_.operation);
  write_unreachable(out, facts_.unreachable);
  write_changes(out.key("changes"), facts_.changes);
  write_strangers(out, facts_.strangers);
  write_differences(out.key("differences"), facts_.differences);
  out.key("without_address").begin_array();
  for (const std::string& name : facts_.without_address) out.value(name);
  out.end_array();
  write_objects(out, cluster);
  out.end_object();
}

std::vector<std::string> ClusterView::names() const {
  std::vector<std::string> out;
  for (const VMInfo& vm : facts_.snapshot->state.vms) out.push_back(vm.name);
  return out;
}

std::string VmView::table(bool color) const { return vm_table({&vm_, 1}).text(color); }
void VmView::json(JsonWriter& out) const { out.raw(state::to_json(vm_)); }

}  // namespace aihow::tool
