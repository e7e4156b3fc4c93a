// SPDX-License-Identifier: MIT
// Reading a configuration's bytes from a path that may be anything.
#pragma once
#include <cstddef>
#include <string>

namespace aihow::tool {

/// The bytes of a regular file, at most `limit` + 1 of them. Never waits (a FIFO is refused, not opened for reading).
/// Throws Error not_found, permission, invalid (a directory, a device, a FIFO), io.
std::string read_regular_file(const std::string& path, std::size_t limit);

}  // namespace aihow::tool
