// SPDX-License-Identifier: MIT
// Making UUIDs: random ones, and the ones that follow from a cluster's lineage.
#pragma once
#include <aihow/state/object.hpp>
#include <aihow/state/uuid.hpp>
#include <string_view>

namespace aihow::state::inline v0 {

/// A random UUID (version 4) from the system's entropy. Throws Error io where there is none.
Uuid random_uuid();

/// UUIDv5 (RFC 9562, SHA-1) of `name` in the namespace `space`.
Uuid name_uuid(const Uuid& space, std::string_view name);

/// The UUID of every libvirt object that is made for a cluster: UUIDv5(lineage, "kind/name"), kind as to_string(ObjectKind). So a command
/// that is killed and run again finds what the first one made, and two clusters never claim each other's objects by a name.
Uuid object_uuid(const Uuid& lineage, ObjectKind kind, std::string_view name);

}  // namespace aihow::state::inline v0
