// SPDX-License-Identifier: MIT
// Provenance: where in an imported file each object of the converted state stood, so that a broken rule is reported there.
#pragma once
#include <aihow/state/validate.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "json/raw_value.hpp"

namespace aihow::state::inline v0::format {

/// Another name of a member, in the file.
struct Renamed {
  std::string_view here;   ///< the rest of the pointer in the state: `last_seen`, `volumes/0`
  std::string_view there;  ///< `last_modified`, `volume_path`
};

class Provenance {
 public:
  /// The root's is the one with the empty pointer.
  void add(std::string pointer, const RawValue& object, std::span<const Renamed> renamed = {}) {
    origins_.push_back({std::move(pointer), object, renamed});
  }

  /// Where what a pointer of the state names stands in the file: the member where the file has it, else its object.
  ErrorPlace place_of(std::string_view pointer) const;

  /// Throws Error invalid with all problems, if there are any.
  void require_none(const std::vector<Problem>& problems) const;

 private:
  struct Origin {
    std::string pointer;
    RawValue object;
    std::span<const Renamed> renamed;
  };
  std::vector<Origin> origins_;
};

}  // namespace aihow::state::inline v0::format
