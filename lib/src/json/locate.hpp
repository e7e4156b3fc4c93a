// SPDX-License-Identifier: MIT
// Finding a place in a document's bytes again. Only used once something is wrong, so that reading itself keeps no account of places.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::state::inline v0::format {

/// The offset behind white space, commas and colons.
std::size_t skip_separators(std::string_view bytes, std::size_t at) noexcept;
/// The offset behind the token (bracket, string, number, literal) at `at`.
std::size_t skip_token(std::string_view bytes, std::size_t at) noexcept;
/// The offset behind the well-formed value at `at`.
std::size_t skip_value(std::string_view bytes, std::size_t at) noexcept;

/// How many elements or members its array or object has from the one at `at` on, as far as the bytes are well-formed.
std::size_t count_elements(std::string_view bytes, std::size_t at) noexcept;

/// Where the value of a member begins in the well-formed object at `object_at`; nullopt: it has none of that name.
std::optional<std::size_t> member_at(std::string_view bytes, std::size_t object_at, std::string_view name);

/// The text of the well-formed string whose opening quote is at `at`.
std::string string_at(std::string_view bytes, std::size_t at);

struct Location {
  std::size_t line = 1;
  std::size_t column = 1;
  std::string pointer;           ///< of the value or member there; between members: of the object or array. Very long names are cut short (…)
  std::size_t token_at = 0;      ///< where the token that holds the offset begins; the offset itself between tokens
  std::size_t container_at = 0;  ///< where the innermost object or array begins
  std::string_view expected;     ///< what JSON's grammar allows there
};

/// Requires: the bytes before `offset` are the beginning of a well-formed document.
Location locate(std::string_view bytes, std::size_t offset);

/// Line and column alone.
void count_lines(std::string_view bytes, std::size_t offset, std::size_t& line, std::size_t& column) noexcept;

/// The token at an offset as an error message shows it: shortened, control characters escaped; `an object`, `the end of the document` …
std::string describe_token(std::string_view bytes, std::size_t at);

}  // namespace aihow::state::inline v0::format
