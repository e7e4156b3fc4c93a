// SPDX-License-Identifier: MIT
// Places: where in a document's text the objects and members of the model stand, for many of them one after another.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "json/refuse.hpp"

namespace aihow::state::inline v0::format {

struct LineColumn {
  std::size_t line = 0;
  std::size_t column = 0;
};

/// Requires: a text whose root is well-formed. Takes no memory to speak of, and O(n) time in all where the pointers come in the order of their
/// arrays: the way to the last place is remembered, and an array is gone on with from there.
class Places {
 public:
  explicit Places(const Source& source);

  /// Where the value that a pointer names stands; where there is none, what holds it. `~` escapes are not understood: the model's own
  /// members have none.
  LineColumn of(std::string_view pointer);

 private:
  /// A value on the way to the last place.
  struct Step {
    std::string name;  ///< the step of the pointer that leads here
    std::size_t at;    ///< where it begins
    // Of an array: the element that was looked into last.
    std::size_t index = 0;
    std::size_t element_at = 0;
  };

  /// Where the part of a value that a step names begins.
  std::optional<std::size_t> part_of(Step& value, std::string_view name) const;
  LineColumn move_to(std::size_t at) noexcept;

  Source source_;
  std::vector<Step> way_;  ///< from the root on
  std::size_t at_ = 0;     ///< the last place that was asked for
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace aihow::state::inline v0::format
