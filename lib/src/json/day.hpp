// SPDX-License-Identifier: MIT
// Reading and writing very many timestamps, which mostly are of few days and spelled as the library spells them: the date that came last is kept.
#pragma once
#include <aihow/state/timestamp.hpp>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace aihow::state::inline v0::format {

namespace detail {

inline constexpr std::uint64_t each = 0x0101010101010101;  ///< times a byte: that byte, eight times

/// Eight characters as they lie in memory.
constexpr std::uint64_t word(std::string_view text) noexcept {
  std::uint64_t out = 0;
  for (unsigned i = 0; i < 8; ++i) out |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return out;
}
/// The bytes of `form` that are no zeros.
constexpr std::uint64_t fixed_bytes(std::uint64_t form) noexcept {
  std::uint64_t out = 0;
  for (unsigned i = 0; i < 8; ++i) out |= (form >> (8 * i) & 0xff) == '0' ? 0 : std::uint64_t{0xff} << (8 * i);
  return out;
}
/// The values of eight characters that are digits where `Form` has a zero, and else what it has there (value 0); nullopt where they are not.
template <std::uint64_t Form>
std::optional<std::uint64_t> digits(const char* text) noexcept {
  constexpr std::uint64_t fixed = fixed_bytes(Form);
  std::uint64_t values = 0;
  std::memcpy(&values, text, sizeof values);
  values ^= Form;
  // '0' to '9' differ from '0' in the low bits alone. What is above 9 carries into its byte's high bit, or has it already.
  const std::uint64_t high = ((values & 0x7f * each) + 0x76 * each) | values;
  if (((high & 0x80 * each) | (values & fixed)) != 0) return std::nullopt;
  return values;
}

}  // namespace detail

/// A day in UTC, and how its timestamps begin.
struct Day {
  static constexpr std::int64_t us = 86'400'000'000;
  /// Becomes the day of `time`, whose text is given. Requires: it is in UTC.
  void keep(const Timestamp& time, const char* its_text) noexcept {
    midnight_us = time.civil_us() - (time.civil_us() % us + us) % us;
    std::memcpy(text.data(), its_text, text.size());
  }

  std::array<char, 11> text{'1', '9', '7', '0', '-', '0', '1', '-', '0', '1', 'T'};
  std::int64_t midnight_us = 0;
};
inline constexpr std::size_t usual_timestamp_size = 27;  ///< `YYYY-MM-DDThh:mm:ss.ffffffZ`: no other spelling of an instant in UTC is as long

class TimestampReader {
 public:
  /// The usual_timestamp_size characters from `text` on, if they are of the day that came last; else false, whatever they are.
  bool read_usual(const char* text, Timestamp& out) const noexcept {
    if (std::endian::native != std::endian::little || std::memcmp(text, day_.text.data(), day_.text.size()) != 0) return false;
    const auto us = time_of_day(text + day_.text.size());
    if (us) out = Timestamp::from_unix_us(day_.midnight_us + *us);
    return us.has_value();
  }
  /// `out` = what Timestamp::parse reads there; false, and `out` as it was, where it reads nothing.
  bool read(std::string_view text, Timestamp& out) noexcept {
    const bool usual = text.size() == usual_timestamp_size;
    if (usual && read_usual(text.data(), out)) return true;
    const auto parsed = Timestamp::parse(text);
    if (!parsed) return false;
    if (usual && parsed->zone() == Timestamp::Zone::utc) day_.keep(*parsed, text.data());
    out = *parsed;
    return true;
  }

 private:
  /// Microseconds since midnight of `hh:mm:ss.ffffffZ`, in two words of 8 bytes; nullopt where it is anything else.
  static std::optional<std::int64_t> time_of_day(const char* text) noexcept {
    const auto clock = detail::digits<detail::word("00:00:00")>(text);
    const auto fraction = detail::digits<detail::word(".000000Z")>(text + 8);
    if (!clock || !fraction) return std::nullopt;
    const std::int64_t hour = pair(*clock, 0), minute = pair(*clock, 3), second = pair(*clock, 6);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const std::int64_t us = pair(*fraction, 1) * 10'000 + pair(*fraction, 3) * 100 + pair(*fraction, 5);
    return ((hour * 60 + minute) * 60 + second) * 1'000'000 + us;
  }
  /// The number of the two digits from byte `at` on.
  static std::int64_t pair(std::uint64_t values, unsigned at) noexcept {
    return static_cast<std::int64_t>((values >> (8 * at) & 0xff) * 10 + (values >> (8 * at + 8) & 0xff));
  }

  Day day_;
};

class TimestampWriter {
 public:
  /// Writes what Timestamp::to_chars writes, returns its length; `out` has room for Timestamp::max_chars.
  std::size_t write(const Timestamp& time, char* out) noexcept {
    const bool usual = time == Timestamp::from_unix_us(time.civil_us());
    const std::int64_t us = time.civil_us() - day_.midnight_us;
    if (!usual || us < 0 || us >= Day::us) {
      const std::size_t length = time.to_chars(out);
      if (usual) day_.keep(time, out);
      return length;
    }
    using aihow::state::detail::write_pair;
    const auto second = static_cast<std::uint32_t>(us / 1'000'000);
    const auto micro = static_cast<std::uint32_t>(us % 1'000'000);
    std::memcpy(out, day_.text.data(), day_.text.size());
    out = write_pair(out + day_.text.size(), second / 3600);
    *out++ = ':';
    out = write_pair(out, second / 60 % 60);
    *out++ = ':';
    out = write_pair(out, second % 60);
    *out++ = '.';
    out = write_pair(write_pair(write_pair(out, micro / 10'000), micro / 100 % 100), micro % 100);
    *out = 'Z';
    return usual_timestamp_size;
  }

 private:
  Day day_;
};

}  // namespace aihow::state::inline v0::format
