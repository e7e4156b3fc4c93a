// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/state/import.hpp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <unordered_set>
#include "import/provenance.hpp"
#include "json/event_reader.hpp"
#include "json/format.hpp"
#include "json/raw_value.hpp"
#include "json/room.hpp"
#include "model/distinct.hpp"

namespace aihow::state::inline v0 {
namespace format {
namespace {

constexpr std::string_view renamed_prefix = "layout_2_";

struct StateWord {
  std::string_view there;
  VMState here;
  std::string_view reason = {};
};
constexpr std::array state_words{
    StateWord{"undefined", VMState::UNDEFINED}, StateWord{"running", VMState::RUNNING},         StateWord{"blocked", VMState::RUNNING},
    StateWord{"paused", VMState::PAUSED},       StateWord{"shutdown", VMState::DYING},          StateWord{"shutoff", VMState::SHUTOFF},
    StateWord{"crashed", VMState::CRASHED},     StateWord{"pmsuspended", VMState::PMSUSPENDED}, StateWord{"error", VMState::CRASHED, "error"}};

constexpr std::array vm_renames{Renamed{"volumes/0", "volume_path"}, Renamed{"volumes/0", "disk_path"}, Renamed{"last_seen", "last_modified"},
                                Renamed{"gpu_count", "gpu_assigned"}};

/// The memory that a file may take: as a document's, at most 4 times its size and 16 MiB, the file included. What is asked for is what things cost
/// at most, roundings of the allocator included.
class Allowance {
 public:
  explicit Allowance(const Source& source) : source_(source), left_(Room::limit(source.bytes.size())) {}

  /// Throws Error corrupt, at the object or array, where so much is not left. It is needed for a while only.
  void lend(std::size_t bytes, const RawValue& value) const {
    if (bytes > left_) refuse_memory(source_, value.begin());
  }
  void take(std::size_t bytes, const RawValue& value) {
    lend(bytes, value);
    left_ -= bytes;
  }
  /// An object is opened: each member is listed, and may be kept.
  RawObject open(const RawValue& value) const {
    constexpr std::size_t each = sizeof(RawMember) + sizeof(UnknownMember) + allocation;
    if (value.text().front() == '{') lend(value.count() * each + 2 * value.text().size(), value);
    return RawObject(value);
  }
  /// Members are kept as they are.
  void take_kept(const std::vector<RawMember>& members, const RawValue& value) {
    std::size_t bytes = 0;
    for (const RawMember& member : members) bytes += sizeof(UnknownMember) + 2 * allocation + member.name.size() + member.value.text().size();
    take(bytes, value);
  }
  /// The elements of an array, each of which becomes a T.
  template <class T>
  std::vector<RawValue> elements(const RawValue& value, std::vector<T>& list) {
    if (value.text().front() == '[') {
      const std::size_t count = value.count();
      constexpr std::size_t strings = 6;  // of one object that are its own allocations at most
      take(count * (sizeof(T) + 2 * sizeof(RawValue) + 2 * state::detail::distinct_bytes + strings * allocation) + value.text().size(), value);
      list.reserve(list.size() + count);
    }
    return value.elements();
  }

 private:
  static constexpr std::size_t allocation = Room::allocation;

