// SPDX-License-Identifier: MIT
// Timestamp: a point in time with microseconds that remembers how it was spelled.
#pragma once
#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

/// An ISO 8601 date and time of the years 1 to 9999, in 16 bytes. It is written back exactly as it was read.
///
/// A timestamp *with* a zone (`Z` or `+hh:mm`) is an instant. One *without* (as Python's `datetime.now().isoformat()` writes) is civil
/// local time: kept as such, and turned into an instant (by the machine's zone) only to be compared with one.
/// New ones, from `now()` and `from_unix_us()`, are RFC 3339 UTC with six fraction digits: `2025-10-21T14:32:15.123456Z`.
class Timestamp {
 public:
  enum class Zone : std::uint8_t { none, utc, offset };

  /// The Unix epoch, spelled in UTC.
  constexpr Timestamp() noexcept = default;

  static Timestamp now() noexcept {
    using namespace std::chrono;
    return from_unix_us(duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
  }
  /// An instant, in microseconds since 1970-01-01T00:00:00Z.
  static constexpr Timestamp from_unix_us(std::int64_t us) noexcept {
    Timestamp out;
    out.civil_us_ = us;
    return out;
  }
  /// Civil local time, in microseconds since 1970-01-01T00:00:00 of the same wall clock. Spelled as Python does: no fraction when it is 0.
  static constexpr Timestamp from_civil_us(std::int64_t us) noexcept {
    Timestamp out;
    out.civil_us_ = us;
    out.zone_ = Zone::none;
    out.digits_ = us % 1'000'000 == 0 ? 0 : 6;
    return out;
  }

  /// Reads `YYYY-MM-DDThh:mm:ss[.f{1,9}][Z|±hh:mm]`. nullopt where the text is anything else or names no real date.
  static constexpr std::optional<Timestamp> parse(std::string_view text) noexcept;

  static constexpr std::size_t max_chars = 36;
  /// Writes the text, returns its length; `out` has room for max_chars.
  constexpr std::size_t to_chars(char* out) const noexcept;
  std::string to_string() const {
    std::array<char, max_chars> text{};
    return {text.data(), to_chars(text.data())};
  }

  constexpr bool has_zone() const noexcept { return zone_ != Zone::none; }
  constexpr Zone zone() const noexcept { return zone_; }
  /// The wall clock as spelled, in microseconds since 1970-01-01T00:00:00 of that clock.
  constexpr std::int64_t civil_us() const noexcept { return civil_us_; }
  /// The instant in microseconds since the Unix epoch. Without a zone the machine's local time decides (libc is asked).
  std::int64_t unix_us() const noexcept { return has_zone() ? civil_us_ - std::int64_t{offset_min_} * 60'000'000 : local_to_unix_us(civil_us_); }

  /// Equal means: spelled the same.
  constexpr bool operator==(const Timestamp&) const noexcept = default;

 private:
  static std::int64_t local_to_unix_us(std::int64_t civil_us) noexcept;

  std::int64_t civil_us_ = 0;
  std::int16_t offset_min_ = 0;
  std::uint16_t below_us_ = 0;  ///< nanoseconds below the microsecond, for seven to nine digits
  std::uint8_t digits_ = 6;
  Zone zone_ = Zone::utc;
  std::uint8_t negative_zero_ = 0;  ///< spelled `-00:00`
};
static_assert(sizeof(Timestamp) == 16);

/// Orders by instant.
inline bool earlier(const Timestamp& a, const Timestamp& b) noexcept {
  if (a.zone() == b.zone() && a.zone() != Timestamp::Zone::offset) return a.civil_us() < b.civil_us();
  return a.unix_us() < b.unix_us();
}

}  // namespace aihow::state::inline v0

#include <aihow/state/impl/timestamp.ipp>
