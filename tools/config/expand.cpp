// SPDX-License-Identifier: MIT
#include "config/expand.hpp"
#include <fmt/format.h>
#include <cstdlib>

namespace aihow::tool {
namespace {

constexpr std::string_view name_start = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
constexpr std::string_view name_rest = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

}  // namespace

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Expanded expand_path(std::string_view text, const Environment& environment) {
  Expanded out;
  const auto append = [&](const std::string& name, std::string_view written) {
    const std::optional<std::string> value = environment(name);
    if (!value) out.error = fmt::format("{} cannot be expanded: the variable {} is not set", written, name);
    else if (value->empty()) out.error = fmt::format("{} cannot be expanded: the variable {} is empty", written, name);
    else out.text += *value;
    return out.error.empty();
  };

  if (text.starts_with('~')) {
    if (text.size() > 1 && text[1] != '/') {
      out.error = "~USER is not expanded; write the directory";
      return out;
    }
    if (!append("HOME", "~")) return out;
    text.remove_prefix(1);
  }
  for (std::size_t next = text.find("${"); next != std::string_view::npos; next = text.find("${")) {
    out.text += text.substr(0, next);
    text.remove_prefix(next + 2);
    const std::size_t end = text.find('}');
    const std::string name(text.substr(0, end));
    if (end == std::string_view::npos || name.empty() || name_start.find(name[0]) == std::string_view::npos ||
        name.find_first_not_of(name_rest) != std::string::npos) {
      out.error = "${ begins a variable, ${NAME}: a name of letters, digits and _, and its }";
      return out;
    }
    if (!append(name, "${" + name + "}")) return out;
    text.remove_prefix(end + 1);
  }
  out.text += text;
  return out;
}

std::string absolute_path(std::string_view path, std::string_view directory) {
  std::string out;
  const auto append = [&out](std::string_view part) {
    while (!part.empty()) {
      const std::size_t end = std::min(part.find('/'), part.size());
      const std::string_view name = part.substr(0, end);
      if (!name.empty() && name != ".") out.append("/").append(name);
      part.remove_prefix(std::min(end + 1, part.size()));
    }
  };
  if (!path.starts_with('/')) append(directory);
  append(path);
  return out.empty() ? "/" : out;
}

}  // namespace aihow::tool