  const Source& source_;
  std::size_t left_;
};

/// What is left of an object is kept by the one that it became. `max_document_depth` is reached one level sooner here.
template <class T>
void keep_rest(RawObject object, UnknownMembers& kept, Allowance& allowance) {
  const RawValue from = object.value();
  auto rest = std::move(object).rest();
  allowance.take_kept(rest, from);
  kept.reserve(kept.size() + rest.size());
  for (RawMember& member : rest) kept.push_back({std::move(member.name), std::string(member.value.text())});
  const auto has_name_of_ours = [](const UnknownMember& member) { return is_known<T>(member.name); };
  if (std::none_of(kept.begin(), kept.end(), has_name_of_ours)) return;
  std::unordered_set<std::string> taken;
  for (const UnknownMember& member : kept) {
    if (member.name.starts_with(renamed_prefix)) taken.insert(member.name);
  }
  for (UnknownMember& member : kept) {
    if (!is_known<T>(member.name)) continue;
    do member.name.insert(0, renamed_prefix);
    while (!taken.insert(member.name).second);
  }
}

std::string text_or_empty(RawObject& object, std::string_view name) {
  const auto value = object.take(name);
  return value ? value->string("a string or null") : std::string();
}

void read_time(RawObject& object, std::string_view name, Timestamp& out) {
  const auto value = object.take(name);
  if (!value) return;
  constexpr std::string_view expected = "a date and time as in \"2025-10-21T14:32:15.123456\"";
  const auto time = Timestamp::parse(value->string(expected));
  if (!time) value->refuse(expected);
  out = *time;
}

std::optional<Uuid> read_uuid(RawObject& object, std::string_view name) {
  const auto value = object.take(name);
  if (!value) return std::nullopt;
  constexpr std::string_view expected = "a UUID or null";
  const auto uuid = Uuid::parse(value->string(expected));
  if (!uuid) value->refuse(expected);
  return uuid;
}

void read_state(RawObject& object, VMInfo& out) {
  const RawValue value = object.require("state");
  static const std::string expected = [] {
    std::string text = "one of";
    for (const StateWord& word : state_words) text += fmt::format("{}\"{}\"", &word == &state_words.front() ? " " : ", ", word.there);
    return text;
  }();
  const std::string text = value.string(expected);
  const auto found = std::find_if(state_words.begin(), state_words.end(), [&](const StateWord& word) { return word.there == text; });
  if (found == state_words.end()) value.refuse(expected);
  out.state = found->here;
  out.state_reason = found->reason;
}

void read_gpu(RawObject& object, VMInfo& out) {
  const auto value = object.take("gpu_assigned");
  if (!value || value->text() == "false") return;
  if (value->text() != "true") {
    if (value->string("the name of a GPU, true, false or null").empty()) return;
    out.unknown.push_back({"gpu_assigned", std::string(value->text())});
  }
  out.gpu_count = 1;
}

VMInfo read_vm(const RawValue& value, std::string_view role, Allowance& allowance) {
  RawObject object = allowance.open(value);
  VMInfo out;
  out.name = object.require("name").string();
  out.cpu_cores = static_cast<std::int32_t>(object.require("cpu_cores").integer(1, max_cpu_cores));
  out.memory_gb = static_cast<std::int32_t>(object.require("memory_gb").integer(1, max_memory_gb));
  read_state(object, out);
  if (std::string address = text_or_empty(object, "ip_address"); !address.empty()) out.ip_address = std::move(address);
  for (const std::string_view name : {"volume_path", "disk_path"}) {
    if (!out.volumes.empty()) break;
    if (std::string path = text_or_empty(object, name); !path.empty()) out.volumes.push_back(std::move(path));
  }
  read_time(object, "created_at", out.created_at);
  out.last_seen = out.created_at;
  read_time(object, "last_modified", out.last_seen);
  out.role = role;
  out.domain_uuid = read_uuid(object, "domain_uuid");
  if (const auto type = object.take("vm_type"); type && (!type->is_string() || type->string() != role))
    out.unknown.push_back({"vm_type", std::string(type->text())});
  read_gpu(object, out);
  keep_rest<VMInfo>(std::move(object), out.unknown, allowance);
  return out;
}

NetworkInfo read_network(const RawValue& value, const std::string& cluster, Allowance& allowance) {
  RawObject object = allowance.open(value);
  NetworkInfo out;
  out.name = text_or_empty(object, "name");
  if (out.name.empty()) out.name = cluster + "-network";
  out.subnet = object.require("subnet").string();
  out.bridge = object.require("bridge").string();
  keep_rest<NetworkInfo>(std::move(object), out.unknown, allowance);
  return out;
}

VolumeInfo read_volume(const RawValue& value, const std::string& pool, Allowance& allowance) {
  RawObject object = allowance.open(value);
  VolumeInfo out;
  out.name = object.require("name").string();
  out.path = object.require("path").string();
  const RawValue size = object.require("size_gb");
  out.size_gb = std::llround(size.number(0, static_cast<double>(max_size_gb)));
  if (size.text() != std::to_string(out.size_gb)) out.unknown.push_back({"size_gb", std::string(size.text())});
  out.format = object.require("format").string();
  out.pool = pool;
  out.backing_file = text_or_empty(object, "backing_file");
  keep_rest<VolumeInfo>(std::move(object), out.unknown, allowance);
  return out;
}

/// Reads a whole file into a state, and notes where its objects come from.
class Layout2 {
 public:
  explicit Layout2(const Source& source) : source_(source), value_(source_, 0), allowance_(source_), origins_(value_) {
    origins_.rename("vms", vm_renames);
  }

