// SPDX-License-Identifier: MIT
// JSON text rendered for output: indented, or as YAML. Numbers keep their spelling, members their order.
#pragma once
#include <string>
#include <string_view>

namespace aihow::tool {

/// Indented by 2, with a final newline. Throws Error invalid where the text is not JSON.
std::string indented_json(std::string_view json);

/// The same value as a YAML 1.2 block, with a final newline. Strings are quoted as JSON's unless they are plain words that mean nothing else.
/// Throws Error invalid where the text is not JSON.
std::string yaml(std::string_view json);

}  // namespace aihow::tool
