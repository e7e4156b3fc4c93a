// SPDX-License-Identifier: MIT
#include "json/places.hpp"
#include <algorithm>
#include <charconv>

namespace aihow::state::inline v0::format {
namespace {

std::string_view next_step(std::string_view& pointer) {
  pointer.remove_prefix(1);
  const std::string_view step = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(step.size());
  return step;
}

const RawValue* find(const std::vector<RawMember>& members, std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(), [&](const RawMember& member) { return member.name == name; });
  return found == members.end() ? nullptr : &found->value;
}

const RawValue* find(const std::vector<RawValue>& elements, std::string_view step) {
  std::size_t index = elements.size();
  std::from_chars(step.data(), step.data() + step.size(), index);
  return index < elements.size() ? &elements[index] : nullptr;
}

}  // namespace

Places::Places(const Source& source) : source_(source), root_(source, 0), members_(root_.members()) {}

LineColumn Places::move_to(std::size_t at) noexcept {
  const std::string_view passed = source_.bytes.substr(std::min(at, at_), at < at_ ? at_ - at : at - at_);
  const auto lines = static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n'));
  line_ = at < at_ ? line_ - lines : line_ + lines;
  if (lines != 0) line_start_ = source_.bytes.substr(0, at).rfind('\n') + 1;  // npos: the first line
  at_ = at;
  return {line_, at - line_start_ + 1};
}

const RawValue* Places::step_into(const RawValue& value, std::string_view step) {
  const auto known = [&](auto& last, auto read) -> auto& {
    if (last.at != value.begin()) last = {value.begin(), read()};
    return last.parts;
  };
  switch (value.text().front()) {
    case '[':
      return find(known(last_array_, [&] { return value.elements(); }), step);
    case '{':
      return find(known(last_object_, [&] { return value.members(); }), step);
    default:
      return nullptr;
  }
}

std::size_t Places::descend(RawValue value, std::string_view pointer) {
  while (!pointer.empty()) {
    const RawValue* const next = step_into(value, next_step(pointer));
    if (next == nullptr) break;
    value = RawValue(*next);
  }
  return value.begin();
}

const std::vector<RawValue>* Places::list(std::string_view name) {
  if (const auto known = lists_.find(name); known != lists_.end()) return &known->second;
  const RawValue* const value = find(members_, name);
  if (value == nullptr || value->text().front() != '[') return nullptr;
  return &lists_.emplace(name, value->elements()).first->second;
}

LineColumn Places::of(std::string_view pointer) {
  std::size_t at = root_.begin();
  std::string_view rest = pointer;
  if (!rest.empty()) {
    const std::string_view name = next_step(rest);
    if (const auto* const elements = list(name); elements != nullptr && !rest.empty()) {
      const RawValue* const element = find(*elements, next_step(rest));
      if (element != nullptr) at = descend(*element, rest);
    } else if (const RawValue* const member = find(members_, name)) {
      at = descend(*member, rest);
    }
  }
  return move_to(at);
}

}  // namespace aihow::state::inline v0::format
