// SPDX-License-Identifier: MIT
// How much memory models hold, as Room counts it.
#pragma once
#include <optional>
#include <string>
#include <type_traits>
#include <vector>
#include "json/format.hpp"
#include "json/room.hpp"

namespace aihow::state::inline v0::format {

template <class T>
std::size_t held(const T& value) noexcept;

namespace detail {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
std::size_t held_by_list(const std::vector<T>& list, std::size_t checked) noexcept {
  if (list.capacity() == 0) return 0;
  std::size_t out = list.capacity() * (sizeof(T) + checked) + Room::allocation;
  for (const T& each : list) out += held(each);
  return out;
}

}  // namespace detail

/// Beyond the object itself.
template <class T>
std::size_t held(const T& value) noexcept {
  if constexpr (std::is_same_v<T, std::string>) {
    return Room::text_bytes(value.capacity());
  } else if constexpr (std::is_same_v<T, std::optional<std::string>>) {
    return value ? held(*value) : 0;
  } else if constexpr (std::is_same_v<T, UnknownMember>) {
    return held(value.name) + held(value.json);
  } else if constexpr (requires { Format<T>::noun; }) {
    std::size_t out = detail::held_by_list(value.unknown, 0);
    Format<T>::List::for_each([&](auto member) {
      using Field = std::remove_cvref_t<decltype(value.*member.pointer)>;
      if constexpr (std::is_same_v<Field, std::vector<std::string>>) {
        out += detail::held_by_list(value.*member.pointer, Room::checked_bytes_of(member.name.view()));
      } else if constexpr (detail::IsVector<Field>::value) {
        out += detail::held_by_list(value.*member.pointer, Room::checked_bytes<typename Field::value_type>);
      } else {
        out += held(value.*member.pointer);
      }
    });
    return out;
  } else {
    return 0;
  }
}

}  // namespace aihow::state::inline v0::format
