// SPDX-License-Identifier: MIT
// Bodies of timestamp.hpp: parsing and printing without allocation, streams or locale.
#pragma once
#include <ctime>

namespace aihow::state::inline v0 {
namespace detail {

/// Days since 1970-01-01 of a proleptic Gregorian date, and back (Howard Hinnant, "chrono-compatible low-level date algorithms").
constexpr std::int64_t days_from_civil(int y, int m, int d) noexcept {
  y -= m <= 2;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int yoe = y - era * 400;
  const int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return std::int64_t{era} * 146097 + doe - 719468;
}
struct Civil {
  int year, month, day;
};
constexpr Civil civil_from_days(std::int64_t z) noexcept {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int doe = static_cast<int>(z - era * 146097);
  const int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int mp = (5 * doy + 2) / 153;
  const int m = mp + (mp < 10 ? 3 : -9);
  return {static_cast<int>(yoe + era * 400) + (m <= 2), m, doy - (153 * mp + 2) / 5 + 1};
}
constexpr int days_in_month(int y, int m) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  return days[static_cast<std::size_t>(m - 1)] + (m == 2 && leap);
}

/// Reads decimal digits one field after another, and says at the end whether all of them were digits.
class DigitReader {
 public:
  constexpr int read(std::string_view text, std::size_t at, std::size_t count) noexcept {
    unsigned value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      const unsigned digit = static_cast<unsigned char>(text[i]) - unsigned{'0'};
      wrong_ |= digit > 9;
      value = value * 10 + digit;
    }
    return static_cast<int>(value);
  }
  constexpr bool all_digits() const noexcept { return !wrong_; }

 private:
  bool wrong_ = false;
};
/// The two digits of every number below a hundred.
inline constexpr std::array<char, 200> digit_pairs = [] {
  std::array<char, 200> out{};
  for (std::size_t i = 0; i < 100; ++i) {
    out[2 * i] = static_cast<char>('0' + i / 10);
    out[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return out;
}();
constexpr char* write_pair(char* out, std::uint32_t value) noexcept {
  const std::size_t at = std::size_t{2} * value;
  *out++ = digit_pairs[at];
  *out++ = digit_pairs[at + 1];
  return out;
}

}  // namespace detail

constexpr std::optional<Timestamp> Timestamp::parse(std::string_view text) noexcept {
  if (text.size() < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  detail::DigitReader digits;
  const int year = digits.read(text, 0, 4), month = digits.read(text, 5, 2), day = digits.read(text, 8, 2);
  const int hour = digits.read(text, 11, 2), minute = digits.read(text, 14, 2), second = digits.read(text, 17, 2);
  if (!digits.all_digits() || year < 1 || month < 1 || month > 12 || day < 1 || day > detail::days_in_month(year, month)) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;

  Timestamp out;
  out.digits_ = 0;
  out.zone_ = Zone::none;
  std::size_t at = 19;
  std::int64_t nanos = 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t begin = ++at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    const std::size_t count = at - begin;
    if (count == 0 || count > 9) return std::nullopt;
    constexpr std::array<std::int64_t, 10> scale{0, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
    out.digits_ = static_cast<std::uint8_t>(count);
    nanos = digits.read(text, begin, count) * scale[count];
  }
  if (at < text.size()) {
    if (text[at] == 'Z' && at + 1 == text.size()) {
      out.zone_ = Zone::utc;
    } else if ((text[at] == '+' || text[at] == '-') && at + 6 == text.size() && text[at + 3] == ':') {
      const int hours = digits.read(text, at + 1, 2), minutes = digits.read(text, at + 4, 2);
      if (!digits.all_digits() || hours > 23 || minutes > 59) return std::nullopt;
      out.zone_ = Zone::offset;
      out.offset_min_ = static_cast<std::int16_t>((hours * 60 + minutes) * (text[at] == '-' ? -1 : 1));
      out.negative_zero_ = text[at] == '-' && out.offset_min_ == 0;
    } else {
      return std::nullopt;
    }
  }
  const std::int64_t seconds = detail::days_from_civil(year, month, day) * 86400 + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second;
  out.civil_us_ = seconds * 1'000'000 + nanos / 1000;
  out.below_us_ = static_cast<std::uint16_t>(nanos % 1000);
  return out;
}

constexpr std::size_t Timestamp::to_chars(char* out) const noexcept {
  using detail::write_pair;
  char* const begin = out;
  std::int64_t seconds = civil_us_ / 1'000'000;
  std::int64_t micros = civil_us_ % 1'000'000;
  if (micros < 0) micros += 1'000'000, --seconds;
  std::int64_t days = seconds / 86400;
  std::int64_t rest = seconds % 86400;
  if (rest < 0) rest += 86400, --days;
  const auto date = detail::civil_from_days(days);
  const auto year = static_cast<std::uint32_t>(date.year);
  const auto second = static_cast<std::uint32_t>(rest);
  out = write_pair(write_pair(out, year / 100 % 100), year % 100);
  *out++ = '-';
  out = write_pair(out, static_cast<std::uint32_t>(date.month));
  *out++ = '-';
  out = write_pair(out, static_cast<std::uint32_t>(date.day));
  *out++ = 'T';
  out = write_pair(out, second / 3600);
  *out++ = ':';
  out = write_pair(out, second / 60 % 60);
  *out++ = ':';
  out = write_pair(out, second % 60);
  if (digits_ != 0) {
    // Nine digits and a tenth for the pair's sake; what is too much is written over.
    const auto micro = static_cast<std::uint32_t>(micros);
    const std::uint32_t below = below_us_ * 10U;
    *out++ = '.';
    char* end = write_pair(write_pair(write_pair(out, micro / 10'000), micro / 100 % 100), micro % 100);
    if (digits_ > 6) write_pair(write_pair(end, below / 100), below % 100);
    out += digits_;
  }
  if (zone_ == Zone::utc) {
    *out++ = 'Z';
  } else if (zone_ == Zone::offset) {
    const int minutes = offset_min_ < 0 ? -offset_min_ : offset_min_;
    *out++ = offset_min_ < 0 || negative_zero_ != 0 ? '-' : '+';
    out = write_pair(out, static_cast<std::uint32_t>(minutes / 60));
    *out++ = ':';
    out = write_pair(out, static_cast<std::uint32_t>(minutes % 60));
  }
  return static_cast<std::size_t>(out - begin);
}

inline std::int64_t Timestamp::local_to_unix_us(std::int64_t civil_us) noexcept {
  std::int64_t seconds = civil_us / 1'000'000;
  std::int64_t micros = civil_us % 1'000'000;
  if (micros < 0) micros += 1'000'000, --seconds;
  std::int64_t days = seconds / 86400;
  std::int64_t rest = seconds % 86400;
  if (rest < 0) rest += 86400, --days;
  const auto date = detail::civil_from_days(days);
  std::tm local{};
  local.tm_year = date.year - 1900;
  local.tm_mon = date.month - 1;
  local.tm_mday = date.day;
  local.tm_hour = static_cast<int>(rest / 3600);
  local.tm_min = static_cast<int>(rest / 60 % 60);
  local.tm_sec = static_cast<int>(rest % 60);
  local.tm_isdst = -1;
  return std::int64_t{std::mktime(&local)} * 1'000'000 + micros;
}

}  // namespace aihow::state::inline v0
