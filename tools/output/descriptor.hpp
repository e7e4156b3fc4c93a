// SPDX-License-Identifier: MIT
// Writing whole texts to a file descriptor.
#pragma once
#include <string_view>

namespace aihow::tool {

/// Writes all of it, in one write(2) where the system takes it whole. Returns 0 or the errno. Waits where the descriptor does not block.
int write_all(int fd, std::string_view text) noexcept;

/// Makes sure that descriptors 0 to 2 are open, so that no file that is opened later takes the place of standard output. A closed one
/// stays unusable: reading or writing it fails.
void hold_standard_descriptors() noexcept;

}  // namespace aihow::tool
