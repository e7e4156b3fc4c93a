// SPDX-License-Identifier: MIT
// Section and Value: reading the tree by the format's rules while every problem is noted with its place.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "config/yaml_node.hpp"

namespace aihow::tool {

/// A value with its place. Empty where the key is absent.
struct Value {
  const YamlNode* node = nullptr;
  std::string where;  ///< `clusters.hpc.compute_nodes[0].cpu_cores`
  int line = 0;
  int column = 0;
  explicit operator bool() const noexcept { return node != nullptr; }
};

/// What was found in a file, in the order in which it was looked at; sorted() gives the file's.
class Report {
 public:
  void problem(const Value& at, std::string message) { problems_.push_back({at.line, at.column, at.where, std::move(message)}); }
  /// `expected a boolean, found the string "maybe"`
  void expected(const Value& at, std::string_view what) { problem(at, "expected " + std::string(what) + ", found " + describe(*at.node)); }
  void warning(const Value& at, std::string message) { warnings_.push_back({at.line, at.column, at.where, std::move(message)}); }
  void add(std::vector<ConfigProblem> problems);

  std::vector<ConfigProblem> problems() const { return sorted(problems_); }
  std::vector<ConfigProblem> warnings() const { return sorted(warnings_); }

 private:
  static std::vector<ConfigProblem> sorted(std::vector<ConfigProblem> list);

  std::vector<ConfigProblem> problems_;
  std::vector<ConfigProblem> warnings_;
};

/// A map of the format. Keys that were never asked for when the section ends are unknown: warnings.
class Section {
 public:
  /// A value that is no map is a problem, and a section in which every key is absent and none is missed.
  Section(Report& report, const Value& map);
  ~Section();
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  /// Whether the value was a map.
  explicit operator bool() const noexcept { return node_ != nullptr; }
  const Value& place() const noexcept { return place_; }
  Report& report() const noexcept { return report_; }

  /// The value of a key, empty where it is absent.
  Value get(std::string_view key);
  /// The same; absent is a problem that says what is expected.
  Value require(std::string_view key, std::string_view expected);
  /// A key with an alias: one of them, or both with the same text.
  Value get(std::string_view key, std::string_view alias);
  /// Keys that are kept without a look inside.
  void keep(std::string_view key) { (void)get(key); }

  // get() and the conversion below in one: nullopt where the key is absent or wrong (which is then noted).
  std::optional<std::string> text(std::string_view key, std::string_view expected = "a string");
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::int32_t> integer(std::string_view key, std::int32_t lowest, std::int32_t highest);
  std::optional<std::string> one_of(std::string_view key, std::span<const std::string_view> words);

 private:
  Report& report_;
  Value place_;
  const YamlNode* node_ = nullptr;
  std::vector<std::string_view> known_;
};

// Conversions: nullopt where the value is of another kind, which is noted.

/// A string: quoted, or plain and neither an integer, a number nor a boolean. Control characters are refused.
std::optional<std::string> as_text(Report& report, const Value& value, std::string_view expected = "a string");
/// Any scalar's text (`0755`, `1e10`, `10de`), for what people write without quotes. Control characters are refused.
std::optional<std::string> as_scalar(Report& report, const Value& value, std::string_view expected);
std::optional<bool> as_boolean(Report& report, const Value& value);
/// A plain decimal integer.
std::optional<std::int32_t> as_integer(Report& report, const Value& value, std::int32_t lowest, std::int32_t highest);
/// The items of a list.
std::vector<Value> as_list(Report& report, const Value& value, std::string_view expected);

std::string integer_range(std::int32_t lowest, std::int32_t highest);
/// `a, b or c`
std::string listed(std::span<const std::string_view> words);

}  // namespace aihow::tool
