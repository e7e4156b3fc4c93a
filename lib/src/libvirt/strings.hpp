// SPDX-License-Identifier: MIT
// Texts on their way from and to libvirt.
#pragma once
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include "libvirt/connection.hpp"

namespace aihow::libvirt::inline v0 {

struct Free {
  void operator()(void* memory) const noexcept { std::free(memory); }
};

/// Copies and frees a text that libvirt allocated.
inline std::string take(char* text) {
  const std::unique_ptr<char, Free> held(text);
  return held ? std::string(held.get()) : std::string();
}
inline std::string text_or_empty(const char* text) { return text != nullptr ? std::string(text) : std::string(); }

/// libvirt's functions end a text at its first NUL: a name with one would mean another object.
inline bool has_nul(std::string_view text) noexcept { return text.find('\0') != std::string_view::npos; }
inline std::string checked_xml(std::string_view xml) {
  if (has_nul(xml)) throw state::Error(state::errc::invalid, "the XML for libvirt has a NUL character");
  return std::string(xml);
}

/// The text of the root's `<name>`, for messages; empty where there is none.
std::string name_in_xml(const std::string& xml);

/// The UUID of a domain, network or pool by its own function. It asks nobody.
template <class T>
Uuid uuid_of(const Caller& caller, T* object, int (*get)(T*, unsigned char*)) {
  Uuid out;
  static_assert(VIR_UUID_BUFLEN == sizeof(out.bytes));
  caller.check(get(object, out.bytes.data()));
  return out;
}

}  // namespace aihow::libvirt::inline v0
