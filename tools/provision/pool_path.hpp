// SPDX-License-Identifier: MIT
// Whether a directory is one that a privileged process may make disks in.
#pragma once
#include <string>
#include <string_view>

namespace aihow::tool {

/// Whether a connection URI speaks of this machine, so that its paths can be looked at from here.
bool is_local(std::string_view uri);

enum class PathKind { absent, directory, other };

/// What is at a path; symlinks are not followed. Throws Error permission, io.
PathKind path_kind(const std::string& path);

/// For root: throws Error invalid where a component of the path is a symlink or can be written by somebody other than root, since whoever
/// can exchange a directory on the way decides where the disks of the machines lie. What does not exist yet is no problem. Does nothing
/// for other users.
void require_safe_pool_path(const std::string& path);

/// Throws Error invalid where anything is at the path: libvirt would follow a symlink that was planted there, even a dangling one.
void require_free_path(const std::string& path);

}  // namespace aihow::tool
