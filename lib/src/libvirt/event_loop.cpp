// SPDX-License-Identifier: MIT
#include "libvirt/event_loop.hpp"
#include <aihow/state/error.hpp>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include "signals_blocked.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

struct Running {
  std::mutex mutex;  ///< held over start and stop, so that two threads never run the loop
  std::size_t holders = 0;
  std::atomic<bool> stop{false};
  std::thread thread;
};

// Never destroyed: a connection that was left behind may let go of the loop after main has ended.
Running& running() {
  static Running& instance = *new Running;
  return instance;
}

void do_nothing(int, void*) {}

}  // namespace

EventLoop::EventLoop(const Api& api) : api_(api) {
  Running& loop = running();
  const std::lock_guard lock(loop.mutex);
  if (loop.holders == 0) {
    loop.stop.store(false);
    try {
      const state::detail::SignalsBlocked blocked;
      loop.thread = std::thread([&loop, &api] {
        while (!loop.stop.load()) {
          // It fails only where the program registered a loop of its own, which then does this work.
          if (api.virEventRunDefaultImpl() < 0) break;
        }
      });
    } catch (const std::system_error& error) {
      throw state::Error(state::errc::io, std::string("no thread can be made for libvirt's events: ") + error.what());
    }
  }
  ++loop.holders;
}

EventLoop::~EventLoop() {
  Running& loop = running();
  const std::lock_guard lock(loop.mutex);
  if (--loop.holders != 0) return;
  loop.stop.store(true);
  // A timer that is due wakes the loop, whatever it waits for.
  const int timer = api_.virEventAddTimeout(0, do_nothing, nullptr, nullptr);
  loop.thread.join();
  if (timer >= 0) static_cast<void>(api_.virEventRemoveTimeout(timer));
}

}  // namespace aihow::libvirt::inline v0
