// SPDX-License-Identifier: MIT
#include "libvirt/worker_pool.hpp"
#include <aihow/state/error.hpp>
#include <string>
#include <system_error>
#include <thread>
#include "signals_blocked.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

thread_local bool is_worker = false;

}  // namespace

bool WorkerPool::on_worker() noexcept { return is_worker; }
void WorkerPool::post(std::function<void()> task) {
  const std::lock_guard lock(mutex_);
  tasks_.push_back(std::move(task));
  if (idle_ >= tasks_.size()) {
    wake_.notify_one();
    return;
  }
  try {
    const state::detail::SignalsBlocked blocked;
    std::thread([self = shared_from_this()] { self->run(); }).detach();
    ++threads_;
  } catch (const std::system_error& error) {
    tasks_.pop_back();
    throw state::Error(state::errc::io, std::string("no thread can be made for a call to libvirt: ") + error.what());
  }
}

void WorkerPool::run() noexcept {
  is_worker = true;
  std::unique_lock lock(mutex_);
  while (true) {
    while (!tasks_.empty()) {
      std::function<void()> task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
      // What the task holds goes here, without the lock: it may be the last holder of the connection, which posts its closing.
      task = nullptr;
      lock.lock();
    }
    if (closed_) break;
    ++idle_;
    wake_.wait(lock, [this] { return closed_ || !tasks_.empty(); });
    --idle_;
  }
  --threads_;
  ended_.notify_all();
}

bool WorkerPool::close(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  wake_.notify_all();
  if (is_worker) return threads_ == 0;
  return ended_.wait_until(lock, deadline, [this] { return threads_ == 0; });
}

}  // namespace aihow::libvirt::inline v0
