// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/libvirt/mark.hpp>
#include <aihow/state/error.hpp>
#include <aihow/state/identity.hpp>
#include <algorithm>
#include <charconv>
#include <pugixml.hpp>
#include "libvirt/object_xml.hpp"
#include "model/printable.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

using state::errc;
using state::Error;

// The prefix is only a habit: readers go by the namespace.
constexpr const char* mark_element = "aihow:mark";
constexpr const char* gpu_element = "aihow:gpu";

void set(pugi::xml_node node, const char* name, std::string_view value) {
  // XML has no spelling for most control characters, and pugixml writes one that libvirt refuses.
  if (!state::detail::is_printable(value))
    throw Error(errc::invalid, fmt::format("the mark's {} has a control character or is not UTF-8: names and paths must be plain text", name));
  if (!node.append_attribute(name).set_value(std::string(value).c_str())) throw std::bad_alloc();
}
void set_unless_empty(pugi::xml_node node, const char* name, std::string_view value) {
  if (!value.empty()) set(node, name, value);
}

std::optional<ObjectKind> kind_from_string(std::string_view text) {
  for (const ObjectKind kind : {ObjectKind::vm, ObjectKind::network}) {
    if (text == to_string(kind)) return kind;
  }
  return std::nullopt;
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// The namespace of an element: of the nearest declaration of its prefix.
std::string_view namespace_of(pugi::xml_node node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  const std::string declaration = colon == std::string_view::npos ? "xmlns" : "xmlns:" + std::string(name.substr(0, colon));
  for (pugi::xml_node at = node; at; at = at.parent()) {
    if (const pugi::xml_attribute found = at.attribute(declaration.c_str())) return found.value();
  }
  return {};
}

bool is(pugi::xml_node node, std::string_view local) {
  return node.type() == pugi::node_element && local_name(node.name()) == local && namespace_of(node) == mark_namespace;
}

std::optional<Mark> read(pugi::xml_node node) {
  const auto text = [&](const char* name) { return std::string(node.attribute(name).value()); };
  Mark out;
  const auto kind = kind_from_string(text("kind"));
  const auto lineage = Uuid::parse(text("lineage"));
  const auto uuid = Uuid::parse(text("uuid"));
  out.cluster = text("cluster");
  out.type = text("type");
  out.name = text("name");
  // Whose it is rests on these. The others are only remembered: one that makes no sense is as one that is lacking.
  if (!kind || !lineage || !uuid || out.cluster.empty() || out.type.empty() || out.name.empty()) return std::nullopt;
  out.kind = *kind;
  out.lineage = *lineage;
  out.uuid = *uuid;
  out.role = text("role");
  out.auto_start = text("auto_start") != "false";
  out.created_at = state::Timestamp::parse(text("created_at"));
  out.volume = text("volume");
  out.volume_path = text("volume_path");
  const std::string size = text("volume_size_gb");
  const auto parsed = std::from_chars(size.data(), size.data() + size.size(), out.volume_size_gb);
  if (parsed.ec != std::errc{} || parsed.ptr != size.data() + size.size() || out.volume_size_gb < 0) out.volume_size_gb = 0;
  out.pool = text("pool");
  out.backing_file = text("backing_file");
  out.pool_owns_directory = text("pool_owns_directory") == "true";
  out.network = text("network");
  for (const pugi::xml_node child : node.children()) {
    if (!is(child, "gpu")) continue;
    if (std::string address = child.attribute("address").value(); !address.empty()) out.gpus.push_back(std::move(address));
  }
  return out;
}

}  // namespace

void write_mark(pugi::xml_node metadata, const Mark& mark) {
  pugi::xml_node node = metadata.append_child(mark_element);
  if (!node) throw std::bad_alloc();
  set(node, "xmlns:aihow", mark_namespace);
  set(node, "kind", to_string(mark.kind));
  set(node, "lineage", mark.lineage.to_string());
  set(node, "cluster", mark.cluster);
  set(node, "type", mark.type);
  set(node, "name", mark.name);
  set(node, "uuid", mark.uuid.to_string());
  set_unless_empty(node, "role", mark.role);
  if (!mark.auto_start) set(node, "auto_start", "false");
  if (mark.created_at) set(node, "created_at", mark.created_at->to_string());
  set_unless_empty(node, "volume", mark.volume);
  set_unless_empty(node, "volume_path", mark.volume_path);
  if (mark.volume_size_gb != 0) set(node, "volume_size_gb", std::to_string(mark.volume_size_gb));
  set_unless_empty(node, "pool", mark.pool);
  set_unless_empty(node, "backing_file", mark.backing_file);
  if (mark.pool_owns_directory) set(node, "pool_owns_directory", "true");
  set_unless_empty(node, "network", mark.network);
  for (const std::string& address : mark.gpus) {
    pugi::xml_node gpu = node.append_child(gpu_element);
    if (!gpu) throw std::bad_alloc();
    set(gpu, "address", address);
  }
}

std::optional<Mark> read_mark(pugi::xml_node object) {
  pugi::xml_node found;
  for (const pugi::xml_node metadata : object.children("metadata")) {
    for (const pugi::xml_node child : metadata.children()) {
      if (!is(child, "mark")) continue;
      if (found) return std::nullopt;  // which of two is right nobody can tell
      found = child;
    }
  }
  return found ? read(found) : std::nullopt;
}

std::optional<Mark> read_mark(std::string_view object_xml) {
  pugi::xml_document document;
  load_xml(document, object_xml);
  return read_mark(document.document_element());
}

Ownership ownership(const std::optional<Mark>& mark, const Uuid& object_uuid, const Uuid& lineage) {
  if (!mark) return Ownership::unmarked;
  if (mark->lineage != lineage) return Ownership::foreign;
  const bool agree = mark->uuid == object_uuid && object_uuid == state::object_uuid(lineage, mark->kind, mark->name);
  return agree ? Ownership::ours : Ownership::clone;
}

}  // namespace aihow::libvirt::inline v0
