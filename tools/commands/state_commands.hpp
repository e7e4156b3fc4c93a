// SPDX-License-Identifier: MIT
// The commands of the group `state`, as rows of the registry. Only rebuild and import-domain ask libvirt.
#pragma once
#include <array>
#include "commands/command.hpp"

namespace aihow::tool {

ExitCode run_state_backup(Session& session);
ExitCode run_state_changes(Session& session);
ExitCode run_state_diff(Session& session);
ExitCode run_state_history(Session& session);
ExitCode run_state_import(Session& session);
ExitCode run_state_import_domain(Session& session);
ExitCode run_state_list(Session& session);
ExitCode run_state_lock(Session& session);
ExitCode run_state_mv(Session& session);
ExitCode run_state_rebuild(Session& session);
ExitCode run_state_repair(Session& session);
ExitCode run_state_restore(Session& session);
ExitCode run_state_rm(Session& session);
ExitCode run_state_show(Session& session);
ExitCode run_state_transitions(Session& session);
ExitCode run_state_undo(Session& session);
ExitCode run_state_verify(Session& session);

namespace detail {

inline constexpr std::array state_import_options{Option::force};
inline constexpr std::array state_verify_options{Option::strict};
inline constexpr std::array state_restore_options{Option::from, Option::backup, Option::dry_run};
inline constexpr std::array state_show_options{Option::at};
inline constexpr std::array state_history_options{Option::since, Option::limit};
inline constexpr std::array state_undo_options{Option::dry_run};
inline constexpr std::array state_changes_options{Option::since, Option::follow};

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

inline constexpr std::string_view state_show_details =
    "Shows all that the state says: of the cluster, or of one object, named by its name or as kind/name (volume/db-disk).\n"
    "With --at as it was then: exactly the document that was committed. Nobody is asked, nothing is written.";
inline constexpr std::string_view state_show_examples =
    "ai-how state show\n"
    "ai-how state show compute-01\n"
    "ai-how state show compute-01 -o json | jq -r .domain_uuid\n"
    "ai-how state show --at 41                          # as revision 41 was\n"
    "ai-how state show compute-01 --at 2h               # as it was two hours ago\n"
    "ai-how state show -o name                          # kind/name of every object";
inline constexpr std::string_view state_backup_details =
    "Writes a copy of the state to FILE: whole or not at all, mode 0600. Without FILE it goes beside the state, with the time\n"
    "in its name.";
inline constexpr std::string_view state_backup_examples =
    "ai-how state backup\n"
    "ai-how state backup /srv/backups/lab.json";
inline constexpr std::string_view state_restore_details =
    "Makes what revision REV was, the backup beside the state, or FILE, the state: as a new revision, the one that stood\n"
    "becomes the backup. Machines are not changed by it. What somebody has changed by hand since stays; where it is the\n"
    "same thing, that is a conflict (exit code 7). Another cluster's document is refused.";
inline constexpr std::string_view state_restore_examples =
    "ai-how state restore\n"
    "ai-how state restore 41 --dry-run\n"
    "ai-how state restore --from /srv/backups/lab.json";
inline constexpr std::string_view state_repair_details =
    "Says what is wrong with the state's files, then mends it: completes a commit that was interrupted, puts the backup in\n"
    "the place of a document that is not valid. Every bad file is kept under a new name. Exit code 8 where there is no\n"
    "valid copy to mend from: then nothing is touched.";
inline constexpr std::string_view state_repair_examples = "ai-how state repair\nai-how state repair -o json | jq .done";
inline constexpr std::string_view state_rebuild_details =
    "Makes the state of CLUSTER, which runs, again from libvirt alone: from the marks that its machines and networks carry.\n"
    "Says what libvirt cannot know. Refused where a state stands, and where libvirt has two clusters of that name.";
inline constexpr std::string_view state_rebuild_examples =
    "ai-how state rebuild lab\n"
    "ai-how --state lab.json --connect qemu+ssh://node1/system state rebuild lab";
inline constexpr std::string_view state_import_domain_details =
    "Takes a domain that carries the cluster's own mark, and that the state does not know (drift shows them), into the state.\n"
    "DOMAIN is libvirt's name for it. A copy of a mark, and machines of others, are refused.";
inline constexpr std::string_view state_import_domain_examples = "ai-how state import-domain lab-compute-07";
inline constexpr std::string_view state_lock_details =
    "Shows which command is at work on the cluster: its process, host, and since when. Nothing has to be unlocked: when that\n"
    "process ends, however it ends, the lock is free.";
inline constexpr std::string_view state_lock_examples = "ai-how state lock\nai-how state lock -o json | jq .held";
inline constexpr std::string_view state_rm_details =
    "Takes the VM NAME, and the disks that only it uses, out of the state. The machine and its disks are left as they are;\n"
    "'start' takes them back where the configuration still names the VM.";
inline constexpr std::string_view state_rm_examples = "ai-how state rm compute-07";
inline constexpr std::string_view state_mv_details =
    "Gives the VM OLD the name NEW in the state. One that libvirt has cannot be renamed: its UUID and mark follow from its\n"
    "name.";
inline constexpr std::string_view state_mv_examples = "ai-how state mv node-1 compute-01";
inline constexpr std::string_view state_transitions_details =
    "Shows the life of a VM: which action leads from which state to which. What a program asks for must be one of these; what\n"
    "libvirt reports is recorded whatever it was. Needs no state.";
inline constexpr std::string_view state_transitions_examples =
    "ai-how state transitions\n"
    "ai-how state transitions -o dot | dot -Tsvg >lifecycle.svg\n"
    "ai-how state transitions -o json | jq -r '.transitions[] | select(.from == \"RUNNING\") | .action'";

inline constexpr std::string_view state_history_details =
    "Shows who changed what, and when, newest first. With NAME (compute-01, volume/db-disk) the life of that object. WHEN is\n"
    "a time, 2025-10-21T14:32:15Z or 2025-10-21, or how long ago: 90m. Of a history that was lost or cut off the gap is\n"
    "shown. Nobody is asked, nothing is written.";
inline constexpr std::string_view state_history_examples =
    "ai-how state history\n"
    "ai-how state history compute-01 --since 2h\n"
    "ai-how state history -n 1 -o json | jq '.entries[0].actor'";
inline constexpr std::string_view state_diff_details =
    "Shows in which members of which objects the state at A and at B differ; each a revision, a time, or how long ago.\n"
    "Without B: what stands now. With -o json a JSON Patch (RFC 6902), which makes the document of B of that of A.";
inline constexpr std::string_view state_diff_examples =
    "ai-how state diff 41\n"
    "ai-how state diff 41 44\n"
    "ai-how state diff 2025-10-21 -o json >day.patch";
inline constexpr std::string_view state_undo_details =
    "Takes the last change back, or the last N: the state becomes what it was before them, as a new revision. An undo is not\n"
    "undone by the next one, which goes on from there; 'restore REV' goes forward again. Machines are not changed by it.\n"
    "What somebody has changed by hand since stays; where it is the same thing, that is a conflict (exit code 7).";
inline constexpr std::string_view state_undo_examples =
    "ai-how state undo --dry-run\n"
    "ai-how state undo\n"
    "ai-how state undo 3";
inline constexpr std::string_view state_changes_details =
    "Prints every change after revision WHEN, oldest first, one line each; with -o json one JSON object a line. Where they\n"
    "are not all known there is one line that says gap: then load the state, and go on from its revision. With --follow it\n"
    "goes on with what any process changes from now on, until Ctrl-C or SIGTERM, and then exits 0.";
inline constexpr std::string_view state_changes_examples =
    "ai-how state changes --since 41 -o json\n"
    "ai-how state changes --since 41 --follow -o json\n"
    "ai-how state changes --follow                      # from now on";

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
    Command{"state",
            "show",
            "all that the state says, or of one object",
            {"[NAME]", 0, 1},
            detail::state_show_options,
            detail::state_show_details,
            detail::state_show_examples,
            run_state_show},
    Command{"state",
            "backup",
            "copy the state to a file",
            {"[FILE]", 0, 1},
            {},
            detail::state_backup_details,
            detail::state_backup_examples,
            run_state_backup},
    Command{"state",
            "restore",
            "go back to a revision, the backup, or a copy",
            {"[REV]", 0, 1},
            detail::state_restore_options,
            detail::state_restore_details,
            detail::state_restore_examples,
            run_state_restore},
    Command{"state",
            "repair",
            "mend the state's files after a mishap",
            {},
            {},
            detail::state_repair_details,
            detail::state_repair_examples,
            run_state_repair},
    Command{"state",
            "rebuild",
            "make a lost state again from libvirt",
            {"CLUSTER", 1, 1},
            {},
            detail::state_rebuild_details,
            detail::state_rebuild_examples,
            run_state_rebuild},
    Command{"state",
            "import-domain",
            "take a machine of the cluster into the state",
            {"DOMAIN", 1, 1},
            {},
            detail::state_import_domain_details,
            detail::state_import_domain_examples,
            run_state_import_domain},
    Command{"state",
            "history",
            "who changed what, when; of all, or of one object",
            {"[NAME]", 0, 1},
            detail::state_history_options,
            detail::state_history_details,
            detail::state_history_examples,
            run_state_history},
    Command{"state",
            "diff",
            "how two states of the past differ",
            {"A [B]", 1, 2},
            {},
            detail::state_diff_details,
            detail::state_diff_examples,
            run_state_diff},
    Command{"state",
            "undo",
            "take the last changes back",
            {"[N]", 0, 1},
            detail::state_undo_options,
            detail::state_undo_details,
            detail::state_undo_examples,
            run_state_undo},
    Command{"state",
            "changes",
            "everything since a revision, for programs",
            {},
            detail::state_changes_options,
            detail::state_changes_details,
            detail::state_changes_examples,
            run_state_changes},
    Command{"state", "lock", "who is at work on the cluster", {}, {}, detail::state_lock_details, detail::state_lock_examples, run_state_lock},
    Command{"state", "rm", "forget a VM; the machine stays", {"NAME", 1, 1}, {}, detail::state_rm_details, detail::state_rm_examples, run_state_rm},
    Command{
        "state", "mv", "rename a VM that has no machine", {"OLD NEW", 2, 2}, {}, detail::state_mv_details, detail::state_mv_examples, run_state_mv},
    Command{"state",
            "transitions",
            "the life of a VM: what leads from which state to which",
            {},
            {},
            detail::state_transitions_details,
            detail::state_transitions_examples,
            run_state_transitions,
            OutputForm::dot},
};

}  // namespace aihow::tool