  ClusterState read() {
    RawObject root = open();
    out_.cluster_name = root.require("cluster_name").string();
    out_.cluster_type = root.require("cluster_type").string();
    read_vms(root);
    if (const auto network = root.take("network_config")) {
      out_.networks.push_back(read_network(*network, out_.cluster_name, allowance_));
      origins_.add("networks", *network);
    }
    if (const auto pool = root.take("storage_pool")) read_pool(*pool);
    read_time(root, "created_at", out_.created_at);
    out_.last_modified = out_.created_at;
    read_time(root, "last_modified", out_.last_modified);
    keep_rest<Root>(std::move(root), out_.unknown, allowance_);
    out_.status = derive_status(out_.vms);
    origins_.require_none(validate_first(out_, max_problems_told));
    return std::move(out_);
  }

 private:
  /// The root, where this is such a file.
  RawObject open() {
    RawObject root = allowance_.open(value_);
    const auto refuse = [&](std::string_view text) { throw Error(errc::invalid, text, ErrorPlace{std::string(source_.path), {}, 0, 0}); };
    if (root.has("vms") || root.has("aihow")) refuse("this is a document of this version already: there is nothing to convert");
    const auto version = root.take("state_file_version");
    if (!version && !root.has("controller") && !root.has("compute_nodes") && !root.has("worker_nodes"))
      refuse("this is no state of the existing Python tool: expected a member \"state_file_version\" and its nodes, found none");
    if (!version) return root;
    const std::string text = version->string("a version as in \"2.0\"");
    if (!text.starts_with("2.") && !text.starts_with("1.")) {
      throw Error(errc::unsupported_version, fmt::format("expected layout 2.0, found {}: this one is not known here", version->text()),
                  version->place());
    }
    return root;
  }

  void read_vms(RawObject& root) {
    const auto add = [&](const RawValue& value, std::string_view role) {
      out_.vms.push_back(read_vm(value, role, allowance_));
      origins_.add("vms", value);
    };
    if (const auto controller = root.take("controller")) add(*controller, out_.cluster_type == "cloud" ? "control_plane" : "controller");
    for (const auto& [list, role] : {std::pair{"compute_nodes", "compute"}, std::pair{"worker_nodes", "worker"}}) {
      const auto nodes = root.take(list);
      if (!nodes) continue;
      for (const RawValue& node : allowance_.elements(*nodes, out_.vms)) add(node, role);
    }
  }

  void read_pool(const RawValue& value) {
    RawObject object = allowance_.open(value);
    PoolInfo out;
    out.name = object.require("name").string();
    out.path = object.require("path").string();
    out.uuid = read_uuid(object, "uuid");
    if (const auto volumes = object.take("volumes")) {
      for (const RawValue& volume : allowance_.elements(*volumes, out_.volumes)) {
        out_.volumes.push_back(read_volume(volume, out.name, allowance_));
        origins_.add("volumes", volume);
      }
    }
    keep_rest<PoolInfo>(std::move(object), out.unknown, allowance_);
    out_.pools.push_back(std::move(out));
    origins_.add("pools", value);
  }

  Source source_;
  RawValue value_;
  Allowance allowance_;
  ClusterState out_;
  Provenance origins_;
};

}  // namespace
}  // namespace format

ClusterState import_layout_2(std::string_view bytes, std::string_view path) try {
  format::check_size(bytes, path);
  // What is kept of a controller or a network lies one level deeper than it did.
  format::check_value(bytes, max_document_depth - 1, path);
  return format::Layout2({bytes, path}).read();
} catch (const std::bad_alloc&) {
  throw Error(errc::out_of_memory, "there is not enough memory to read this file");
}

}  // namespace aihow::state::inline v0
