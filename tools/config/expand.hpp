// SPDX-License-Identifier: MIT
// `${VAR}` and `~` in paths.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::tool {

/// The value of a variable; nullopt: not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's own.
std::optional<std::string> process_environment(const std::string& name);

struct Expanded {
  std::string text;
  std::string error;  ///< empty: none
};

/// Replaces each `${NAME}` and a `~` that begins the path by the environment's values, once: what they hold is not looked at again.
/// An error: a variable that is not set or empty, `${` without a name or an end, `~USER`.
Expanded expand_path(std::string_view text, const Environment& environment);

/// An absolute path below `directory` for a relative one; `.` and doubled slashes go, `..` stays (links may stand before it).
std::string absolute_path(std::string_view path, std::string_view directory);

}  // namespace aihow::tool
