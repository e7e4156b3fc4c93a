// SPDX-License-Identifier: MIT
#include "import/provenance.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <charconv>

namespace aihow::state::inline v0::format {
namespace {

/// Cuts the first step off: `/vms/3/name` becomes `vms` and `/3/name`.
std::string_view cut_step(std::string_view& pointer) noexcept {
  pointer.remove_prefix(std::min<std::size_t>(1, pointer.size()));
  const std::string_view step = pointer.substr(0, pointer.find('/'));
  pointer.remove_prefix(step.size());
  return step;
}

}  // namespace

ErrorPlace Provenance::place_of(std::string_view pointer) const {
  RawValue object = root_;
  std::string_view member = pointer.substr(std::min<std::size_t>(1, pointer.size()));
  std::span<const Renamed> other_names;
  std::string_view rest = pointer;
  if (const auto list = lists_.find(cut_step(rest)); list != lists_.end()) {
    const std::string_view step = cut_step(rest);
    std::size_t index = list->second.size();
    std::from_chars(step.data(), step.data() + step.size(), index);
    if (index < list->second.size()) {
      object = list->second[index];
      member = rest.substr(std::min<std::size_t>(1, rest.size()));
      if (const auto renamed = renamed_.find(list->first); renamed != renamed_.end()) other_names = renamed->second;
    }
  }
  const auto members = object.members();
  const auto named = [&](std::string_view name) {
    return std::find_if(members.begin(), members.end(), [&](const RawMember& there) { return there.name == name; });
  };
  for (const Renamed& renamed : other_names) {
    if (renamed.here != member) continue;
    if (const auto there = named(renamed.there); there != members.end()) return there->value.place();
  }
  const auto there = named(member);
  return there == members.end() ? object.place() : there->value.place();
}

void Provenance::require_none(const Problems& problems) const {
  if (problems.count == 0) return;
  if (problems.count == 1) throw Error(errc::invalid, problems.first.front().message, place_of(problems.first.front().pointer));
  std::string text = fmt::format("{} problems: ", problems.count);
  ErrorPlace file;
  for (const Problem& problem : problems.first) {
    const ErrorPlace place = place_of(problem.pointer);
    text += fmt::format("{}{}:{}: {}: {}", &problem == &problems.first.front() ? "" : "; ", place.line, place.column, place.pointer, problem.message);
    file.path = place.path;
  }
  if (problems.more() != 0) text += fmt::format("; and {} more", problems.more());
  throw Error(errc::invalid, text, std::move(file));
}

}  // namespace aihow::state::inline v0::format
