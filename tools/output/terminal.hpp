// SPDX-License-Identifier: MIT
// What a file descriptor can show.
#pragma once
#include <cstddef>
#include <string_view>

namespace aihow::tool {

struct Terminal {
  bool is_terminal = false;  ///< a terminal that understands `\r` and `\033[K` (`TERM` is set and not `dumb`)
  bool color = false;
};

/// Looks at a descriptor. `no_color`: the option or `NO_COLOR` forbids it.
Terminal look_at(int fd, bool no_color) noexcept;

/// The width of the terminal at a descriptor now; 80 where it cannot be asked.
std::size_t terminal_columns(int fd) noexcept;

/// Colours, as the part of the escape sequence between `\033[` and `m`.
namespace style {
inline constexpr std::string_view none{};
inline constexpr std::string_view bold = "1";
inline constexpr std::string_view red = "31";
inline constexpr std::string_view green = "32";
inline constexpr std::string_view yellow = "33";
inline constexpr std::string_view faint = "2";
}  // namespace style

}  // namespace aihow::tool
