// SPDX-License-Identifier: MIT
// RawValue: a JSON value as it stands in its text, so that what is kept of it is kept exactly and what is wrong with it has a place.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "json/refuse.hpp"

namespace aihow::state::inline v0::format {

struct RawMember;

/// Refers to a source that outlives it, and owns nothing: 16 bytes. Requires: a text that check_value() has passed.
class RawValue {
 public:
  /// The value that begins at `at`, or behind separators there.
  RawValue(const Source& source, std::size_t at);

  std::string_view text() const noexcept { return source_->bytes.substr(begin_, end_ - begin_); }
  bool is_null() const noexcept { return text() == "null"; }
  bool is_string() const noexcept { return text().front() == '"'; }
  bool is_number() const noexcept { return text().front() == '-' || (text().front() >= '0' && text().front() <= '9'); }

  /// How many members or elements an object or array has; 1 also where it has none.
  std::size_t count() const noexcept;

  // Each throws Error corrupt where the value is not of that kind.

  std::vector<RawMember> members() const;
  std::vector<RawValue> elements() const;
  std::string string(std::string_view expected = "a string") const;
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  double number(double low, double high) const;

  /// Throws Error corrupt: expected …, found this, and where it stands.
  [[noreturn]] void refuse(std::string_view expected) const;
  /// Throws Error corrupt: this object has no such member.
  [[noreturn]] void refuse_without(std::string_view member) const;
  std::size_t begin() const noexcept { return begin_; }  ///< the offset of its first byte
  /// Where it stands, for an error of another kind.
  ErrorPlace place() const;

 private:
  const Source* source_;
  std::uint32_t begin_;  // max_document_bytes fits
  std::uint32_t end_;
};

struct RawMember {
  std::string name;
  RawValue value;
};

/// The members of an object, taken out one by one; what is left at the end is kept.
class RawObject {
 public:
  /// Throws Error corrupt where the value is no object.
  explicit RawObject(const RawValue& value) : value_(value), left_(value.members()) {}

  const RawValue& value() const noexcept { return value_; }
  bool has(std::string_view name) const noexcept;
  /// nullopt: there is no such member, or it is null.
  std::optional<RawValue> take(std::string_view name);
  /// Throws Error corrupt where there is no such member. May be null.
  RawValue require(std::string_view name);
  std::vector<RawMember> rest() && { return std::move(left_); }

 private:
  std::optional<RawValue> pick(std::string_view name);

  RawValue value_;
  std::vector<RawMember> left_;
};

}  // namespace aihow::state::inline v0::format
