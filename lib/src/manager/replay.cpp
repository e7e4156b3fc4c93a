// SPDX-License-Identifier: MIT
#include "replay.hpp"
#include <aihow/state/diff.hpp>
#include <aihow/state/error.hpp>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <utility>
#include <vector>
#include "record_reader.hpp"

namespace aihow::state::inline v0 {
namespace {

[[noreturn]] void refuse(const RecordReader& record, const std::string& what) {
  throw Error(errc::corrupt, "the history's record of revision " + std::to_string(record.head.revision) + " does not fit: " + what);
}

std::string object_name(const RecordChange& change) { return std::string(to_string(change.kind)) + " \"" + change.name + "\""; }

/// What the changes of one kind make of a list.
template <class Object>
void apply_objects(const RecordReader& record, ObjectKind kind, std::vector<Object>& objects) {
  std::vector<bool> removed(objects.size());
  std::vector<std::pair<std::size_t, Object>> added;
  std::vector<std::pair<std::size_t, Object>> changed;
  bool some_removed = false;
  {
    // It refers to the names, so that the objects stay as they are as long as it is in use.
    detail::NameIndex<Object> index(objects);
    std::size_t next = 0;
    for (const RecordChange& change : record.changes) {
      if (change.kind != kind) continue;
      const auto text = change.exact ? std::string_view(*change.exact) : change.after ? change.after->text() : std::string_view();
      if (!change.before) {
        if (!change.after || !change.at) refuse(record, object_name(change) + " says neither what it was nor where it is");
        added.emplace_back(*change.at, object_from_json<Object>(text));
        continue;
      }
      const auto at = index.find(change.name, next);
      if (!at) refuse(record, object_name(change) + " was not there before");
      next = *at + 1;
      if (change.after) changed.emplace_back(*at, object_from_json<Object>(text));
      else removed[*at] = some_removed = true;
    }
  }
  for (auto& [at, object] : changed) objects[at] = std::move(object);
  if (added.empty() && !some_removed) return;
  std::sort(added.begin(), added.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Object> out;
  out.reserve(objects.size() + added.size());
  auto coming = added.begin();
  const auto put_added = [&] {
    for (; coming != added.end() && coming->first == out.size(); ++coming) out.push_back(std::move(coming->second));
  };
  for (std::size_t i = 0; i < objects.size(); ++i) {
    put_added();
    if (!removed[i]) out.push_back(std::move(objects[i]));
  }
  put_added();
  if (coming != added.end()) refuse(record, "an object is added beyond the end of its list");
  objects = std::move(out);
}

void apply_root(const RecordReader& record, ClusterState& state) {
  const auto change =
      std::find_if(record.changes.begin(), record.changes.end(), [](const RecordChange& one) { return one.kind == ObjectKind::cluster; });
  if (change == record.changes.end()) return;
  if (!change->after) refuse(record, "it removes the cluster");
  ClusterState root = read_document(change->exact ? std::string_view(*change->exact) : change->after->text()).state;
  state.cluster_name = std::move(root.cluster_name);
  state.cluster_type = std::move(root.cluster_type);
  state.status = std::move(root.status);
  state.created_at = root.created_at;
  state.last_modified = root.last_modified;
  state.unknown = std::move(root.unknown);
  state.unknown_in_aihow = std::move(root.unknown_in_aihow);
}

void apply_beside(const RecordReader& record, ClusterState& state) {
  if (!record.seen.empty()) {
    auto vm = state.vms.begin();
    for (const auto& [time, count] : record.seen) {
      if (count > static_cast<std::size_t>(state.vms.end() - vm)) refuse(record, "it tells of more VMs than there are");
      for (std::size_t i = 0; i < count; ++i) (vm++)->last_seen = time;
    }
    if (vm != state.vms.end()) refuse(record, "it tells of fewer VMs than there are");
  }
  for (const auto& [name, list] : record.addresses) {
    NetworkInfo* const network = find_by_name(state.networks, name);
    if (network == nullptr) refuse(record, "network \"" + name + "\" was not there before");
    network->active_ips = list;
  }
}

}  // namespace

void Replay::apply(const Record& record) {
  const RecordReader reader(record);
  const HistoryEntry& head = reader.head;
  token_ = head.token;
  erased_ = head.type == RecordType::erase;
  gap_ = head.type == RecordType::gap;
  if (reader.whole) {
    state_ = read_document(*reader.whole).state;
    return;
  }
  if (head.type == RecordType::first) state_.emplace();
  const bool goes_on =
      head.type == RecordType::first || (head.type == RecordType::change && state_ && reader.has_base && state_->revision == head.base);
  if (!goes_on) {
    state_.reset();
    return;
  }
  apply_root(reader, *state_);
  apply_objects(reader, ObjectKind::vm, state_->vms);
  apply_objects(reader, ObjectKind::network, state_->networks);
  apply_objects(reader, ObjectKind::volume, state_->volumes);
  apply_objects(reader, ObjectKind::pool, state_->pools);
  apply_beside(reader, *state_);
  state_->revision = head.revision;
  state_->lineage = lineage_;
}

}  // namespace aihow::state::inline v0
