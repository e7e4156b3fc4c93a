// SPDX-License-Identifier: MIT
#include "record.hpp"
#include <aihow/state/json.hpp>
#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>
#include "json/compact.hpp"

namespace aihow::state::inline v0 {
namespace {

class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  void close() { out_ += '}'; }
  void raw(std::string_view name, std::string_view json) { key(name) += json; }
  void text(std::string_view name, std::string_view value) { key(name) += json_quote(value); }
  void number(std::string_view name, std::uint64_t value) { key(name) += std::to_string(value); }
  void flag(std::string_view name, bool value) {
    if (value) raw(name, "true");
  }
  /// `name` stands as it is in JSON.
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += name;
    out_ += "\":";
    return out_;
  }
  std::string& any_key(std::string_view name) {
    const std::string quoted = json_quote(name);
    return key(std::string_view(quoted).substr(1, quoted.size() - 2));
  }

 private:
  std::string& out_;
  bool first_ = true;
};

bool all_compact(const UnknownMembers& members) {
  return std::all_of(members.begin(), members.end(), [](const UnknownMember& member) { return is_compact(member.json); });
}
template <class Object>
bool all_compact(const std::vector<Object>& objects) {
  return std::all_of(objects.begin(), objects.end(), [](const Object& object) { return all_compact(object.unknown); });
}

/// The document, so that read_document() gives this state again: without white space where that does not count.
std::string whole_json(const ClusterState& state) {
  const std::string document = write_document(state);
  const bool exact = all_compact(state.unknown) && all_compact(state.unknown_in_aihow) && all_compact(state.vms) && all_compact(state.networks) &&
                     all_compact(state.volumes) && all_compact(state.pools);
  return exact ? compact_json(document) : json_quote(document);
}

/// A document of the root alone, where `root_json()` does not say all.
std::optional<std::string> exact_root(const ClusterState& state) {
  if (all_compact(state.unknown) && state.unknown_in_aihow.empty()) return std::nullopt;
  return write_document(detail::root_of(state));
}

/// Writes the changes, and what changed beside them.
class Changes {
 public:
  Changes(std::string& out, const ClusterState& before, const ClusterState& after, const StateDiff& diff)
      : out_(out), before_(before), after_(after), diff_(diff) {}

  void write() {
    out_ += '[';
    for (std::size_t i = 0; i < diff_.changes.size(); ++i) {
      switch (diff_.changes[i].kind) {
        case ObjectKind::cluster:
          root();
          break;
        case ObjectKind::vm:
          object(i, before_.vms, after_.vms);
          break;
        case ObjectKind::network:
          object(i, before_.networks, after_.networks);
          break;
        case ObjectKind::volume:
          object(i, before_.volumes, after_.volumes);
          break;
        case ObjectKind::pool:
          object(i, before_.pools, after_.pools);
          break;
      }
    }
    out_ += ']';
  }

  bool times_differ() const noexcept { return times_; }
  bool addresses_differ() const noexcept { return addresses_; }

 private:
  void begin() {
    if (out_.back() != '[') out_ += ',';
  }
  void root() {
    begin();
    Members members(out_);
    members.text("kind", to_string(ObjectKind::cluster));
    members.text("name", "");
    members.raw("before", root_json(before_));
    members.raw("after", root_json(after_));
    if (const auto exact = exact_root(after_)) members.text("exact", *exact);
    members.close();
  }
  template <class Object>
  void object(std::size_t change, const std::vector<Object>& before, const std::vector<Object>& after) {
    const auto& [at_before, at_after] = diff_.places[change];
    if (at_before && at_after && detail::same_declared(before[*at_before], after[*at_after]) &&
        detail::same_observed(before[*at_before], after[*at_after])) {
      times_ = times_ || std::is_same_v<Object, VMInfo>;
      addresses_ = addresses_ || std::is_same_v<Object, NetworkInfo>;
      return;
    }
    begin();
    Members members(out_);
    members.text("kind", to_string(diff_.changes[change].kind));
    members.text("name", diff_.changes[change].name);
    if (at_before.has_value() != at_after.has_value()) members.number("at", at_before ? *at_before : *at_after);
    members.raw("before", at_before ? to_json(before[*at_before]) : "null");
    members.raw("after", at_after ? to_json(after[*at_after]) : "null");
    if (at_after && !all_compact(after[*at_after].unknown)) members.text("exact", to_json(after[*at_after], JsonForm::document));
    members.close();
  }

  std::string& out_;
  const ClusterState& before_;
  const ClusterState& after_;
  const StateDiff& diff_;
  bool times_ = false;
  bool addresses_ = false;
};

/// From time to time a record has the whole state, so that few have to be read for a state of the past; the larger it is the more seldom, so that
/// it costs little in all.
bool is_whole_due(std::uint64_t revision, const ClusterState& state) noexcept {
  constexpr std::size_t least = 64;
  constexpr std::size_t objects_a_record = 4;
  const std::size_t objects = state.vms.size() + state.networks.size() + state.volumes.size() + state.pools.size();
  return revision % std::bit_ceil(std::max(least, objects / objects_a_record)) == 0;
}

void write_seen(std::string& out, const std::vector<VMInfo>& vms) {
  out += '[';
  for (std::size_t i = 0; i < vms.size();) {
    std::size_t end = i + 1;
    while (end < vms.size() && vms[end].last_seen == vms[i].last_seen) ++end;
    if (i != 0) out += ',';
    out.append("[\"").append(vms[i].last_seen.to_string()).append("\",").append(std::to_string(end - i)) += ']';
    i = end;
  }
  out += ']';
}

