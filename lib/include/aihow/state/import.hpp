// SPDX-License-Identifier: MIT
// Import: the state files of the existing Python tool, converted.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <string_view>

namespace aihow::state::inline v0 {

/// Converts a state file of the existing Python tool (its layout 2.0, with `state_file_version`; and the older one, without) into a state that
/// was never committed: no lineage, revision 0. ClusterStateManager::import_file() puts it in place. Pure; O(n).
///
/// - `controller`, `compute_nodes`, `worker_nodes`: `vms`, in that order, with the role `controller` (in a cloud cluster `control_plane`), `compute`,
///   `worker`.
/// - A VM's `state`, in lower case: its state; `blocked` is RUNNING, `shutdown` DYING, `error` CRASHED with the reason `error`.
/// - `volume_path`, in older files `disk_path`: `volumes`.
/// - `gpu_assigned`, a model's name, in older files true or false: `gpu_count` 1 or 0; the name is kept.
/// - A VM's `last_modified`: `last_seen`, spelled the same.
/// - `vm_type`: nothing where it says what the role says; else it is kept.
/// - `network_config`: a network, `<cluster_name>-network` where it has no name of its own; `active_ips` is empty.
/// - `storage_pool` and its `volumes`: a pool that is not ours, and volumes that name it; sizes are rounded to whole GiB.
/// - `state_file_version`: nothing, it is about the file.
///
/// `status` is derived. All other members, whatever they are, are kept as unknown members of the object that theirs became, with the exact text of
/// their values; where the document has a member of that name with another meaning, under that name with `layout_2_` before it. So is a size
/// that had to be rounded. Names of libvirt's domains and their hypervisor are not in such a file, and stay empty.
///
/// `path` is named in errors. Throws Error corrupt (form: line, column and pointer in *this* file, what was expected and what was found),
/// invalid (it is no such file; or the converted state breaks rules of validate(): the first ten and how many there are, with their pointers in this
/// file), unsupported_version (a layout that is not known), out_of_memory.
ClusterState import_layout_2(std::string_view bytes, std::string_view path = {});

}  // namespace aihow::state::inline v0
