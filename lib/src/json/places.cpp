// SPDX-License-Identifier: MIT
#include "json/places.hpp"
#include <algorithm>
#include <charconv>
#include "json/locate.hpp"

namespace aihow::state::inline v0::format {
namespace {

std::string_view next_step(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::string_view step = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(step.size());
  return step;
}

}  // namespace

Places::Places(const Source& source) : source_(source), way_{{.name = {}, .at = skip_separators(source.bytes, 0)}} {}

std::optional<std::size_t> Places::part_of(Step& value, std::string_view name) const {
  const std::string_view bytes = source_.bytes;
  if (bytes[value.at] == '{') return member_at(bytes, value.at, name);
  std::size_t index = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
  if (bytes[value.at] != '[' || parsed.ec != std::errc{}) return std::nullopt;
  if (value.element_at == 0 || index < value.index) {
    value.index = 0;
    value.element_at = skip_separators(bytes, value.at + 1);
  }
  while (value.index < index && bytes[value.element_at] != ']') {
    value.element_at = skip_separators(bytes, skip_value(bytes, value.element_at));
    ++value.index;
  }
  return bytes[value.element_at] == ']' ? std::nullopt : std::optional(value.element_at);
}

LineColumn Places::move_to(std::size_t at) noexcept {
  const std::string_view passed = source_.bytes.substr(std::min(at, at_), at < at_ ? at_ - at : at - at_);
  const auto lines = static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
  line_ = at < at_ ? line_ - lines : line_ + lines;
  if (lines != 0) line_start_ = source_.bytes.substr(0, at).rfind('\n') + 1;  // npos: the first line
  at_ = at;
  return {line_, at - line_start_ + 1};
}

LineColumn Places::of(std::string_view pointer) {
  std::size_t depth = 0;
  while (!pointer.empty()) {
    const std::string_view name = next_step(pointer);
    if (depth + 1 == way_.size() || way_[depth + 1].name != name) {
      way_.resize(depth + 1);
      const auto at = part_of(way_[depth], name);
      if (!at) break;
      way_.push_back({.name = std::string(name), .at = *at});
    }
    ++depth;
  }
  return move_to(way_[depth].at);
}

}  // namespace aihow::state::inline v0::format
