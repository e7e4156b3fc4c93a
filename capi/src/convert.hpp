// SPDX-License-Identifier: MIT
// What crosses the C interface and back: texts, times, UUIDs, structures of any age.
#pragma once
#include <aihow/base.h>
#include <aihow/state/error.hpp>
#include <aihow/state/timestamp.hpp>
#include <aihow/state/uuid.hpp>
#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::capi {

/// Throws Error invalid: the argument of that name, and what is wrong with it.
[[noreturn]] void refuse(const char* argument, std::string_view why);

/// Where a function writes. Throws Error invalid for NULL.
template <class T>
T& out(T* pointer, const char* argument) {
  if (pointer == nullptr) refuse(argument, "is NULL");
  return *pointer;
}

/// UTF-8 that must be there, may be absent ("" then), and bytes of any kind that must be there (paths, locations). All Throw Error invalid.
std::string_view text(const char* text, const char* argument);
std::string_view optional_text(const char* text, const char* argument);
std::string_view bytes(const char* text, const char* argument);
/// Text or bytes with a length.
std::string_view text(const char* text, std::size_t length, const char* argument);

/// 0 or 1. Throws Error invalid.
bool truth(int32_t number, const char* argument);

/// Throws Error not_found beyond the last; `what` is what the list has.
template <class List>
const auto& item(const List& list, std::size_t index, const char* what) {
  if (index < list.size()) return list[index];
  throw state::Error(state::errc::not_found, std::string("there is no ") + what + " " + std::to_string(index));
}

aihow_time to_c(const state::Timestamp& time) noexcept;
aihow_time to_c(const std::optional<state::Timestamp>& time) noexcept;
/// `stands` itself where the time is what that says, so that its spelling is kept. Throws Error invalid.
state::Timestamp to_timestamp(const aihow_time& time, const state::Timestamp& stands, const char* argument);
state::Timestamp to_timestamp(const aihow_time& time, const char* argument);

aihow_uuid to_c(const std::optional<state::Uuid>& uuid) noexcept;
/// Zeros: nullopt.
std::optional<state::Uuid> to_uuid(const aihow_uuid& uuid) noexcept;

/// 0: nullopt (the default); below: none at all.
std::optional<std::chrono::milliseconds> to_timeout(int64_t timeout_ms) noexcept;

/// No structure is so large: another number is no sizeof.
inline constexpr std::size_t max_struct_size = std::size_t{64} * 1024;
/// Throws Error invalid where `size` cannot be that of a structure whose first version had `first` bytes.
void require_size(std::size_t size, std::size_t first, const char* argument);
/// Throws Error invalid where a newer caller uses members that this version does not know.
void require_zero(const void* begin, const void* end, const char* argument);

/// A copy of a caller's structure in this version's size, on top of `base`. `First` is sizeof in the version that brought the structure.
template <std::size_t First, class T>
T take(const T* given, const char* argument, const T& base = {}) {
  const std::size_t size = out(given, argument).struct_size;
  require_size(size, First, argument);
  T copy = base;
  std::memcpy(&copy, given, std::min(size, sizeof copy));
  if (size > sizeof copy) {
    const char* const begin = reinterpret_cast<const char*>(given);
    require_zero(begin + sizeof copy, begin + size, argument);
  }
  return copy;
}

/// Fills a caller's structure with what `make` makes, as far as it goes; in its place where it is as large as ours. Where that throws nothing was
/// written, if `make` throws before it makes.
template <std::size_t First, class T, class Make>
void fill(T* target, const char* argument, const Make& make) {
  const std::size_t size = out(target, argument).struct_size;
  require_size(size, First, argument);
  if (size == sizeof(T)) {
    ::new (static_cast<void*>(target)) T(make());
  } else {
    const T filled = make();
    std::memcpy(target, &filled, std::min(size, sizeof filled));
  }
  target->struct_size = size;
}
template <std::size_t First, class T>
void give(T* target, const T& filled, const char* argument) {
  fill<First>(target, argument, [&] { return filled; });
}

}  // namespace aihow::capi
