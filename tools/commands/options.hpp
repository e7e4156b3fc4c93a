// SPDX-License-Identifier: MIT
// The options of the command line, as a table.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace aihow::tool {

enum class Option : std::uint8_t {
  state,
  connect,
  output,
  json,
  timeout,
  lock_timeout,
  verbose,
  log_level,
  log_file,
  no_color,
  yes,
  non_interactive,
  help,
  version,
  cluster,
  wait,
  shutdown_timeout,
  trust_image,
  skip_pcie_validation,
  skip_host_checks,
  strict,
  force,
  from,
  backup,
  full,
  min_interval,
  resync,
  at,
  since,
  limit,
  dry_run,
  follow,
};

struct OptionSpec {
  Option option;
  std::string_view name;      ///< without the dashes
  char letter;                ///< 0: none
  std::string_view argument;  ///< `LOCATION`; `[=DURATION]` where it may be left out; empty: a flag
  std::string_view help;
  bool global;                    ///< every command takes it
  std::string_view implied = {};  ///< the value where the argument is left out
};

inline constexpr std::array option_table{
    OptionSpec{Option::state, "state", 0, "LOCATION", "where the state is; default $AI_HOW_STATE_FILE, else output/state.json", true},
    OptionSpec{Option::connect, "connect", 0, "URI", "the hypervisor; default $LIBVIRT_URI, else $LIBVIRT_DEFAULT_URI, else qemu:///system", true},
    OptionSpec{Option::output, "output", 'o', "FORM", "table (default), json, yaml, or name", true},
    OptionSpec{Option::json, "json", 0, "", "the same as -o json", true},
    OptionSpec{Option::timeout, "timeout", 0, "DURATION", "how long each answer of libvirt may take; default 10s", true},
    OptionSpec{Option::lock_timeout, "lock-timeout", 0, "DURATION", "how long to wait for another command; default 10s, 0 fails at once", true},
    OptionSpec{Option::verbose, "verbose", 'v', "", "show each call to libvirt and each decision", true},
    OptionSpec{Option::log_level, "log-level", 0, "LEVEL",
               "error, warning, info or debug; default $AI_HOW_LOG_LEVEL, else info (the log file: debug)", true},
    OptionSpec{Option::log_file, "log-file", 0, "FILE", "append what is done to FILE", true},
    OptionSpec{Option::no_color, "no-color", 0, "", "no colours; also $NO_COLOR", true},
    OptionSpec{Option::yes, "yes", 0, "", "answer questions with yes (on a terminal)", true},
    OptionSpec{Option::non_interactive, "non-interactive", 0, "", "never ask, as if there were no terminal", true},
    OptionSpec{Option::help, "help", 'h', "", "show help", true},
    OptionSpec{Option::version, "version", 0, "", "show the version", true},
    OptionSpec{Option::cluster, "cluster", 0, "NAME", "which cluster, where there are several", false},
    OptionSpec{Option::wait, "wait", 0, "[=DURATION]", "return when every VM has an address; default 300s", false, "300s"},
    OptionSpec{Option::shutdown_timeout, "shutdown-timeout", 0, "DURATION",
               "how long a guest may take to shut down before it is forced off; default 60s", false},
    OptionSpec{Option::trust_image, "trust-image", 0, "", "accept base images with backing or data files", false},
    OptionSpec{Option::skip_pcie_validation, "skip-pcie-validation", 0, "", "leave out the checks of passthrough devices", false},
    OptionSpec{Option::skip_host_checks, "skip-host-checks", 0, "", "leave out all checks of this machine", false},
    OptionSpec{Option::strict, "strict", 0, "", "refuse what is let pass otherwise: unknown keys; documents edited by hand", false},
    OptionSpec{Option::force, "force", 0, "", "do it without asking", false},
    OptionSpec{Option::from, "from", 0, "FILE", "the document to go back to", false},
    OptionSpec{Option::backup, "backup", 0, "", "go back to the backup beside the state (the default)", false},
    OptionSpec{Option::full, "full", 0, "", "look as thoroughly as drift does", false},
    OptionSpec{Option::min_interval, "min-interval", 0, "DURATION",
               "where only the times are new, write them no more often than this; default 0, for watch 60s", false},
    OptionSpec{Option::resync, "resync", 0, "DURATION", "how often to look at everything, events or not; default 10s, 0: only at events", false},
    OptionSpec{Option::at, "at", 0, "REV|TIME", "as it was: a revision, a time, or how long ago", false},
    OptionSpec{Option::since, "since", 0, "WHEN", "what came after: a time or how long ago (history), a revision (changes)", false},
    OptionSpec{Option::limit, "limit", 'n', "N", "at most so many; default 20, with --since all", false},
    OptionSpec{Option::dry_run, "dry-run", 0, "", "show what would change, and change nothing", false},
    OptionSpec{Option::follow, "follow", 0, "", "go on with what happens from now on, until Ctrl-C", false},
};

constexpr const OptionSpec& spec(Option option) noexcept { return option_table[static_cast<std::size_t>(option)]; }

}  // namespace aihow::tool
