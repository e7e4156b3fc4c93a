// SPDX-License-Identifier: MIT
// Timestamps: what is read is written as it was spelled, and any instant of the years 1 to 9999 reads back.
#include <aihow/state/timestamp.hpp>
#include <cstring>
#include "target.hpp"

using aihow::state::Timestamp;

namespace {

void check_text(std::string_view text) {
  const auto time = Timestamp::parse(text);
  if (!time) return;
  expect(text.size() <= Timestamp::max_chars, "a timestamp has at most max_chars");
  expect(time->to_string() == text, "a timestamp is written as it was spelled");
  if (time->has_zone()) expect(Timestamp::from_unix_us(time->unix_us()).unix_us() == time->unix_us(), "an instant stays the instant");
}

void check_instant(std::int64_t number) {
  const std::int64_t first = Timestamp::parse("0001-01-01T00:00:00Z")->unix_us();
  const std::int64_t last = Timestamp::parse("9999-12-31T23:59:59.999999Z")->unix_us();
  const auto span = static_cast<std::uint64_t>(last - first) + 1;
  const std::int64_t us = first + static_cast<std::int64_t>(static_cast<std::uint64_t>(number) % span);
  for (const Timestamp& time : {Timestamp::from_unix_us(us), Timestamp::from_civil_us(us)}) {
    const auto again = Timestamp::parse(time.to_string());
    expect(again && *again == time, "a time that was made reads back");
    expect(again->civil_us() == us, "and is the same time");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_text({reinterpret_cast<const char*>(data), size});
  std::int64_t number = 0;
  if (size == sizeof number) {
    std::memcpy(&number, data, sizeof number);
    check_instant(number);
  }
  return 0;
}
