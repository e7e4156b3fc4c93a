// SPDX-License-Identifier: MIT
#include "provision/side_by_side.hpp"
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include "provision/operations.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

std::optional<errc> condition_of(const std::error_code& code) {
  return code.category() == state::category() ? std::optional(static_cast<errc>(code.value())) : std::nullopt;
}

class Runner {
 public:
  Runner(std::vector<Part> parts, const std::stop_token& stop, bool fail_fast)
      : parts_(std::move(parts)), user_(stop), fail_fast_(fail_fast), forward_(stop, [this] { stop_.request_stop(); }) {}

  std::vector<PartFailure> run(const std::function<void()>& meanwhile) {
    std::exception_ptr thrown;
    {
      std::vector<std::jthread> threads;
      const std::size_t count = std::min(parts_.size(), max_side_by_side);
      running_ = count;
      for (std::size_t i = 0; i < count; ++i) threads.emplace_back([this] { work(); });
      for (std::unique_lock lock(mutex_); running_ != 0;) {
        done_.wait_for(lock, std::chrono::milliseconds(100));
        lock.unlock();
        if (!thrown) {
          try {
            meanwhile();
          } catch (...) {
            thrown = std::current_exception();
            stop_.request_stop();
          }
        }
        lock.lock();
      }
    }
    if (thrown) std::rethrow_exception(thrown);
    return std::move(failures_);
  }

 private:
  void work() {
    for (;;) {
      Part* part = nullptr;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == parts_.size() || stop_.stop_requested()) {
          if (--running_ == 0) done_.notify_all();
          return;
        }
        part = &parts_[next_++];
      }
      try {
        part->run(stop_.get_token());
      } catch (...) {
        failed(describe_failure(part->name));
      }
    }
  }

  void failed(PartFailure failure) {
    const std::lock_guard lock(mutex_);
    if (failure.cause == errc::cancelled && !user_.stop_requested()) return;
    failures_.push_back(std::move(failure));
    if (fail_fast_) stop_.request_stop();
  }

  std::vector<Part> parts_;
  std::stop_token user_;
  bool fail_fast_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> forward_;
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t next_ = 0;
  std::size_t running_ = 0;
  std::vector<PartFailure> failures_;
};

}  // namespace

std::vector<PartFailure> side_by_side(std::vector<Part> parts, const std::stop_token& stop, bool fail_fast, const std::function<void()>& meanwhile) {
  if (parts.empty()) return {};
  return Runner(std::move(parts), stop, fail_fast).run(meanwhile);
}

PartFailure describe_failure(std::string name) {
  try {
    throw;
  } catch (const Error& error) {
    return {std::move(name), error.what(), condition_of(error.code())};
  } catch (const OperationFailed& error) {
    return {std::move(name), error.what(), error.cause()};
  } catch (const std::bad_alloc&) {
    return {std::move(name), "out of memory", errc::out_of_memory};
  } catch (const std::exception& error) {
    return {std::move(name), error.what(), std::nullopt};
  }
}

void throw_if_stopped(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(errc::cancelled, "cancelled");
}

bool wait_until(const std::function<bool()>& done, std::chrono::steady_clock::time_point deadline, const std::stop_token& stop,
                std::chrono::milliseconds period) {
  std::mutex mutex;
  std::condition_variable_any changed;
  for (;;) {
    throw_if_stopped(stop);
    if (done()) return true;
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return false;
    std::unique_lock lock(mutex);
    changed.wait_until(lock, stop, std::min(deadline, now + period), [] { return false; });
  }
}

}  // namespace aihow::tool
