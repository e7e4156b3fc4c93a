// SPDX-License-Identifier: MIT
// Observers of callers, and what is collected of their answers.
#pragma once
#include <aihow/observer.h>
#include <aihow/state/observer.hpp>
#include <atomic>
#include <memory>
#include "objects.hpp"

namespace aihow::capi {

/// sizeof in the version that brought the structure.
inline constexpr std::size_t first_vm_size = offsetof(aihow_vm_observation, ip_address) + sizeof(const char*);
inline constexpr std::size_t first_network_size = offsetof(aihow_network_observation, reserved) + sizeof(int32_t);
inline constexpr std::size_t first_volume_size = offsetof(aihow_volume_observation, reserved) + sizeof(int32_t);
inline constexpr std::size_t first_pool_size = offsetof(aihow_pool_observation, uuid) + sizeof(aihow_uuid);

struct Observation {
  using Handle = aihow_observation;
  static constexpr Noun noun = Noun::observation;
  static constexpr const char* name = "observation";
  state::Observation seen;
};

/// Asks a caller's functions.
class CallerObserver final : public state::Observer {
 public:
  CallerObserver(const aihow_observer_table& table, void* user_data) noexcept : table_(table), user_data_(user_data) {}
  ~CallerObserver() override;
  state::Observation observe(const state::ClusterState& state, const state::Context& context) override;
  void own_user_data() noexcept { owns_user_data_ = true; }

 private:
  aihow_observer_table table_;
  void* user_data_;
  bool owns_user_data_ = false;
};

struct Observer {
  using Handle = aihow_observer;
  static constexpr Noun noun = Noun::observer;
  static constexpr const char* name = "observer";
  std::unique_ptr<CallerObserver> observer;
  std::atomic<bool> at_work = false;  ///< not a mutex: a callback may come back with the same observer, and is refused
};

/// How much of a context's time is left, in whole milliseconds.
int64_t milliseconds_left(const state::Context& context) noexcept;

}  // namespace aihow::capi
