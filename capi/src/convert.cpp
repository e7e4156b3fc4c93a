// SPDX-License-Identifier: MIT
#include "convert.hpp"
#include "model/utf8.hpp"

namespace aihow::capi {

using namespace state;

namespace {

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t length = state::detail::utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

void refuse(const char* argument, std::string_view why) {
  throw Error(errc::invalid, "the argument '" + std::string(argument) + "' " + std::string(why));
}

std::string_view bytes(const char* text, const char* argument) { return &out(text, argument); }

std::string_view text(const char* text, const char* argument) {
  const std::string_view out = bytes(text, argument);
  if (!is_utf8(out)) refuse(argument, "is not UTF-8");
  return out;
}

std::string_view optional_text(const char* given, const char* argument) { return given == nullptr ? std::string_view() : text(given, argument); }

std::string_view text(const char* text, std::size_t length, const char* argument) {
  if (length == 0) return {};
  const std::string_view out(&capi::out(text, argument), length);
  return out;
}

bool truth(int32_t number, const char* argument) {
  if (number != 0 && number != 1) refuse(argument, "is " + std::to_string(number) + "; a truth is 0 or 1");
  return number == 1;
}

aihow_time to_c(const Timestamp& time) noexcept {
  if (time == Timestamp{}) return {};
  if (time.has_zone()) return {time.unix_us(), AIHOW_TIME_UTC, 0};
  return {time.civil_us(), AIHOW_TIME_LOCAL, 0};
}

aihow_time to_c(const std::optional<Timestamp>& time) noexcept { return time ? to_c(*time) : aihow_time{}; }

Timestamp to_timestamp(const aihow_time& time, const Timestamp& stands, const char* argument) {
  const aihow_time same = to_c(stands);
  return same.us == time.us && same.kind == time.kind ? stands : to_timestamp(time, argument);
}

Timestamp to_timestamp(const aihow_time& time, const char* argument) {
  switch (time.kind) {
    case AIHOW_TIME_NONE:
      return {};
    case AIHOW_TIME_UTC:
      return Timestamp::from_unix_us(time.us);
    case AIHOW_TIME_LOCAL:
      return Timestamp::from_civil_us(time.us);
    default:
      refuse(argument, "is of the kind " + std::to_string(time.kind) + ", which is no AIHOW_TIME_");
  }
}

aihow_uuid to_c(const std::optional<Uuid>& uuid) noexcept {
  aihow_uuid out{};
  if (uuid) std::copy(uuid->bytes.begin(), uuid->bytes.end(), out.bytes);
  return out;
}

std::optional<Uuid> to_uuid(const aihow_uuid& uuid) noexcept {
  Uuid out;
  std::copy(std::begin(uuid.bytes), std::end(uuid.bytes), out.bytes.begin());
  return out.is_nil() ? std::nullopt : std::optional(out);
}

std::optional<std::chrono::milliseconds> to_timeout(int64_t timeout_ms) noexcept {
  if (timeout_ms == 0) return std::nullopt;
  return std::chrono::milliseconds(std::max<int64_t>(timeout_ms, 0));
}

void require_size(std::size_t size, std::size_t first, const char* argument) {
  if (size >= first && size <= max_struct_size) return;
  refuse(argument, "has the struct_size " + std::to_string(size) + "; set it to sizeof");
}

void require_zero(const void* begin, const void* end, const char* argument) {
  const auto* const first = static_cast<const unsigned char*>(begin);
  const auto* const last = static_cast<const unsigned char*>(end);
  if (std::any_of(first, last, [](unsigned char byte) { return byte != 0; }))
    refuse(argument, "uses members that this version of the library does not know; leave them zero, or use a newer library");
}

}  // namespace aihow::capi
