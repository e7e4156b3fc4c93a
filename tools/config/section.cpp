// SPDX-License-Identifier: MIT
#include "config/section.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>
#include "config/text_check.hpp"

namespace aihow::tool {
namespace {

/// Letters to insert, drop or exchange to make one word of another.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j)
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)}));
  }
  return row.back();
}

std::string unknown_key(std::string_view key, std::span<const std::string_view> known) {
  constexpr std::size_t longest = 32;  // longer words are no slips of these
  std::string message = "unknown key, ignored";
  if (key.size() > longest) return message;
  const auto closest = std::ranges::min_element(known, {}, [key](std::string_view word) { return edit_distance(key, word); });
  if (closest != known.end() && edit_distance(key, *closest) <= std::max<std::size_t>(1, key.size() / 4))
    message += fmt::format(" (is {} meant?)", *closest);
  return message;
}

/// Words for a boolean; YAML 1.1 readers know these.
constexpr std::array<std::string_view, 11> true_words = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"};
constexpr std::array<std::string_view, 11> false_words = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"};

bool contains(std::span<const std::string_view> words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

}  // namespace

void Report::add(std::vector<ConfigProblem> problems) {
  problems_.insert(problems_.end(), std::make_move_iterator(problems.begin()), std::make_move_iterator(problems.end()));
}

std::vector<ConfigProblem> Report::sorted(std::vector<ConfigProblem> list) {
  std::ranges::stable_sort(list, {}, [](const ConfigProblem& problem) { return std::tuple(problem.line, problem.column); });
  return list;
}

Section::Section(Report& report, const Value& map) : report_(report), place_(map) {
  if (map.node == nullptr) return;
  if (map.node->kind == YamlNode::Kind::map) node_ = map.node;
  else report.expected(map, "a map");
}

Section::~Section() {
  if (node_ == nullptr) return;
  for (const YamlEntry& entry : node_->entries)
    if (!contains(known_, entry.key))
      report_.warning({entry.value, place_.where + (place_.where.empty() ? "" : ".") + shown(entry.key), entry.line, entry.column},
                      unknown_key(entry.key, known_));
}

Value Section::get(std::string_view key) {
  if (!contains(known_, key)) known_.push_back(key);
  if (node_ == nullptr) return {};
  const auto entry = std::ranges::find(node_->entries, key, &YamlEntry::key);
  if (entry == node_->entries.end()) return {};
  const bool absent = entry->value->kind == YamlNode::Kind::null;  // yaml-cpp places it at the next token
  return {entry->value, place_.where + (place_.where.empty() ? "" : ".") + std::string(key), absent ? entry->line : entry->value->line,
          absent ? entry->column : entry->value->column};
}

Value Section::require(std::string_view key, std::string_view expected) {
  Value value = get(key);
  if (!value && node_ != nullptr)
    report_.problem({node_, place_.where + (place_.where.empty() ? "" : ".") + std::string(key), place_.line, place_.column},
                    fmt::format("missing; expected {}", expected));
  return value;
}

Value Section::get(std::string_view key, std::string_view alias) {
  Value value = get(key), other = get(alias);
  if (value && other && (value.node->kind != YamlNode::Kind::scalar || value.node->kind != other.node->kind || value.node->text != other.node->text))
    report_.problem(other, fmt::format("an alias of {}, which is given too, with another value: leave one out", key));
  return value ? value : other;
}

std::optional<std::string> Section::text(std::string_view key, std::string_view expected) {
  const Value value = get(key);
  return value ? as_text(report_, value, expected) : std::nullopt;
}
std::optional<bool> Section::boolean(std::string_view key) {
  const Value value = get(key);
  return value ? as_boolean(report_, value) : std::nullopt;
}
std::optional<std::int32_t> Section::integer(std::string_view key, std::int32_t lowest, std::int32_t highest) {
  const Value value = get(key);
  return value ? as_integer(report_, value, lowest, highest) : std::nullopt;
}
std::optional<std::string> Section::one_of(std::string_view key, std::span<const std::string_view> words) {
  const Value value = get(key);
  if (!value) return std::nullopt;
  std::optional<std::string> word = as_text(report_, value, listed(words));
  if (!word || contains(words, *word)) return word;
  report_.expected(value, listed(words));
  return std::nullopt;
}

std::optional<std::string> as_scalar(Report& report, const Value& value, std::string_view expected) {
  if (value.node->kind != YamlNode::Kind::scalar) {
    report.expected(value, expected);
    return std::nullopt;
  }
  if (has_control(value.node->text)) {
    report.problem(value, fmt::format("expected {}, found control characters in {}", expected, quoted(value.node->text)));
    return std::nullopt;
  }
  return value.node->text;
}

std::optional<std::string> as_text(Report& report, const Value& value, std::string_view expected) {
  if (value.node->kind == YamlNode::Kind::scalar && scalar_type(*value.node) != ScalarType::string) {
    report.problem(value, fmt::format("expected {}, found {} (quote it: {})", expected, describe(*value.node), quoted(value.node->text)));
    return std::nullopt;
  }
  return as_scalar(report, value, expected);
}

std::optional<bool> as_boolean(Report& report, const Value& value) {
  if (value.node->kind == YamlNode::Kind::scalar && value.node->plain) {
    if (contains(true_words, value.node->text)) return true;
    if (contains(false_words, value.node->text)) return false;
  }
  report.expected(value, "a boolean (true or false)");
  return std::nullopt;
}

std::optional<std::int32_t> as_integer(Report& report, const Value& value, std::int32_t lowest, std::int32_t highest) {
  if (value.node->kind == YamlNode::Kind::scalar && scalar_type(*value.node) == ScalarType::integer) {
    std::string_view text = value.node->text;
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    const bool ambiguous = text.size() > 1 && (text.starts_with('0') || text.starts_with("-0"));  // octal to some readers
    if (whole && !ambiguous && number >= lowest && number <= highest) return number;
  }
  report.expected(value, integer_range(lowest, highest));
  return std::nullopt;
}

std::vector<Value> as_list(Report& report, const Value& value, std::string_view expected) {
  std::vector<Value> out;
  if (value.node->kind != YamlNode::Kind::list) {
    report.expected(value, expected);
    return out;
  }
  for (const YamlNode* item : value.node->items) out.push_back({item, fmt::format("{}[{}]", value.where, out.size()), item->line, item->column});
  return out;
}

std::string integer_range(std::int32_t lowest, std::int32_t highest) {
  return highest == std::numeric_limits<std::int32_t>::max() ? fmt::format("an integer, at least {}", lowest)
                                                             : fmt::format("an integer from {} to {}", lowest, highest);
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) out.append(i == 0 ? "" : i + 1 == words.size() ? " or " : ", ").append(words[i]);
  return out;
}

}  // namespace aihow::tool
