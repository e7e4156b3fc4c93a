// SPDX-License-Identifier: MIT
// Text from states, configurations and libvirt, made harmless for a terminal.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace aihow::tool {

/// Every character that is_control() names as `\n`, `\t`, `\r`, `\x1b` or `\u202e`, and every byte that is not UTF-8 as `\xff`. The rest stays.
std::string escape(std::string_view text);

/// The same for a text that may have several lines: line breaks stay, and what follows one is indented, so that no text can forge a line of its own.
std::string escape_lines(std::string_view text);

/// How many columns an escaped text takes: one per character (names and reasons are; wide scripts only shift a table).
std::size_t columns(std::string_view text) noexcept;

/// At most `width` columns of an escaped text; what was cut off leaves `…`.
std::string clip(std::string_view text, std::size_t width);

}  // namespace aihow::tool
