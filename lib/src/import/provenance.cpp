// SPDX-License-Identifier: MIT
#include "import/provenance.hpp"
#include <fmt/format.h>
#include <algorithm>

namespace aihow::state::inline v0::format {
namespace {

constexpr std::size_t max_problems_told = 10;

}  // namespace

ErrorPlace Provenance::place_of(std::string_view pointer) const {
  const Origin* nearest = nullptr;
  for (const Origin& origin : origins_) {
    const bool inside = pointer.starts_with(origin.pointer) && (pointer.size() == origin.pointer.size() || pointer[origin.pointer.size()] == '/');
    if (inside && (nearest == nullptr || origin.pointer.size() > nearest->pointer.size())) nearest = &origin;
  }
  if (nearest == nullptr) return {};
  std::string_view member = pointer.substr(std::min(pointer.size(), nearest->pointer.size() + 1));
  // An older file has an older name.
  for (const Renamed& renamed : nearest->renamed) {
    if (renamed.here != member) continue;
    for (const RawMember& there : nearest->object.members()) {
      if (there.name == renamed.there) return there.value.place();
    }
  }
  for (const RawMember& there : nearest->object.members()) {
    if (there.name == member) return there.value.place();
  }
  return nearest->object.place();
}

void Provenance::require_none(const std::vector<Problem>& problems) const {
  if (problems.empty()) return;
  if (problems.size() == 1) throw Error(errc::invalid, problems.front().message, place_of(problems.front().pointer));
  std::string text = fmt::format("{} problems: ", problems.size());
  ErrorPlace file;
  for (std::size_t i = 0; i < std::min(problems.size(), max_problems_told); ++i) {
    const ErrorPlace place = place_of(problems[i].pointer);
    text += fmt::format("{}{}:{}: {}: {}", i == 0 ? "" : "; ", place.line, place.column, place.pointer, problems[i].message);
    file.path = place.path;
  }
  if (problems.size() > max_problems_told) text += fmt::format("; and {} more", problems.size() - max_problems_told);
  throw Error(errc::invalid, text, std::move(file));
}

}  // namespace aihow::state::inline v0::format
