// SPDX-License-Identifier: MIT
#include "provision/remove.hpp"
#include <optional>
#include "provision/power.hpp"
#include "provision/side_by_side.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

/// Runs a call on an object; false where it is gone.
template <class Call>
bool unless_gone(const Call& call) {
  try {
    call();
    return true;
  } catch (const Error& error) {
    if (error.code() != errc::not_found) throw;
    return false;
  }
}

}  // namespace

bool remove_domain(const libvirt::Hypervisor& hypervisor, const state::Uuid& uuid) {
  const auto domain = hypervisor.find_domain(uuid);
  if (!domain) return false;
  return unless_gone([&] { pull_plug(*domain); }) && unless_gone([&] { domain->undefine(); });
}

bool remove_network(const libvirt::Hypervisor& hypervisor, const state::Uuid& uuid) {
  const auto network = hypervisor.find_network(uuid);
  if (!network) return false;
  return unless_gone([&] {
           if (network->status().active) network->destroy();
         }) &&
         unless_gone([&] { network->undefine(); });
}

bool remove_volume(const libvirt::Pool& pool, const std::string& file_name, std::chrono::milliseconds patience, const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::optional<Error> last;
  bool there = false;
  const auto gone = [&] {
    try {
      const auto volume = pool.find_volume(file_name);
      if (!volume) return true;
      there = true;
      volume->remove();
      return true;
    } catch (const Error& error) {
      if (error.code() == errc::not_found) return true;
      if (error.code() == errc::unreachable || error.code() == errc::permission) throw;
      last = error;  // "is still being allocated"
      return false;
    }
  };
  if (!wait_until(gone, deadline, stop)) throw *last;
  return there;
}

PoolRemoval remove_pool(const libvirt::Hypervisor& hypervisor, const state::Uuid& uuid, bool with_directory) {
  const auto pool = hypervisor.find_pool(uuid);
  if (!pool) return PoolRemoval::absent;
  PoolRemoval out = PoolRemoval::removed;
  unless_gone([&] {
    if (pool->status().active) pool->destroy();
  });
  if (with_directory) {
    try {
      pool->remove_directory();
    } catch (const Error& error) {
      if (error.code() == errc::unreachable) throw;
      out = PoolRemoval::directory_kept;  // it is not empty, or gone; libvirt removes no more than an empty one
    }
  }
  unless_gone([&] { pool->undefine(); });
  return out;
}

}  // namespace aihow::tool
