// SPDX-License-Identifier: MIT
// Mark: what a cluster's domains and networks carry in their libvirt metadata, so that ownership never rests on a name.
#pragma once
#include <aihow/state/object.hpp>
#include <aihow/state/timestamp.hpp>
#include <aihow/state/uuid.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pugi {
class xml_node;
}

namespace aihow::libvirt::inline v0 {

using state::ObjectKind;
using state::Uuid;

inline constexpr std::string_view mark_namespace = "urn:libaihow:mark:1";  ///< on disk in libvirt: do not change

/// The owner's mark. It is written as `<aihow:mark xmlns:aihow="urn:libaihow:mark:1" kind=… lineage=… …>` inside `<metadata>`.
struct Mark {
  ObjectKind kind = ObjectKind::vm;
  Uuid lineage;
  std::string cluster;
  std::string type;  ///< `hpc`, `cloud`
  std::string name;  ///< the object's name in the cluster: the VM's, not the domain's
  Uuid uuid;         ///< the object's own: a copy with another UUID is somebody's clone

  // Domains only: what libvirt itself cannot give back when a lost state is made again.
  std::string role;
  bool auto_start = true;
  std::optional<state::Timestamp> created_at;
  std::vector<std::string> gpus;  ///< PCI addresses of passthrough devices of type gpu
  std::string volume;             ///< name of the VM's volume record (`controller-disk`)
  std::string volume_path;
  std::int64_t volume_size_gb = 0;
  std::string pool;  ///< name of the pool it lies in
  std::string backing_file;
  bool pool_owns_directory = false;
  std::string network;  ///< name of the cluster's network

  bool operator==(const Mark&) const = default;
};

/// Whose an object is, seen from a lineage.
enum class Ownership : std::uint8_t {
  unmarked,  ///< no mark at all
  ours,      ///< our mark, and the UUID that follows from lineage, kind and name
  clone,     ///< our mark under another UUID: somebody's copy, never touched
  foreign,   ///< another lineage's mark
};

/// Appends the mark to a `<metadata>` element.
void write_mark(pugi::xml_node metadata, const Mark& mark);

/// Reads the mark of a domain's or network's XML. nullopt: none, or a malformed one. Throws Error invalid where the XML is none.
std::optional<Mark> read_mark(std::string_view object_xml);

/// Ours means: mark and UUID agree with object_uuid(lineage, kind, name) and with the UUID that the object really has.
Ownership ownership(const std::optional<Mark>& mark, const Uuid& object_uuid, const Uuid& lineage);

}  // namespace aihow::libvirt::inline v0
