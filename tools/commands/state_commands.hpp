// SPDX-License-Identifier: MIT
// The commands of the group `state`, as rows of the registry. None of them asks libvirt.
#pragma once
#include <array>
#include "commands/command.hpp"

namespace aihow::tool {

ExitCode run_state_import(Session& session);
ExitCode run_state_list(Session& session);
ExitCode run_state_verify(Session& session);

namespace detail {

inline constexpr std::array state_import_options{Option::force};
inline constexpr std::array state_verify_options{Option::strict};

inline constexpr std::string_view state_import_details =
    "Converts FILE, a state of the existing Python tool (its layout 2.0), and makes it the state. What has no place in ours\n"
    "is kept as it is. Refused where a state stands already; with --force it replaces one of the same cluster, which\n"
    "becomes the backup. FILE is left alone; where it is the state's own file it is kept as FILE.layout-2.";
inline constexpr std::string_view state_import_examples =
    "ai-how state import old/state.json\n"
    "ai-how state import output/state.json                          # in its place\n"
    "ai-how --state lab.json state import old/state.json --force    # again";
inline constexpr std::string_view state_list_details =
    "Shows the VMs of the state and what they were last seen doing. Nobody is asked, nothing is written.";
inline constexpr std::string_view state_list_examples =
    "ai-how state list\n"
    "ai-how state list -o name\n"
    "ai-how state list -o json | jq -r '.vms[] | select(.state == \"CRASHED\") | .name'";
inline constexpr std::string_view state_verify_details =
    "Says of FILE, or of the state and its backup, whether it is valid (as it was written: the checksum matches), edited or\n"
    "unsigned (a valid document, changed or written by somebody else), or corrupt, and where: line, column and member.\n"
    "Writes nothing. Exit code 8 where one is corrupt; with --strict also where one is edited or unsigned.";
inline constexpr std::string_view state_verify_examples =
    "ai-how state verify\n"
    "ai-how state verify copy.json\n"
    "ai-how state verify --strict || ai-how state verify -o json";

}  // namespace detail

inline constexpr std::array state_commands{
    Command{
        "state", "list", "the VMs in the state, and their states", {}, {}, detail::state_list_details, detail::state_list_examples, run_state_list},
    Command{"state",
            "verify",
            "whether the state, or a file, is valid",
            {"[FILE]", 0, 1},
            detail::state_verify_options,
            detail::state_verify_details,
            detail::state_verify_examples,
            run_state_verify},
    Command{"state",
            "import",
            "take over a state of the existing Python tool",
            {"FILE", 1, 1},
            detail::state_import_options,
            detail::state_import_details,
            detail::state_import_examples,
            run_state_import},
};

}  // namespace aihow::tool
