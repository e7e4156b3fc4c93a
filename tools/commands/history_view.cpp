// SPDX-License-Identifier: MIT
#include "commands/history_view.hpp"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <boost/json/parse.hpp>
#include "output/escape.hpp"
#include "output/table.hpp"

namespace aihow::tool {
namespace {

using state::HistoryEntry;
using state::ObjectChange;
using state::ObjectKind;

constexpr std::size_t most_told = 3;

/// A value as people write it: texts without quotes, nothing as `-`.
std::string plain(const std::string& json) {
  if (json.empty() || json == "null") return "-";
  if (json.front() != '"') return json;
  return std::string(boost::json::parse(json).get_string());
}

std::string_view word(const ObjectChange& change) {
  if (change.before.empty()) return "added";
  return change.after.empty() ? "removed" : "changed";
}

std::string subject(const ObjectChange& change) {
  return change.kind == ObjectKind::cluster ? "cluster" : fmt::format("{} {}", to_string(change.kind), change.name);
}

/// The sentences of an entry; of one object where a name is given, and then all of them.
std::string what(const HistoryEntry& entry, const std::string& name) {
  std::vector<std::string> out;
  std::size_t more = 0;
  if (entry.type == state::RecordType::gap) {
    out.emplace_back(entry.operation == "damaged" ? "its record cannot be read" : "what came before is not known");
  }
  if (entry.type == state::RecordType::erase) out.emplace_back("the state was removed");
  if (entry.undone_to) out.push_back(fmt::format("back to {}", *entry.undone_to));
  if (entry.restored) out.push_back(fmt::format("back to {}", *entry.restored));
  if (entry.remade) out.emplace_back("its record was lost");
  if (entry.edited) out.emplace_back("after an edit by hand");
  std::vector<const ObjectChange*> told;
  for (const ObjectChange& change : entry.changes) {
    if (is_telling(change) && (name.empty() || change.name == name)) told.push_back(&change);
  }
  // What the cluster's status says follows from the others.
  std::stable_partition(told.begin(), told.end(), [](const ObjectChange* change) { return change->kind != ObjectKind::cluster; });
  for (const ObjectChange* change : told) {
    if (name.empty() && (entry.type == state::RecordType::erase || out.size() >= most_told)) ++more;
    else out.push_back(sentence(*change));
  }
  if (more != 0 && entry.type != state::RecordType::erase) out.push_back(fmt::format("{} more", more));
  return fmt::format("{}", fmt::join(out, "; "));
}

void write_value(JsonWriter& out, std::string_view name, const std::string& json) { out.key(name).raw(json.empty() ? "null" : json); }

}  // namespace

bool is_telling(const ObjectChange& change) {
  return change.kind != ObjectKind::cluster || change.fields.size() != 1 || change.fields.front().field != "last_modified";
}

std::string sentence(const ObjectChange& change) {
  if (change.before.empty() || change.after.empty()) return fmt::format("{} {}", subject(change), word(change));
  const auto find = [&](std::string_view name) {
    return std::find_if(change.fields.begin(), change.fields.end(), [&](const state::FieldChange& field) { return field.field == name; });
  };
  const bool has_state = find("state") != change.fields.end();
  const auto reason = find("state_reason");
  std::vector<std::string> fields;
  for (const state::FieldChange& field : change.fields) {
    // They are new with every change, or every look.
    if (field.field == "last_modified" || field.field == "last_seen") continue;
    if (has_state && field.field == "state_reason") continue;
    std::string text = fmt::format("{} {} → {}", field.field, plain(field.before), plain(field.after));
    if (field.field == "state" && reason != change.fields.end() && !reason->after.empty()) text += fmt::format(" ({})", plain(reason->after));
    fields.push_back(std::move(text));
  }
  return fmt::format("{}: {}", subject(change), fields.empty() ? "times, or another order" : fmt::format("{}", fmt::join(fields, ", ")));
}

std::string who(const HistoryEntry& entry) {
  if (entry.actor.user.empty() && entry.actor.host.empty()) return {};
  return fmt::format("{}@{}", entry.actor.user, entry.actor.host);
}

void write_object_changes(JsonWriter& out, const std::vector<ObjectChange>& changes) {
  out.key("changes").begin_array();
  for (const ObjectChange& change : changes) {
    out.begin_object().member("kind", to_string(change.kind)).member("name", change.name).member("change", word(change));
    write_value(out, "before", change.before);
    write_value(out, "after", change.after);
    out.key("fields").begin_array();
    for (const state::FieldChange& field : change.fields) {
      out.begin_object().member("field", field.field);
      write_value(out, "before", field.before);
      write_value(out, "after", field.after);
      out.end_object();
    }
    out.end_array().end_object();
  }
  out.end_array();
}

void write_entry(JsonWriter& out, const HistoryEntry& entry) {
  const state::Actor& actor = entry.actor;
  out.begin_object().member("revision", entry.revision).member("type", to_string(entry.type)).member("time", entry.time.to_string());
  out.key("actor").begin_object().member("user", actor.user).member("host", actor.host).member("pid", actor.pid);
  out.member("program", actor.program).member("text", actor.text).end_object();
  out.member("operation", entry.operation).member("base", entry.base).member("undone_to", entry.undone_to).member("restored", entry.restored);
  out.member("edited", entry.edited).member("remade", entry.remade);
  write_object_changes(out, entry.changes);
  out.end_object();
}

std::string entry_line(const HistoryEntry& entry) {
  return escape(fmt::format("#{} {} {} {}, {}: {}", entry.revision, entry.time.to_string(), who(entry), entry.actor.program, entry.operation,
                            what(entry, {}))) +
         "\n";
}

std::string HistoryView::table(bool color) const {
  Table out({{"REVISION", true}, {"TIME"}, {"WHO"}, {"PROGRAM"}, {"OPERATION"}, {"WHAT"}});
  for (const HistoryEntry& entry : history_.entries)
    out.row({std::to_string(entry.revision), entry.time == state::Timestamp{} ? "" : entry.time.to_string(), who(entry), entry.actor.program,
             entry.operation, what(entry, name_)});
  return out.text(color);
}

void HistoryView::json(JsonWriter& out) const {
  out.begin_object().member("state_location", location_).member("revision", history_.revision);
  out.member("oldest_kept", history_.oldest_kept).member("newest_kept", history_.newest_kept).key("entries").begin_array();
  for (const HistoryEntry& entry : history_.entries) write_entry(out, entry);
  out.end_array().end_object();
}

std::vector<std::string> HistoryView::names() const {
  std::vector<std::string> out;
  for (const HistoryEntry& entry : history_.entries) out.push_back(std::to_string(entry.revision));
  return out;
}

std::string changes_table(const std::vector<ObjectChange>& changes, bool color) {
  Table out({{"KIND"}, {"NAME"}, {"MEMBER"}, {"BEFORE"}, {"AFTER"}});
  for (const ObjectChange& change : changes) {
    const std::string kind(to_string(change.kind));
    if (!is_telling(change)) continue;
    for (const state::FieldChange& field : change.fields) {
      if (change.kind == ObjectKind::cluster && field.field == "last_modified") continue;
      out.row({kind, change.name, field.field, plain(field.before), plain(field.after)});
    }
    if (change.fields.empty()) {
      const std::string both = word(change) == "changed" ? "another order" : std::string(word(change));
      out.row({kind, change.name, both, "", ""});
    }
  }
  return out.text(color);
}

}  // namespace aihow::tool
