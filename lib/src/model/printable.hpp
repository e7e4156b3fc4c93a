// SPDX-License-Identifier: MIT
// Text that came from outside, kept harmless to terminals, logs and XML.
#pragma once
#include <string>
#include <string_view>

namespace aihow::state::inline v0::detail {

/// Well-formed UTF-8 without control characters (C0, DEL, C1).
bool is_printable(std::string_view text) noexcept;

/// The text as a message shows it: what is not printable as `\x1b`, cut off (…) after `longest` bytes.
std::string shown(std::string_view text, std::size_t longest);

}  // namespace aihow::state::inline v0::detail
