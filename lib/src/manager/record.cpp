// SPDX-License-Identifier: MIT
#include "record.hpp"
#include <aihow/state/json.hpp>
#include <optional>

namespace aihow::state::inline v0 {
namespace {

class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  void close() { out_ += '}'; }
  void raw(std::string_view name, std::string_view json) { key(name) += json; }
  void text(std::string_view name, std::string_view value) { key(name) += json_quote(value); }
  void number(std::string_view name, std::uint64_t value) { key(name) += std::to_string(value); }
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += json_quote(name);
    out_ += ':';
    return out_;
  }

 private:
  std::string& out_;
  bool first_ = true;
};

/// The root's own members, without the lists.
std::string root_json(const ClusterState& state) {
  if (state.cluster_name.empty()) return "null";
  std::string out;
  Members members(out);
  members.text("cluster_name", state.cluster_name);
  members.text("cluster_type", state.cluster_type);
  members.text("status", state.status);
  members.text("created_at", state.created_at.to_string());
  members.text("last_modified", state.last_modified.to_string());
  for (const UnknownMember& unknown : state.unknown) members.raw(unknown.name, unknown.json);
  members.close();
  return out;
}

template <class Object>
void write_object(Members& members, const StateDiff::Places& places, const std::vector<Object>& before, const std::vector<Object>& after) {
  if (places.before.has_value() != places.after.has_value()) members.number("at", places.before ? *places.before : *places.after);
  members.raw("before", places.before ? to_json(before[*places.before]) : "null");
  members.raw("after", places.after ? to_json(after[*places.after]) : "null");
}

std::string commit_member(const Uuid& commit) { return "\"commit\":\"" + commit.to_string() + "\",\"token\":"; }

}  // namespace

Record make_record(const RecordHead& head, const ClusterState& before, const ClusterState& after, const StateDiff& diff) {
  Record out{head.revision, {}};
  std::string& json = out.json;
  Members root(json);
  root.number("revision", head.revision);
  root.text("time", head.time.to_string());
  {
    Members actor(root.key("actor"));
    actor.text("user", head.actor.user);
    actor.text("host", head.actor.host);
    actor.raw("pid", std::to_string(head.actor.pid));
    actor.text("program", head.actor.program);
    actor.text("text", head.actor.text);
    actor.close();
  }
  root.text("operation", head.operation);
  root.text("commit", head.commit.to_string());
  root.raw("token", "null");
  root.key("changes") += '[';

  for (std::size_t i = 0; i < diff.changes.size(); ++i) {
    const Change& change = diff.changes[i];
    const StateDiff::Places& places = diff.places[i];
    if (json.back() != '[') json += ',';
    Members members(json);
    members.text("kind", to_string(change.kind));
    members.text("name", change.name);
    switch (change.kind) {
      case ObjectKind::cluster:
        members.raw("before", root_json(before));
        members.raw("after", root_json(after));
        break;
      case ObjectKind::vm:
        write_object(members, places, before.vms, after.vms);
        break;
      case ObjectKind::network:
        write_object(members, places, before.networks, after.networks);
        break;
      case ObjectKind::volume:
        write_object(members, places, before.volumes, after.volumes);
        break;
      case ObjectKind::pool:
        write_object(members, places, before.pools, after.pools);
        break;
    }
    members.close();
  }
  json += ']';
  root.close();
  // Unknown members keep the text that they were read with. A line break in valid JSON is only ever space between tokens.
  for (const char line_break : {'\n', '\r'}) {
    for (std::size_t at = json.find(line_break); at != std::string::npos; at = json.find(line_break, at)) json[at] = ' ';
  }
  return out;
}

bool is_record_of(const Record& record, const Uuid& commit) { return record.json.find(commit_member(commit)) != std::string::npos; }

}  // namespace aihow::state::inline v0