void write_addresses(std::string& out, const std::vector<NetworkInfo>& networks) {
  Members members(out);
  for (const NetworkInfo& network : networks) {
    if (network.active_ips.size() < 2) continue;
    std::string& list = members.any_key(network.name);
    list += '[';
    for (const std::string& address : network.active_ips) {
      if (list.back() != '[') list += ',';
      list += json_quote(address);
    }
    list += ']';
  }
  members.close();
}

void write_actor(std::string& out, const Actor& actor) {
  Members members(out);
  members.text("user", actor.user);
  members.text("host", actor.host);
  members.raw("pid", std::to_string(actor.pid));
  members.text("program", actor.program);
  members.text("text", actor.text);
  members.close();
}

std::string commit_member(const Uuid& commit) { return "\"commit\":\"" + commit.to_string() + "\",\"token\":"; }

constexpr std::string_view type_start = ",\"type\":\"";

/// The word of a record's type; empty where it has none.
std::string_view type_word(std::string_view json) noexcept {
  const std::size_t at = json.find(',');
  if (at == std::string_view::npos || json.substr(at, type_start.size()) != type_start) return {};
  json.remove_prefix(at + type_start.size());
  return json.substr(0, json.find('"'));
}

}  // namespace

std::string root_json(const ClusterState& state) {
  if (state.cluster_name.empty()) return "null";
  std::string out;
  Members members(out);
  members.text("cluster_name", state.cluster_name);
  members.text("cluster_type", state.cluster_type);
  members.text("status", state.status);
  members.text("created_at", state.created_at.to_string());
  members.text("last_modified", state.last_modified.to_string());
  for (const UnknownMember& unknown : state.unknown) members.any_key(unknown.name) += compact_json(unknown.json);
  members.close();
  return out;
}

Record make_record(const RecordHead& head, const ClusterState& before, const ClusterState& after, const StateDiff& diff) {
  Record out{head.revision, {}};
  std::string& json = out.json;
  // The head, and a VM before and after with its changed members.
  constexpr std::size_t typical_head = 1024;
  constexpr std::size_t typical_change = 1024;
  json.reserve(typical_head + typical_change * diff.changes.size());
  Members root(json);
  // As long as the objects stand in one order, their places tell where the others go.
  const bool needs_whole = head.type == RecordType::change && (is_whole_due(head.revision, after) || diff.reordered);
  const RecordType type = needs_whole ? RecordType::whole : head.type;
  root.number("revision", head.revision);
  root.text("type", to_string(type));
  root.text("time", head.time.to_string());
  write_actor(root.key("actor"), head.actor);
  root.text("operation", head.operation);
  root.text("commit", head.commit.to_string());
  if (head.token.empty()) root.raw("token", "null");
  else root.text("token", head.token);
  if (head.base == nullptr) {
    root.raw("base", "null");
  } else {
    Members base(root.key("base"));
    base.number("revision", head.base->revision);
    base.text("token", head.base->token);
    base.close();
  }
  if (head.undone_to) root.number("undone_to", *head.undone_to);
  if (head.restored) root.number("restored", *head.restored);
  root.flag("edited", head.edited);
  root.flag("remade", head.remade);

  Changes changes(root.key("changes"), before, after, diff);
  changes.write();
  if (type == RecordType::change) {
    if (head.touched || changes.times_differ()) write_seen(root.key("seen"), after.vms);
    if (head.touched || changes.addresses_differ()) write_addresses(root.key("addresses"), after.networks);
  }
  if (type == RecordType::whole) root.raw("whole", whole_json(after));
  root.close();
  return out;
}

Record make_gap_record(const Snapshot& stands, const Actor& actor) {
  Record out{stands.version.revision, {}};
  Members root(out.json);
  root.number("revision", out.revision);
  root.text("type", to_string(RecordType::gap));
  root.text("time", Timestamp::now().to_string());
  write_actor(root.key("actor"), actor);
  root.text("operation", "gap");
  root.raw("commit", "null");
  root.text("token", stands.version.token);
  root.raw("base", "null");
  root.raw("changes", "[]");
  root.raw("whole", whole_json(stands.state));
  root.close();
  return out;
}

Record remake_record(const Snapshot& before, const Snapshot& stands) {
  const Actor nobody;
  const RecordHead head{.revision = stands.version.revision,
                        .time = stands.state.last_modified,
                        .actor = nobody,
                        .operation = "remade",
                        .commit = {},
                        .type = before.edited ? RecordType::whole : RecordType::change,
                        .base = &before.version,
                        .touched = true,
                        .edited = before.edited,
                        .remade = true,
                        .token = stands.version.token};
  return make_record(head, before.state, stands.state, diff(before.state, stands.state));
}

Record with_whole(const Record& record, const ClusterState& state) {
  const std::string_view word = type_word(record.json);
  if (word != to_string(RecordType::change)) return record;
  Record out = record;
  out.json.pop_back();
  out.json.append(",\"whole\":").append(whole_json(state)) += '}';
  out.json.replace(static_cast<std::size_t>(word.data() - record.json.data()), word.size(), to_string(RecordType::whole));
  return out;
}

bool is_start(const Record& record) noexcept {
  constexpr std::array starts{RecordType::first, RecordType::whole, RecordType::gap};
  const std::string_view word = type_word(record.json);
  return std::any_of(starts.begin(), starts.end(), [&](RecordType type) { return word == to_string(type); });
}

bool is_record_of(const Record& record, const Uuid& commit) { return record.json.find(commit_member(commit)) != std::string::npos; }

}  // namespace aihow::state::inline v0
