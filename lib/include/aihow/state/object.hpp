// SPDX-License-Identifier: MIT
// What all objects of a cluster have in common: their kinds, pending operations, and members that we do not know.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

enum class ObjectKind : std::uint8_t { cluster = 1, vm = 2, network = 3, volume = 4, pool = 5 };

constexpr std::string_view to_string(ObjectKind kind) noexcept {
  switch (kind) {
    case ObjectKind::cluster:
      return "cluster";
    case ObjectKind::vm:
      return "vm";
    case ObjectKind::network:
      return "network";
    case ObjectKind::volume:
      return "volume";
    case ObjectKind::pool:
      return "pool";
  }
  return "object";
}

/// An operation has said what it will do with an object, and has not seen it done. In the document: absent, "create", "delete".
enum class Pending : std::uint8_t { none = 0, create = 1, remove = 2 };

/// The document's word; empty for none.
constexpr std::string_view to_string(Pending pending) noexcept {
  switch (pending) {
    case Pending::none:
      return "";
    case Pending::create:
      return "create";
    case Pending::remove:
      return "delete";
  }
  return "";
}

constexpr std::optional<Pending> pending_from_string(std::string_view word) noexcept {
  if (word == to_string(Pending::create)) return Pending::create;
  if (word == to_string(Pending::remove)) return Pending::remove;
  return std::nullopt;
}

/// A member of a JSON object that this version does not know. Kept and written back: `json` is its value's text as it was read.
struct UnknownMember {
  std::string name;
  std::string json;
  bool operator==(const UnknownMember&) const = default;
};
using UnknownMembers = std::vector<UnknownMember>;

}  // namespace aihow::state::inline v0
