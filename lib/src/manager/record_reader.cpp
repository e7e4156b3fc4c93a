// SPDX-License-Identifier: MIT
#include "record_reader.hpp"
#include <aihow/state/json.hpp>
#include <algorithm>
#include <array>
#include <limits>
#include "json/event_reader.hpp"

namespace aihow::state::inline v0 {
namespace {

using format::RawObject;
using format::RawValue;

constexpr std::array types{RecordType::change, RecordType::first, RecordType::whole, RecordType::gap, RecordType::erase};
constexpr std::array kinds{ObjectKind::cluster, ObjectKind::vm, ObjectKind::network, ObjectKind::volume, ObjectKind::pool};

template <class Values>
auto from_word(const RawValue& value, const Values& values) {
  const std::string word = value.string();
  const auto found = std::find_if(values.begin(), values.end(), [&](auto one) { return to_string(one) == word; });
  if (found == values.end()) value.refuse("a word that this version knows");
  return *found;
}

std::uint64_t unsigned_of(const RawValue& value) { return static_cast<std::uint64_t>(value.integer(0, std::numeric_limits<std::int64_t>::max())); }

Timestamp time_of(const RawValue& value) {
  const auto time = Timestamp::parse(value.string());
  if (!time) value.refuse("a time");
  return *time;
}

Actor actor_of(const RawValue& value) {
  RawObject members(value);
  Actor actor;
  actor.user = members.require("user").string();
  actor.host = members.require("host").string();
  actor.pid = members.require("pid").integer(0, std::numeric_limits<std::int32_t>::max());
  actor.program = members.require("program").string();
  actor.text = members.require("text").string();
  return actor;
}

RecordChange change_of(const RawValue& value) {
  RawObject members(value);
  RecordChange change;
  change.kind = from_word(members.require("kind"), kinds);
  change.name = members.require("name").string();
  if (const auto at = members.take("at")) change.at = static_cast<std::size_t>(unsigned_of(*at));
  change.before = members.take("before");
  change.after = members.take("after");
  if (const auto exact = members.take("exact")) change.exact = exact->string();
  return change;
}

}  // namespace

RecordReader::RecordReader(const Record& record) : source_{record.json, {}} {
  try {
    if (record.json.size() >= std::numeric_limits<std::uint32_t>::max()) throw Error(errc::corrupt, "it is larger than any record is");
    // What a document may hold lies two levels deeper here.
    format::check_value(record.json, max_document_depth + 2);
    read(RawObject(RawValue(source_, 0)));
  } catch (const Error& error) {
    if (error.code() != errc::corrupt) throw;
    throw Error(errc::corrupt, "the history's record of revision " + std::to_string(record.revision) + " is damaged: " + error.what());
  }
}

void RecordReader::read(RawObject root) {
  // A store that keeps one with its record takes it off where it agrees.
  if (root.has("checksum")) throw Error(errc::corrupt, "its checksum differs");
  head.revision = unsigned_of(root.require("revision"));
  head.type = from_word(root.require("type"), types);
  head.time = time_of(root.require("time"));
  if (const auto actor = root.take("actor")) head.actor = actor_of(*actor);
  head.operation = root.require("operation").string();
  if (const auto commit = root.take("commit")) head.commit = Uuid::parse(commit->string()).value_or(Uuid{});
  if (const auto token = root.take("token")) head.token = token->string();
  if (const auto base = root.take("base")) {
    RawObject members(*base);
    has_base = true;
    head.base = unsigned_of(members.require("revision"));
    base_token = members.require("token").string();
  }
  if (const auto revision = root.take("undone_to")) head.undone_to = unsigned_of(*revision);
  if (const auto revision = root.take("restored")) head.restored = unsigned_of(*revision);
  head.edited = root.take("edited").has_value();
  head.remade = root.take("remade").has_value();
  for (const RawValue& change : root.require("changes").elements()) changes.push_back(change_of(change));
  read_beside(root);
}

void RecordReader::read_beside(RawObject& root) {
  if (const auto runs = root.take("seen")) {
    for (const RawValue& run : runs->elements()) {
      const auto parts = run.elements();
      if (parts.size() != 2) run.refuse("a time and how many have it");
      seen.emplace_back(time_of(parts[0]), static_cast<std::size_t>(unsigned_of(parts[1])));
    }
  }
  if (const auto networks = root.take("addresses")) {
    for (const format::RawMember& network : networks->members()) {
      auto& list = addresses.emplace_back(network.name, std::vector<std::string>()).second;
      for (const RawValue& address : network.value.elements()) list.push_back(address.string());
    }
  }
  if (const auto document = root.take("whole")) whole = document->is_string() ? document->string() : std::string(document->text());
}

std::vector<FieldChange> field_changes(std::string_view before, std::string_view after) {
  std::vector<FieldChange> out;
  if (before.empty() || after.empty()) return out;
  const format::Source old_source{before, {}};
  const format::Source new_source{after, {}};
  auto old_members = RawValue(old_source, 0).members();
  const auto find = [](const auto& members, const std::string& name) {
    return std::find_if(members.begin(), members.end(), [&](const format::RawMember& member) { return member.name == name; });
  };
  const auto new_members = RawValue(new_source, 0).members();
  for (const format::RawMember& member : new_members) {
    const auto old = find(old_members, member.name);
    const std::string_view was = old == old_members.end() ? std::string_view() : old->value.text();
    if (was != member.value.text()) out.push_back({member.name, std::string(was), std::string(member.value.text())});
  }
  for (const format::RawMember& member : old_members) {
    if (find(new_members, member.name) == new_members.end()) out.push_back({member.name, std::string(member.value.text()), {}});
  }
  return out;
}

HistoryEntry read_entry(const Record& record) {
  const RecordReader reader(record);
  HistoryEntry entry = reader.head;
  for (const RecordChange& change : reader.changes) {
    ObjectChange out{change.kind, change.name, {}, {}, {}};
    if (change.before) out.before = change.before->text();
    if (change.after) out.after = change.after->text();
    out.fields = field_changes(out.before, out.after);
    entry.changes.push_back(std::move(out));
  }
  return entry;
}

}  // namespace aihow::state::inline v0
