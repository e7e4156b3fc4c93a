// SPDX-License-Identifier: MIT
// The errors of reading, with their places.
#pragma once
#include <string>
#include <string_view>
#include "json/slots.hpp"

namespace aihow::state::inline v0::format {

/// The bytes being read and the name of their file: what an error needs to say where it stands.
struct Source {
  std::string_view bytes;
  std::string_view path;
};

/// What a member may be, in words: `an integer from 1 to 4096`.
std::string expected_value(const Slot& slot);
/// The same for an element of the array that the member is.
std::string expected_element(const Slot& slot);

/// Throws Error corrupt for no bytes at all, and for more than a document may have.
void check_size(std::string_view bytes, std::string_view path);

/// Each throws Error corrupt. `at` is the offset of the offending token.
[[noreturn]] void refuse_value(const Source& source, std::size_t at, std::string_view expected);  ///< expected …, found <the token>
[[noreturn]] void refuse_duplicate(const Source& source, std::size_t at);                         ///< the member whose name is there
[[noreturn]] void refuse_missing(const Source& source, std::size_t at, std::string_view member);  ///< `at`: the closing bracket
[[noreturn]] void refuse_nul(const Source& source, std::size_t at);
[[noreturn]] void refuse_depth(const Source& source, std::size_t at, int max_depth);
[[noreturn]] void refuse_memory(const Source& source, std::size_t at);  ///< the models would take too much
[[noreturn]] void refuse_syntax(const Source& source, std::size_t at);  ///< the grammar says what was expected

}  // namespace aihow::state::inline v0::format
