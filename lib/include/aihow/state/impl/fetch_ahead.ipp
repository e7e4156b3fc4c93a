// SPDX-License-Identifier: MIT
// Memory that is asked for before it is read: a walk over many VMs would otherwise wait in turn for each text that lies outside of its object.
// Hints alone: nothing is read that is not there, and nothing changes. Always inline, since a compiler takes a function that only hints for one
// without effect, and leaves its calls out.
#pragma once
#include <aihow/state/observer.hpp>
#include <cstddef>
#include <string>
#include <vector>

namespace aihow::state::inline v0::detail {

[[gnu::always_inline]] inline void fetch(const void* at) noexcept { __builtin_prefetch(at); }

template <class Object>
[[gnu::always_inline]] inline void fetch_object(const Object& object) noexcept {
  constexpr std::size_t line = 64;
  const char* const begin = reinterpret_cast<const char*>(&object);
  for (std::size_t at = 0; at < sizeof(Object); at += line) fetch(begin + at);
}

/// Both ends: a text of a name's or a path's length may lie across two lines.
[[gnu::always_inline]] inline void fetch_text(const std::string& text) noexcept {
  if (text.capacity() <= std::string().capacity()) return;  // it lies in its object
  fetch(text.data());
  fetch(text.data() + text.size());
}

inline const std::vector<std::string>* known_volumes(const VMInfo& vm) noexcept { return &vm.volumes; }
inline const std::vector<std::string>* known_volumes(const VmObservation& vm) noexcept { return vm.volumes ? &*vm.volumes : nullptr; }

/// Asks for what a comparison of the VMs behind `at` will read: an object, then what it points to, then what that points to. The distances are
/// measured (tests/bench/world): shorter and longer ones were slower.
template <class Vm>
[[gnu::always_inline]] inline void fetch_ahead(const std::vector<Vm>& vms, std::size_t at) noexcept {
  constexpr std::size_t far = 16;
  constexpr std::size_t near = 10;
  constexpr std::size_t next = 5;
  if (at + far >= vms.size()) return;
  fetch_object(vms[at + far]);
  const Vm& vm = vms[at + near];
  fetch_text(vm.name);
  fetch_text(vm.domain_name);
  fetch_text(vm.hypervisor);
  if (const auto* volumes = known_volumes(vm)) fetch(volumes->data());
  if (const auto* volumes = known_volumes(vms[at + next]); volumes != nullptr && !volumes->empty()) fetch_text(volumes->front());
}

}  // namespace aihow::state::inline v0::detail
