// SPDX-License-Identifier: MIT
// Bodies of reconcile() and apply(): one walk over the members, told to either report or assign.
#pragma once
#include <aihow/state/impl/fetch_ahead.ipp>
#include <aihow/state/impl/objects.ipp>
#include <type_traits>
#include <utility>

namespace aihow::state::inline v0 {
namespace detail {

inline std::string difference_text(VMState value) { return std::string(to_string(value)); }
inline std::string difference_text(bool value) { return value ? "true" : "false"; }
inline std::string difference_text(std::int32_t value) { return std::to_string(value); }
inline std::string difference_text(std::int64_t value) { return std::to_string(value); }
inline std::string difference_text(const std::string& value) { return value; }
inline std::string difference_text(const Uuid& value) { return value.to_string(); }
inline std::string difference_text(const Timestamp& value) { return value.to_string(); }
inline std::string difference_text(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out.append(out.empty() ? "" : ", ").append(value);
  return out;
}
template <class T>
std::string difference_text(const std::optional<T>& value) {
  return value ? difference_text(*value) : "none";
}

inline const std::string* text_in(const std::optional<std::string>& text) noexcept { return text ? &*text : nullptr; }

/// Collects differences.
struct Reporter {
  static constexpr bool assigns = false;
  std::vector<Difference>& out;
  ObjectKind kind = ObjectKind::vm;
  const std::string* name = nullptr;
  const std::string* reason = nullptr;
  const Timestamp* since = nullptr;

  void begin(ObjectKind of, const std::string& object, const Timestamp* last_seen = nullptr) {
    kind = of;
    name = &object;
    since = last_seen;
    reason = nullptr;
  }
  void because(const std::string* why) noexcept { reason = why; }
  template <class Member, class Found>
  void member(const char* field, const Member& expected, const Found& found) {
    if (!(expected == found)) [[unlikely]]
      add(field, expected, found);
  }
  void addresses(const std::vector<std::string>& expected, const std::vector<std::string>& found) {
    if (!same_set(expected, found)) [[unlikely]]
      add("active_ips", expected, found);
  }
  void seen(const Timestamp&, const Timestamp&) noexcept {}
  /// What holds, where it is recorded since when it does not.
  void holds(const char* field, bool found, const std::optional<Timestamp>& fails_since, const Timestamp&) {
    if (found == fails_since.has_value()) [[unlikely]]
      add(field, !found, found);
  }

 private:
  template <class Expected, class Found>
  void add(const char* field, const Expected& expected, const Found& found) {
    Difference& difference = out.emplace_back(Difference{kind, *name, field, difference_text(expected), difference_text(found), {}, {}});
    if (reason != nullptr) difference.reason = *reason;
    if (since != nullptr && *since != Timestamp()) difference.since = *since;
  }
};

/// Assigns what was found.
struct Assigner {
  static constexpr bool assigns = true;
  Applied out;

