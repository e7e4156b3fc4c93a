// SPDX-License-Identifier: MIT
// The JSON Schema of the document, made from the tables that reader and writer follow (json/format.hpp) and rules.hpp.
#pragma once
#include <string>

namespace aihow::test {

/// Indented, with a final newline. Throws std::logic_error where a member of the format has no row among the rules, or a row no member.
std::string make_schema();

}  // namespace aihow::test
