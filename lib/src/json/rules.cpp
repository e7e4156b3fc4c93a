// SPDX-License-Identifier: MIT
#include "json/rules.hpp"
#include <fmt/format.h>
#include <aihow/state/validate.hpp>
#include "json/places.hpp"

namespace aihow::state::inline v0::format {

void require_rules(const ClusterState& state, const Source& source) {
  const Problems problems = validate_first(state, max_problems_told);
  if (problems.count == 0) return;
  const Problem& first = problems.first.front();
  const LineColumn place = Places(source).of(first.pointer);
  std::string text = first.message;
  for (std::size_t i = 1; i < problems.first.size(); ++i) text += fmt::format("; {}: {}", problems.first[i].pointer, problems.first[i].message);
  if (problems.more() != 0) text += fmt::format("; and {} more", problems.more());
  throw Error(errc::corrupt, text, {.path = std::string(source.path), .pointer = first.pointer, .line = place.line, .column = place.column});
}

}  // namespace aihow::state::inline v0::format
