// SPDX-License-Identifier: MIT
// Places: where in a document's text the objects and members of the model stand, for many of them at once.
#pragma once
#include <map>
#include <string_view>
#include <vector>
#include "json/raw_value.hpp"

namespace aihow::state::inline v0::format {

struct LineColumn {
  std::size_t line = 0;
  std::size_t column = 0;
};

/// Requires: a text whose root is an object, well-formed. O(n) in all, where the pointers come in the document's order: the object and the array that
/// were looked into last are remembered.
class Places {
 public:
  explicit Places(const Source& source);

  /// Where the value that a pointer names stands; where there is none, what holds it. `~` escapes are not understood: the model's own
  /// members have none.
  LineColumn of(std::string_view pointer);

 private:
  LineColumn move_to(std::size_t at) noexcept;
  /// The part of an object or array that a step of a pointer names, or nullptr. Valid until the next one is asked for.
  const RawValue* step_into(const RawValue& value, std::string_view step);
  /// As far down as the text goes.
  std::size_t descend(RawValue value, std::string_view pointer);
  /// The elements of a list of the root, looked for once.
  const std::vector<RawValue>* list(std::string_view name);

  Source source_;
  RawValue root_;
  std::vector<RawMember> members_;
  std::map<std::string, std::vector<RawValue>, std::less<>> lists_;
  template <class Part>
  struct Looked {
    std::size_t at = std::string_view::npos;  ///< where it begins
    std::vector<Part> parts;
  };
  Looked<RawValue> last_array_;
  Looked<RawMember> last_object_;
  std::size_t at_ = 0;  ///< the last place that was asked for
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

}  // namespace aihow::state::inline v0::format
