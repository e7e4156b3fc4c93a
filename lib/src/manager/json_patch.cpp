// SPDX-License-Identifier: MIT
// json_patch() and object_changes(): what makes one state of another, for programs.
#include <aihow/state/diff.hpp>
#include <aihow/state/history.hpp>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include "json/compact.hpp"
#include "record.hpp"
#include "record_reader.hpp"

namespace aihow::state::inline v0 {
namespace {

using format::RawMember;
using format::RawValue;

/// A name as a part of a JSON pointer (RFC 6901).
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return out;
}

/// Elements that are objects with a name each, no two the same.
struct Named {
  std::vector<RawValue> elements;
  std::vector<std::string> names;
  std::unordered_map<std::string_view, std::size_t> places;
};

std::optional<Named> named(const RawValue& array) {
  Named out;
  out.elements = array.elements();
  for (const RawValue& element : out.elements) {
    if (element.text().front() != '{') return std::nullopt;
    const auto members = element.members();
    const auto name = std::find_if(members.begin(), members.end(), [](const RawMember& member) { return member.name == "name"; });
    if (name == members.end() || !name->value.is_string()) return std::nullopt;
    out.names.push_back(name->value.string());
  }
  for (std::size_t i = 0; i < out.names.size(); ++i) {
    if (!out.places.try_emplace(out.names[i], i).second) return std::nullopt;
  }
  return out;
}

bool same_order(const Named& before, const Named& after) {
  std::size_t next = 0;
  for (const std::string& name : after.names) {
    const auto at = before.places.find(name);
    if (at == before.places.end()) continue;
    if (at->second < next) return false;
    next = at->second + 1;
  }
  return true;
}

class Patch {
 public:
  void value(const std::string& path, const RawValue& before, const RawValue& after) {
    if (before.text() == after.text()) return;
    const char kind = before.text().front();
    if (kind == after.text().front() && kind == '{') return object(path, before, after);
    if (kind == after.text().front() && kind == '[' && array(path, before, after)) return;
    operation("replace", path, &after);
  }
  std::string take() && { return out_ + "]"; }

 private:
  void object(const std::string& path, const RawValue& before, const RawValue& after) {
    const auto old_members = before.members();
    const auto new_members = after.members();
    const auto find = [](const std::vector<RawMember>& members, const std::string& name) {
      return std::find_if(members.begin(), members.end(), [&](const RawMember& member) { return member.name == name; });
    };
    for (const RawMember& member : old_members) {
      if (find(new_members, member.name) == new_members.end()) operation("remove", path + "/" + escaped(member.name), nullptr);
    }
    for (const RawMember& member : new_members) {
      const std::string at = path + "/" + escaped(member.name);
      const auto old = find(old_members, member.name);
      if (old == old_members.end()) operation("add", at, &member.value);
      else value(at, old->value, member.value);
    }
  }

  /// Objects that are told apart by name. The places are those of the list as it is when the operation's turn comes.
  bool array(const std::string& path, const RawValue& before, const RawValue& after) {
    const auto was = named(before);
    const auto is = named(after);
    if (!was || !is || !same_order(*was, *is)) return false;
    for (std::size_t i = was->names.size(); i-- != 0;) {
      if (!is->places.contains(was->names[i])) operation("remove", path + "/" + std::to_string(i), nullptr);
    }
    for (std::size_t i = 0; i < is->names.size(); ++i) {
      if (!was->places.contains(is->names[i])) operation("add", path + "/" + std::to_string(i), &is->elements[i]);
    }
    for (std::size_t i = 0; i < is->names.size(); ++i) {
      const auto old = was->places.find(is->names[i]);
      if (old != was->places.end()) value(path + "/" + std::to_string(i), was->elements[old->second], is->elements[i]);
    }
    return true;
  }

  void operation(std::string_view what, const std::string& path, const RawValue* content) {
    if (out_.size() > 1) out_ += ',';
    out_.append("{\"op\":\"").append(what).append("\",\"path\":").append(json_quote(path));
    if (content != nullptr) out_.append(",\"value\":").append(compact_json(content->text()));
    out_ += '}';
  }

  std::string out_ = "[";
};

template <class Object>
std::string json_at(const std::vector<Object>& objects, const std::optional<std::size_t>& place) {
  return place ? to_json(objects[*place]) : std::string();
}

std::string root_at(const ClusterState& state) { return state.cluster_name.empty() ? std::string() : root_json(state); }

}  // namespace

std::vector<ObjectChange> object_changes(const ClusterState& before, const ClusterState& after) {
  const StateDiff difference = diff(before, after);
  std::vector<ObjectChange> out;
  out.reserve(difference.changes.size());
  for (std::size_t i = 0; i < difference.changes.size(); ++i) {
    const auto& [at_before, at_after] = difference.places[i];
    ObjectChange change{difference.changes[i].kind, difference.changes[i].name, {}, {}, {}};
    const auto fill = [&, from = at_before, to = at_after](const auto& old_list, const auto& new_list) {
      change.before = json_at(old_list, from);
      change.after = json_at(new_list, to);
    };
    switch (change.kind) {
      case ObjectKind::cluster:
        change.before = root_at(before);
        change.after = root_at(after);
        break;
      case ObjectKind::vm:
        fill(before.vms, after.vms);
        break;
      case ObjectKind::network:
        fill(before.networks, after.networks);
        break;
      case ObjectKind::volume:
        fill(before.volumes, after.volumes);
        break;
      case ObjectKind::pool:
        fill(before.pools, after.pools);
        break;
    }
    change.fields = field_changes(change.before, change.after);
    out.push_back(std::move(change));
  }
  return out;
}

std::string json_patch(const ClusterState& before, const ClusterState& after) {
  const std::string old_text = write_document(before);
  const std::string new_text = write_document(after);
  const format::Source old_source{old_text, {}};
  const format::Source new_source{new_text, {}};
  Patch patch;
  patch.value("", RawValue(old_source, 0), RawValue(new_source, 0));
  return std::move(patch).take();
}

}  // namespace aihow::state::inline v0
