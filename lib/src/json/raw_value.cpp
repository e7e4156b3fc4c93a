// SPDX-License-Identifier: MIT
#include "json/raw_value.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include "json/locate.hpp"

namespace aihow::state::inline v0::format {

static_assert(max_document_bytes < std::numeric_limits<std::uint32_t>::max());

RawValue::RawValue(const Source& source, std::size_t at)
    : source_(&source),
      begin_(static_cast<std::uint32_t>(skip_separators(source.bytes, at))),
      end_(static_cast<std::uint32_t>(skip_value(source.bytes, begin_))) {}

std::size_t RawValue::count() const noexcept { return count_elements(source_->bytes, skip_separators(source_->bytes, begin_ + 1)); }

std::vector<RawMember> RawValue::members() const {
  if (text().front() != '{') refuse("an object");
  std::vector<RawMember> out;
  std::size_t at = skip_separators(source_->bytes, begin_ + 1);
  while (at + 1 < end_) {
    out.push_back({string_at(source_->bytes, at), RawValue(*source_, skip_token(source_->bytes, at))});
    at = skip_separators(source_->bytes, out.back().value.end_);
  }
  return out;
}

std::vector<RawValue> RawValue::elements() const {
  if (text().front() != '[') refuse("an array");
  std::vector<RawValue> out;
  std::size_t at = skip_separators(source_->bytes, begin_ + 1);
  while (at + 1 < end_) {
    out.emplace_back(*source_, at);
    at = skip_separators(source_->bytes, out.back().end_);
  }
  return out;
}

std::string RawValue::string(std::string_view expected) const {
  if (!is_string()) refuse(expected);
  return string_at(source_->bytes, begin_);
}

std::int64_t RawValue::integer(std::int64_t low, std::int64_t high) const {
  std::int64_t out = 0;
  const std::string_view spelled = text();
  const auto [end, error] = std::from_chars(spelled.data(), spelled.data() + spelled.size(), out);
  if (error != std::errc{} || end != spelled.data() + spelled.size() || out < low || out > high)
    refuse(fmt::format("an integer from {} to {}", low, high));
  return out;
}

double RawValue::number(double low, double high) const {
  double out = 0;
  const std::string_view spelled = text();
  const auto [end, error] = std::from_chars(spelled.data(), spelled.data() + spelled.size(), out);
  if (!is_number() || error != std::errc{} || end != spelled.data() + spelled.size() || out < low || out > high)
    refuse(fmt::format("a number from {} to {}", low, high));
  return out;
}

void RawValue::refuse(std::string_view expected) const { refuse_value(*source_, begin_, expected); }

void RawValue::refuse_without(std::string_view member) const { refuse_missing(*source_, end_ - 1, member); }

ErrorPlace RawValue::place() const {
  Location location = locate(source_->bytes, begin_);
  return {std::string(source_->path), std::move(location.pointer), location.line, location.column};
}

bool RawObject::has(std::string_view name) const noexcept {
  return std::any_of(left_.begin(), left_.end(), [&](const RawMember& member) { return member.name == name; });
}

std::optional<RawValue> RawObject::pick(std::string_view name) {
  const auto found = std::find_if(left_.begin(), left_.end(), [&](const RawMember& member) { return member.name == name; });
  if (found == left_.end()) return std::nullopt;
  const RawValue out = found->value;
  left_.erase(found);
  return out;
}

std::optional<RawValue> RawObject::take(std::string_view name) {
  const auto out = pick(name);
  return out && out->is_null() ? std::nullopt : out;
}

RawValue RawObject::require(std::string_view name) {
  const auto out = pick(name);
  if (!out) value_.refuse_without(name);
  return *out;
}

}  // namespace aihow::state::inline v0::format
