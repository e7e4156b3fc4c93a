// SPDX-License-Identifier: MIT
// Error: the one exception type of the library, and errc, the conditions that callers compare it with.
#pragma once
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace aihow::state::inline v0 {

/// What went wrong, as a caller can act on it. Numbers are frozen: they cross the C ABI (negated). An error *condition*: compare with
/// `error.code() == errc::conflict`. An absent thing that was asked for by name is `std::optional`, never an error.
enum class errc : std::uint8_t {
  not_found = 1,        ///< a file, store or object that the call cannot do without is absent
  invalid,              ///< the caller's argument or input breaks a rule; nothing was changed
  corrupt,              ///< stored bytes were read whole and are not a valid document
  unsupported_version,  ///< written by a newer major format; never overwritten
  conflict,             ///< somebody else changed the same thing first
  locked,               ///< another holder kept the lock until the deadline
  permission,           ///< the operating system or the hypervisor refused
  io,                   ///< a system or hypervisor call failed; nothing is acknowledged
  outcome_unknown,      ///< the change may or may not be durable: load and look
  unreachable,          ///< a hypervisor or server did not answer; says nothing about the machines behind it
  timeout,              ///< the deadline passed
  cancelled,            ///< the caller's stop token asked to stop
  unsupported,          ///< this store, platform or hypervisor cannot do it
  out_of_memory,        ///< an allocation failed; state as before
};

namespace detail {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "aihow.state"; }
  std::string message(int code) const override {
    switch (static_cast<errc>(code)) {
      case errc::not_found:
        return "not found";
      case errc::invalid:
        return "invalid";
      case errc::corrupt:
        return "corrupt";
      case errc::unsupported_version:
        return "unsupported version";
      case errc::conflict:
        return "conflict";
      case errc::locked:
        return "locked";
      case errc::permission:
        return "permission denied";
      case errc::io:
        return "input/output error";
      case errc::outcome_unknown:
        return "outcome unknown";
      case errc::unreachable:
        return "unreachable";
      case errc::timeout:
        return "timeout";
      case errc::cancelled:
        return "cancelled";
      case errc::unsupported:
        return "unsupported";
      case errc::out_of_memory:
        return "out of memory";
    }
    return "unknown error";
  }
  /// Compares by category name: two shared objects with hidden visibility each have their own instance of this category.
  bool equivalent(const std::error_code& code, int condition) const noexcept override {
    return code.value() == condition && std::strcmp(code.category().name(), name()) == 0;
  }
};

}  // namespace detail

inline const std::error_category& category() noexcept {
  static const detail::Category instance;
  return instance;
}
inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), category()}; }
inline std::error_condition make_error_condition(errc code) noexcept { return {static_cast<int>(code), category()}; }

/// Where an error stands. Empty or zero: does not apply. `line` and `column` count from 1, columns in bytes.
struct ErrorPlace {
  std::string path{};     ///< file
  std::string pointer{};  ///< RFC 6901 JSON pointer inside it
  std::size_t line = 0;
  std::size_t column = 0;
};

/// A failure. `what()` is a whole sentence for people: what, where, what to do; it includes the place. Copying never throws.
class Error : public std::system_error {
 public:
  Error(errc code, std::string_view message, ErrorPlace place = {})
      : std::system_error(make_error_code(code)),
        details_(std::make_shared<const Details>(Details{compose(message, place), std::string(message), std::move(place)})) {}

  const char* what() const noexcept override { return details_->text.c_str(); }
  std::string_view message() const noexcept { return details_->message; }  ///< without the place
  const ErrorPlace& place() const noexcept { return details_->place; }
  const std::string& path() const noexcept { return details_->place.path; }
  const std::string& pointer() const noexcept { return details_->place.pointer; }

 private:
  struct Details {
    std::string text;
    std::string message;
    ErrorPlace place;
  };

  static std::string compose(std::string_view message, const ErrorPlace& place) {
    std::string text = place.path;
    // Appended piece by piece: g++ 12 warns falsely of `"text" + std::string` at -O3.
    if (place.line != 0) text.append(":").append(std::to_string(place.line)).append(":").append(std::to_string(place.column));
    if (!place.pointer.empty()) text.append(text.empty() ? "" : ": ").append(place.pointer);
    if (!text.empty()) text.append(": ");
    return text.append(message);
  }

  std::shared_ptr<const Details> details_;
};

}  // namespace aihow::state::inline v0

template <>
struct std::is_error_condition_enum<aihow::state::errc> : std::true_type {};
