// SPDX-License-Identifier: MIT
#include "history.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <fstream>

namespace writers {

namespace json = boost::json;

namespace {

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

template <class Number>
Number number(std::string_view text) {
  Number out{};
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

What what_of(std::string_view operation) {
  if (operation == "add_vm") return What::add;
  if (operation == "remove_vm") return What::remove;
  if (operation == "update_vm_state") return What::update;
  return What::shift;
}

/// A member that only people write, in the root of the document.
constexpr const char* by_hand = "edit";

std::shared_ptr<const std::string> text_of(const json::value& value) {
  if (value.is_null()) return nullptr;
  json::value copy = value;
  copy.as_object().erase(by_hand);
  return std::make_shared<const std::string>(json::serialize(copy));
}

bool same(const std::shared_ptr<const std::string>& one, const std::shared_ptr<const std::string>& other) {
  return one && other ? *one == *other : one == other;
}

}  // namespace

History::History(Board& board, const std::string& state_path, bool whole) : board_(board), whole_(whole) {
  std::ifstream file(state_path + ".history");
  for (std::string line; std::getline(file, line);) {
    const json::value record = json::parse(line);
    if (record.at("revision").to_number<std::uint64_t>() != 0) take(record.as_object());
  }
}

void History::take(const json::object& record) {
  const auto revision = record.at("revision").to_number<std::uint64_t>();
  if (revision != last_ + 1 && (whole_ || records_ > 0)) board_.fail(fmt::format("the history has revision {} after {}", revision, last_));
  last_ = revision;
  ++records_;
  attribute(record);
  if (whole_) replay(record);
}

void History::attribute(const json::object& record) {
  for (const json::value& change : record.at("changes").as_array()) {
    const std::string_view name = view(change.at("name").as_string());
    if (change.at("kind").as_string() != "vm" || !name.starts_with('w')) continue;
    const json::value& after = change.at("after");
    landed_.push_back({.revision = last_,
                       .writer = number<int>(name.substr(1)),
                       .life = number<std::uint32_t>(view(record.at("actor").at("text").as_string())),
                       .what = what_of(view(record.at("operation").as_string())),
                       .vm = name.size() > 4 ? number<std::uint8_t>(name.substr(4)) : std::uint8_t{0},
                       .to = after.is_null() ? std::string() : std::string(view(after.at("state").as_string()))});
  }
}

void History::replay(const json::object& record) {
  const json::array& changes = record.at("changes").as_array();
  std::ptrdiff_t base = nothing;
  std::string leads_to;
  for (const json::value& change : changes) {
    if (change.at("kind").as_string() != "cluster") continue;
    leads_to = view(change.at("after").at("last_modified").as_string());
    if (change.at("before").is_null()) continue;
    const auto found = step_of_.find(view(change.at("before").at("last_modified").as_string()));
    if (found == step_of_.end()) return board_.fail(fmt::format("revision {} is based on what never was committed", last_));
    base = found->second;
  }
  if (base != at_) ++jumps_;
  go_to(base);
  Step step{base, {}};
  for (const json::value& change : changes) {
    const std::string key = fmt::format("{}/{}", view(change.at("kind").as_string()), view(change.at("name").as_string()));
    const Text before = content_.contains(key) ? content_[key] : nullptr;
    if (!same(before, text_of(change.at("before"))))
      board_.fail(fmt::format("revision {}: what {} was before is not what it had become", last_, key));
    step.edits.push_back({key, before, text_of(change.at("after"))});
    set(key, step.edits.back().after);
  }
  steps_.push_back(std::move(step));
  at_ = static_cast<std::ptrdiff_t>(steps_.size()) - 1;
  if (!step_of_.emplace(leads_to, at_).second) board_.fail(fmt::format("revision {} has a last_modified that another has", last_));
}

/// Undoes steps up to one that both have in common, then does those that lead to the other. A step's base is always an earlier one.
void History::go_to(std::ptrdiff_t step) {
  std::vector<std::ptrdiff_t> ahead;
  for (std::ptrdiff_t other = step; at_ != other;) {
    if (at_ > other) {
      const Step& undone = steps_[static_cast<std::size_t>(at_)];
      for (const Edit& edit : undone.edits) set(edit.key, edit.before);
      at_ = undone.base;
    } else {
      ahead.push_back(other);
      other = steps_[static_cast<std::size_t>(other)].base;
    }
  }
  std::for_each(ahead.rbegin(), ahead.rend(), [&](std::ptrdiff_t next) {
    for (const Edit& edit : steps_[static_cast<std::size_t>(next)].edits) set(edit.key, edit.after);
  });
  at_ = step;
}

void History::set(const std::string& key, const Text& text) {
  if (text) content_[key] = text;
  else content_.erase(key);
}

void History::compare(std::string_view document) {
  const json::value state = json::parse(json::string_view(document.data(), document.size()));
  std::map<std::string, Text> stands;
  for (const json::value& vm : state.at("vms").as_array()) stands["vm/" + std::string(view(vm.at("name").as_string()))] = text_of(vm);
  for (const auto& [key, text] : content_) {
    if (key.starts_with("vm/") && (!stands.contains(key) || !same(stands[key], text))) board_.fail(key + " stands otherwise than the history tells");
    stands.erase(key);
  }
  for (const auto& [key, text] : stands) board_.fail(key + " stands, and the history does not tell of it");
}

}  // namespace writers