  void begin(ObjectKind, const std::string&, const Timestamp* = nullptr) noexcept {}
  void because(const std::string*) noexcept {}
  template <class Member, class Found>
  void member(const char*, Member& expected, const Found& found) {
    if (expected == found) return;
    expected = found;
    out.changed = true;
  }
  void addresses(std::vector<std::string>& expected, const std::vector<std::string>& found) {
    if (expected == found) return;
    (same_set(expected, found) ? out.touched : out.changed) = true;
    expected = found;
  }
  void seen(Timestamp& last, const Timestamp& when) noexcept {
    out.touched |= last != when;
    last = when;
  }
  void holds(const char*, bool found, std::optional<Timestamp>& fails_since, const Timestamp& when) noexcept {
    if (found != fails_since.has_value()) return;
    fails_since = found ? std::nullopt : std::optional(when);
    out.changed = true;
  }
};

/// A text that both have.
template <class Text, class Sink>
void reconcile_text(const char* field, Text& recorded, const std::string* found, Sink& sink) {
  if (found != nullptr && !found->empty() && !recorded.empty()) sink.member(field, recorded, *found);
}

template <class Vm, class Sink>
void reconcile_vm(Vm& vm, const VmObservation& found, const Timestamp& when, Sink& sink) {
  // Taken before it is assigned.
  const Timestamp last_seen = vm.last_seen;
  sink.begin(ObjectKind::vm, vm.name, &last_seen);
  if (found.cpu_cores) sink.member("cpu_cores", vm.cpu_cores, *found.cpu_cores);
  if (found.memory_gb) sink.member("memory_gb", vm.memory_gb, *found.memory_gb);
  sink.because(&found.state_reason);
  sink.member("state", vm.state, found.state);
  if (found.ip_address) sink.member("ip_address", vm.ip_address, *found.ip_address);
  sink.because(nullptr);
  if (found.gpu_count) sink.member("gpu_count", vm.gpu_count, *found.gpu_count);
  if (found.volumes) sink.member("volumes", vm.volumes, *found.volumes);
  sink.seen(vm.last_seen, when);
  if (!found.domain_name.empty()) sink.member("domain_name", vm.domain_name, found.domain_name);
  if (found.domain_uuid) sink.member("domain_uuid", vm.domain_uuid, found.domain_uuid);
  reconcile_text("hypervisor", vm.hypervisor, &found.hypervisor, sink);
  sink.member("state_reason", vm.state_reason, found.state_reason);
  sink.member("unreachable_since", vm.unreachable_since, std::optional<Timestamp>());
}

template <class Vm, class Sink>
void reconcile_unreachable(Vm& vm, const Observation& observation, Sink& sink) {
  if (vm.unreachable_since) return;
  for (const Unreachable& silent : observation.unreachable) {
    if (!vm.hypervisor.empty() && vm.hypervisor != silent.hypervisor) continue;
    const Timestamp last_seen = vm.last_seen;
    sink.begin(ObjectKind::vm, vm.name, &last_seen);
    sink.because(&silent.why);
    sink.member("unreachable_since", vm.unreachable_since, std::optional(observation.when));
    return;
  }
}

/// Whether there is something that its members can be compared with. What an operation is making or removing is nowhere for now.
template <class Object, class Found, class Sink>
bool reconcile_existence(Object& object, const Found& found, const Timestamp& when, Sink& sink) {
  if (found.exists || object.pending == Pending::none) sink.holds("exists", found.exists, object.missing_since, when);
  return found.exists;
}
template <class Object, class Found, class Sink>
void reconcile_activity(Object& object, const Found& found, const Timestamp& when, Sink& sink) {
  if (found.active || object.pending == Pending::none) sink.holds("active", found.active, object.inactive_since, when);
}

template <class Network, class Sink>
void reconcile_network(Network& network, const NetworkObservation& found, const Timestamp& when, Sink& sink) {
  sink.begin(ObjectKind::network, network.name);
  reconcile_text("subnet", network.subnet, text_in(found.subnet), sink);
  reconcile_text("bridge", network.bridge, text_in(found.bridge), sink);
  if (found.active_ips) sink.addresses(network.active_ips, *found.active_ips);
  if (!reconcile_existence(network, found, when, sink)) return;
  reconcile_activity(network, found, when, sink);
  if (found.uuid) sink.member("uuid", network.uuid, found.uuid);
}
template <class Volume, class Sink>
void reconcile_volume(Volume& volume, const VolumeObservation& found, const Timestamp& when, Sink& sink) {
  sink.begin(ObjectKind::volume, volume.name);
  if (reconcile_existence(volume, found, when, sink)) sink.member("size_gb", volume.size_gb, found.size_gb);
}
template <class Pool, class Sink>
void reconcile_pool(Pool& pool, const PoolObservation& found, const Timestamp& when, Sink& sink) {
  sink.begin(ObjectKind::pool, pool.name);
  if (!reconcile_existence(pool, found, when, sink)) return;
  if (found.uuid) sink.member("uuid", pool.uuid, found.uuid);
  const bool is_elsewhere = found.path && !found.path->empty() && *found.path != pool.path;
  reconcile_text("path", pool.path, text_in(found.path), sink);
  // The directory that was made for it is not this one.
  if constexpr (Sink::assigns) pool.owns_directory = pool.owns_directory && !is_elsewhere;
  reconcile_activity(pool, found, when, sink);
}

/// Calls `known(object, found)` or `unseen(object)` for every object of the state.
template <class Objects, class Found, class Known, class Unseen>
void match(Objects& objects, const std::vector<Found>& observed, const Known& known, const Unseen& unseen) {
  if (observed.empty()) {
    for (auto& object : objects) unseen(object);
    return;
  }
  NameIndex<Found> index(observed);
  std::size_t next = 0;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if constexpr (std::is_same_v<Found, VmObservation>) {
      fetch_ahead(objects, i);
      fetch_ahead(observed, next);
    }
    auto& object = objects[i];
    if (const auto at = index.find(object.name, next)) {
      known(object, observed[*at]);
      next = *at + 1;
    } else {
      unseen(object);
    }
  }
}

template <class State, class Sink>
void reconcile_state(State& state, const Observation& observation, Sink& sink) {
  const auto nothing = [](const auto&) {};
  match(
      state.vms, observation.vms, [&](auto& vm, const auto& found) { reconcile_vm(vm, found, observation.when, sink); },
      [&](auto& vm) { reconcile_unreachable(vm, observation, sink); });
  match(
      state.networks, observation.networks, [&](auto& network, const auto& found) { reconcile_network(network, found, observation.when, sink); },
      nothing);
  match(
      state.volumes, observation.volumes, [&](auto& volume, const auto& found) { reconcile_volume(volume, found, observation.when, sink); }, nothing);
  match(
      state.pools, observation.pools, [&](auto& pool, const auto& found) { reconcile_pool(pool, found, observation.when, sink); }, nothing);
}

}  // namespace detail

inline std::vector<Difference> reconcile(const ClusterState& state, const Observation& observation) {
  std::vector<Difference> out;
  detail::Reporter reporter{out};
  detail::reconcile_state(state, observation, reporter);
  return out;
}

inline std::vector<Difference> drift(const ClusterState& state, const Observation& observation) {
  std::vector<Difference> out = reconcile(state, observation);
  std::string whose_state;
  std::erase_if(out, [&](const Difference& difference) {
    if (difference.kind != ObjectKind::vm) return false;
    if (difference.field == "state") whose_state = difference.name;
    if (difference.field == "state_reason") return difference.name == whose_state;
    return difference.field == "unreachable_since" && difference.expected == "none";
  });
  for (const Stranger& stranger : observation.strangers) {
    if (stranger.own) out.push_back({stranger.kind, stranger.name, "exists", "false", "true", stranger.why, {}});
  }
  return out;
}

inline Applied apply(ClusterState& state, const Observation& observation) {
  detail::Assigner assigner;
  detail::reconcile_state(state, observation, assigner);
  return assigner.out;
}

}  // namespace aihow::state::inline v0
