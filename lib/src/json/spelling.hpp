// SPDX-License-Identifier: MIT
// How the library lays a document out, as constant text: what the writer copies and the layout reader expects.
#pragma once
#include <array>
#include <string_view>
#include "json/format.hpp"

namespace aihow::state::inline v0::format {

/// Blanks before the members of an object, a level of objects and arrays being two; `one_line`: no white space at all.
inline constexpr int one_line = -1;
inline constexpr int root_indent = 2;
inline constexpr int object_indent = 6;  ///< VMs, networks, volumes and pools
inline constexpr int aihow_indent = 4;

/// Text that is put together at compile time.
template <std::size_t N>
struct Spelled {
  std::array<char, N> chars{};
};

namespace detail {

constexpr std::size_t blanks(int indent) noexcept { return indent == one_line ? 0 : 1 + static_cast<std::size_t>(indent); }

/// A line break and its blanks; nothing on one line.
constexpr char* put_line(char* out, int indent) noexcept {
  if (indent == one_line) return out;
  *out++ = '\n';
  for (int i = 0; i < indent; ++i) *out++ = ' ';
  return out;
}

}  // namespace detail

/// `{"name": ` of an object's first member, `,"name": ` of the others, with the white space that belongs there.
template <Literal Name, int Indent, bool First>
inline constexpr auto member_start = [] {
  Spelled<1 + detail::blanks(Indent) + Name.view().size() + 3 + (Indent != one_line)> out;
  char* at = out.chars.data();
  *at++ = First ? '{' : ',';
  at = detail::put_line(at, Indent);
  *at++ = '"';
  at = std::copy(Name.view().begin(), Name.view().end(), at);
  *at++ = '"';
  *at++ = ':';
  if (Indent != one_line) *at++ = ' ';
  return out;
}();

/// The member that objects of a type begin with. It is always written.
template <class... Each>
consteval std::string_view first_name(Members<Each...>) {
  return std::array{Each::name.view()...}.front();
}

/// What stands between elements, `[` before the first or `,` before the others; or before a bracket that closes (`Before` 0).
template <char Before, int Indent>
inline constexpr auto line_start = [] {
  Spelled<(Before != 0) + detail::blanks(Indent)> out;
  char* at = out.chars.data();
  if (Before != 0) *at++ = Before;
  detail::put_line(at, Indent);
  return out;
}();

/// Two blanks more or less.
template <int Indent>
inline constexpr int deeper = Indent == one_line ? one_line : Indent + 2;
template <int Indent>
inline constexpr int shallower = Indent == one_line ? one_line : Indent - 2;

}  // namespace aihow::state::inline v0::format
