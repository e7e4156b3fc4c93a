// SPDX-License-Identifier: MIT
// The tables of format.hpp as the event reader needs them: looked up by name at run time, types erased.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>
#include "json/format.hpp"
#include "json/room.hpp"

namespace aihow::state::inline v0::format {

/// What a member's value is.
enum class Kind : std::uint8_t {
  text,
  optional_text,
  int32,
  int64,
  uint64,
  flag,
  vm_state,
  pending,
  timestamp,
  optional_timestamp,
  optional_uuid,
  checksum,
  texts,    ///< an array of strings
  objects,  ///< an array of objects
  object,
};

struct ObjectType;

struct Slot {
  std::string_view name;
  Kind kind{};
  bool required = false;
  Range range;
  void* (*field)(void* object) = nullptr;                    ///< the member's address
  const ObjectType* element = nullptr;                       ///< of objects and object
  void* (*make_element)(void* field, Room& room) = nullptr;  ///< appends to, or makes, what the field holds
  void (*finish)(void* field, Room& room) = nullptr;         ///< of texts and objects: the list is whole
  std::size_t checked_bytes = 0;                             ///< of texts: see Room
};

struct ObjectType {
  std::string_view noun;
  const Slot* slots = nullptr;
  std::size_t count = 0;
  std::uint64_t required = 0;  ///< one bit a slot
  UnknownMembers* (*unknown)(void* object) = nullptr;
};

template <class T>
struct Described {
  static const ObjectType type;
};

namespace detail {

template <class Field>
struct Element {
  static constexpr bool is_list = false;
};
template <class T>
struct Element<std::vector<T>> {
  static constexpr bool is_list = true;
  using type = T;
};
template <class T>
struct Element<std::optional<T>> {
  static constexpr bool is_list = false;
  using type = T;
};

template <class Field>
constexpr Kind kind_of() {
  if constexpr (std::is_same_v<Field, std::string>) return Kind::text;
  else if constexpr (std::is_same_v<Field, std::optional<std::string>>) return Kind::optional_text;
  else if constexpr (std::is_same_v<Field, std::int32_t>) return Kind::int32;
  else if constexpr (std::is_same_v<Field, std::int64_t>) return Kind::int64;
  else if constexpr (std::is_same_v<Field, std::uint64_t>) return Kind::uint64;
  else if constexpr (std::is_same_v<Field, bool>) return Kind::flag;
  else if constexpr (std::is_same_v<Field, VMState>) return Kind::vm_state;
  else if constexpr (std::is_same_v<Field, Pending>) return Kind::pending;
  else if constexpr (std::is_same_v<Field, Timestamp>) return Kind::timestamp;
  else if constexpr (std::is_same_v<Field, std::optional<Timestamp>>) return Kind::optional_timestamp;
  else if constexpr (std::is_same_v<Field, std::optional<Uuid>>) return Kind::optional_uuid;
  else if constexpr (std::is_same_v<Field, Checksum>) return Kind::checksum;
  else if constexpr (std::is_same_v<Field, std::vector<std::string>>) return Kind::texts;
  else if constexpr (Element<Field>::is_list) return Kind::objects;
  else return Kind::object;
}

template <class T, class M>
constexpr Slot make_slot() {
  using Field = std::remove_cvref_t<decltype(std::declval<T&>().*M::pointer)>;
  Slot out{M::name.view(), kind_of<Field>(), M::presence == Presence::required, M::range,
           [](void* object) -> void* { return &(static_cast<T*>(object)->*M::pointer); }};
  if constexpr (kind_of<Field>() == Kind::objects) {
    out.element = &Described<typename Element<Field>::type>::type;
    out.make_element = [](void* field, Room& room) -> void* { return &room.append(*static_cast<Field*>(field)); };
    out.finish = [](void* field, Room& room) { room.finish(*static_cast<Field*>(field)); };
  } else if constexpr (kind_of<Field>() == Kind::texts) {
    constexpr std::size_t checked = Room::checked_bytes_of(M::name.view());
    out.checked_bytes = checked;
    out.finish = [](void* field, Room& room) { room.finish(*static_cast<Field*>(field), checked); };
  } else if constexpr (kind_of<Field>() == Kind::object) {
    out.element = &Described<typename Element<Field>::type>::type;
    out.make_element = [](void* field, Room&) -> void* { return &static_cast<Field*>(field)->emplace(); };
  }
  return out;
}

template <class T, class... Each>
constexpr auto make_slots(Members<Each...>) {
  return std::array{make_slot<T, Each>()...};
}

template <class T>
inline constexpr auto slots = make_slots<T>(typename Format<T>::List{});

template <class T>
constexpr std::uint64_t required_bits() {
  static_assert(slots<T>.size() <= 64);
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < slots<T>.size(); ++i) out |= std::uint64_t{slots<T>[i].required} << i;
  return out;
}

}  // namespace detail

template <class T>
constinit const ObjectType Described<T>::type{Format<T>::noun, detail::slots<T>.data(), detail::slots<T>.size(), detail::required_bits<T>(),
                                              [](void* object) { return &static_cast<T*>(object)->unknown; }};

}  // namespace aihow::state::inline v0::format
