// SPDX-License-Identifier: MIT
// A loose file: a document that no store keeps, as a copy for people or a file to import.
#pragma once
#include <string>
#include <string_view>

namespace aihow::state::inline v0::json_file {

/// The bytes of a regular file. Throws Error not_found, permission, invalid (no regular file), corrupt (larger than a document may be), io.
std::string read_loose_file(const std::string& path);

/// Replaces a file by a new one with these bytes, 0600, whole or not at all, durable on return. A symlink is replaced, not followed; anything else
/// that is no regular file is refused. One that is killed leaves nothing, or a file with `.aihow-new` behind its name, which the next one replaces.
/// Throws Error not_found (no such directory), permission, invalid (a directory, a device … stands there), io.
void write_loose_file(const std::string& path, std::string_view bytes);

}  // namespace aihow::state::inline v0::json_file
