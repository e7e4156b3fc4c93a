// SPDX-License-Identifier: MIT
// Provenance: where in an imported file each object of the converted state stood, so that a broken rule is reported there.
#pragma once
#include <aihow/state/validate.hpp>
#include <map>
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
  explicit Provenance(const RawValue& root) : root_(root) {}

  /// The next element of one of the state's lists, `vms`, came from this object.
  void add(std::string_view list, const RawValue& object) { lists_[list].push_back(object); }
  /// The other names that members of this list's objects have there. They outlive it.
  void rename(std::string_view list, std::span<const Renamed> renamed) { renamed_[list] = renamed; }

  /// Where what a pointer of the state names stands in the file: the member where the file has it, else its object.
  ErrorPlace place_of(std::string_view pointer) const;

  /// Throws Error invalid with the problems, if there are any.
  void require_none(const Problems& problems) const;

 private:
  RawValue root_;
  std::map<std::string_view, std::vector<RawValue>> lists_;
  std::map<std::string_view, std::span<const Renamed>> renamed_;
};

}  // namespace aihow::state::inline v0::format
