// SPDX-License-Identifier: MIT
#include "provision/power.hpp"
#include "provision/side_by_side.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;
using state::VMState;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds ask_again{10};

bool is_off(VMState state) { return state == VMState::SHUTOFF || state == VMState::UNDEFINED; }

/// Runs a call; where it fails, looks again and decides by what is there.
template <class Act, class Settled>
void settle(const Act& act, const Settled& settled) {
  try {
    act();
  } catch (const Error& error) {
    if (error.code() == errc::unreachable || !settled()) throw;
  }
}

}  // namespace

VMState state_of(const libvirt::Domain& domain) { return state::vm_state_from_libvirt(domain.status().state); }

void power_on(const libvirt::Domain& domain, PowerOn how, std::chrono::milliseconds patience, const std::stop_token& stop) {
  const auto running = [&] { return state_of(domain) == VMState::RUNNING; };
  if (how == PowerOn::wait_then_start) {
    if (!wait_until([&] { return state_of(domain) != VMState::DYING; }, Clock::now() + patience, stop)) {
      throw Error(errc::timeout,
                  "domain " + domain.name() + " is shutting down and does not come to an end; run `ai-how vm stop` on it, then start again");
    }
    how = power_on_for(state_of(domain));
  }
  switch (how) {
    case PowerOn::start:
      settle(
          [&] {
            if (state_of(domain) == VMState::CRASHED) pull_plug(domain);  // one that was kept for a post mortem
            domain.start();
          },
          running);
      break;
    case PowerOn::resume:
      settle([&] { domain.resume(); }, running);
      break;
    case PowerOn::wake:
      settle([&] { domain.wake(); }, running);
      break;
    case PowerOn::none:
    case PowerOn::wait_then_start:
      break;
  }
}

bool pull_plug(const libvirt::Domain& domain) {
  if (is_off(state_of(domain))) return false;
  settle([&] { domain.destroy(); }, [&] { return is_off(state_of(domain)); });
  return true;
}

bool power_off(const libvirt::Domain& domain, Clock::time_point deadline, const std::stop_token& stop, const std::function<void()>& on_force) {
  VMState now = state_of(domain);
  if (is_off(now)) return false;
  if (now == VMState::PAUSED || now == VMState::PMSUSPENDED) {
    try {
      power_on(domain, power_on_for(now), {}, stop);
    } catch (const Error& error) {
      if (error.code() == errc::unreachable || error.code() == errc::cancelled) throw;
      // It cannot be woken: then it cannot answer either, and force is what is left.
    }
    now = state_of(domain);
  }
  auto next_ask = Clock::now();
  const auto off = [&] {
    now = state_of(domain);
    if (now == VMState::RUNNING && Clock::now() >= next_ask && Clock::now() < deadline) {
      settle([&] { domain.shutdown(); }, [&] { return is_off(state_of(domain)); });
      next_ask = Clock::now() + ask_again;
      now = state_of(domain);
    }
    return is_off(now) || now == VMState::CRASHED || now == VMState::PAUSED;
  };
  wait_until(off, deadline, stop);
  if (is_off(now)) return true;
  on_force();
  pull_plug(domain);
  return true;
}

}  // namespace aihow::tool
