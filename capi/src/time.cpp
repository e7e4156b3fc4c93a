// SPDX-License-Identifier: MIT
#include <aihow/state/validate.hpp>
#include "convert.hpp"
#include "error.hpp"

using namespace aihow::state;
using namespace aihow::capi;

namespace {

/// The years that a document can have, as microseconds of any clock.
constexpr int64_t first_us = Timestamp::parse("0001-01-01T00:00:00")->civil_us();
constexpr int64_t last_us = Timestamp::parse("9999-12-31T23:59:59.999999")->civil_us();

Timestamp require_time(const aihow_time* time) {
  const aihow_time& given = out(time, "time");
  if (given.kind == AIHOW_TIME_NONE) refuse("time", "has no time: its kind is AIHOW_TIME_NONE");
  return to_timestamp(given, "time");
}

}  // namespace

static_assert(AIHOW_TIME_TEXT_SIZE > Timestamp::max_chars && AIHOW_UUID_TEXT_SIZE == Uuid::chars + 1);

extern "C" {

int32_t aihow_time_now(aihow_time* time, aihow_error** error) {
  return guard(error, [&] { out(time, "time") = to_c(Timestamp::now()); });
}

int32_t aihow_time_instant(const aihow_time* time, int64_t* unix_us, aihow_error** error) {
  return guard(error, [&] {
    const Timestamp given = require_time(time);
    out(unix_us, "unix_us") = given.unix_us();
  });
}

int32_t aihow_time_format(const aihow_time* time, char* buffer, size_t size, aihow_error** error) {
  return guard(error, [&] {
    const Timestamp given = require_time(time);
    if (given.civil_us() < first_us || given.civil_us() > last_us) refuse("time", "is not in the years 1 to 9999");
    const std::string text = given.to_string();
    out(buffer, "buffer");
    if (size <= text.size()) refuse("size", "is " + std::to_string(size) + "; the text needs " + std::to_string(text.size() + 1) + " bytes");
    std::memcpy(buffer, text.c_str(), text.size() + 1);
  });
}

int32_t aihow_time_parse(const char* text, size_t length, aihow_time* time, aihow_error** error) {
  return guard(error, [&] {
    const auto read = Timestamp::parse(aihow::capi::text(text, length, "text"));
    if (!read) refuse("text", "is no time: YYYY-MM-DDThh:mm:ss[.f][Z|+hh:mm] is expected, of a date that exists");
    aihow_time& target = out(time, "time");
    // The one instant that stands for "no time" where a document is read is a time here.
    target = read->has_zone() ? aihow_time{read->unix_us(), AIHOW_TIME_UTC, 0} : aihow_time{read->civil_us(), AIHOW_TIME_LOCAL, 0};
  });
}

int32_t aihow_uuid_format(const aihow_uuid* uuid, char* buffer, size_t size, aihow_error** error) {
  return guard(error, [&] {
    Uuid given;
    std::copy(std::begin(out(uuid, "uuid").bytes), std::end(uuid->bytes), given.bytes.begin());
    out(buffer, "buffer");
    if (size < AIHOW_UUID_TEXT_SIZE) refuse("size", "is " + std::to_string(size) + "; the text needs 37 bytes");
    given.to_chars(buffer);
    buffer[Uuid::chars] = '\0';
  });
}

int32_t aihow_uuid_parse(const char* text, size_t length, aihow_uuid* uuid, aihow_error** error) {
  return guard(error, [&] {
    const auto read = Uuid::parse(aihow::capi::text(text, length, "text"));
    if (!read) refuse("text", "is no UUID: 32 hex digits in groups of 8-4-4-4-12 are expected");
    aihow_uuid& target = out(uuid, "uuid");
    std::copy(read->bytes.begin(), read->bytes.end(), target.bytes);
  });
}
}
