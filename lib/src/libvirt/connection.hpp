// SPDX-License-Identifier: MIT
// Connection: a virConnectPtr, and the one way in which libvirt is called: on a worker thread, with a bound on the wait for its answer.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/state_store.hpp>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include "libvirt/api.hpp"
#include "libvirt/errors.hpp"
#include "libvirt/event_loop.hpp"
#include "libvirt/worker_pool.hpp"

namespace aihow::libvirt::inline v0 {

class Connection;
using Clock = std::chrono::steady_clock;

/// Cuts the waits of all calls that this thread makes while it lives.
class CallScope {
 public:
  CallScope(Clock::time_point deadline, std::stop_token stop);
  /// Within what cuts them already: the earlier deadline counts, and the stop of whoever can ask for one, the context first.
  explicit CallScope(const state::Context& context);
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  ~CallScope();

  static Clock::time_point deadline() noexcept;
  static std::stop_token stop();

 private:
  CallScope* outer_;
  Clock::time_point deadline_;
  std::stop_token stop_;
};

/// What a call has on its worker thread. It is copied there: nothing of the caller's is touched once it has gone.
struct Caller {
  std::shared_ptr<Connection> connection;
  CallSite site;
  std::string object;

  const Api& api() const noexcept;
  virConnectPtr handle() const noexcept;

  /// libvirt's error as it stands on this thread.
  LibvirtError last_error() const;
  int last_code() const;
  [[noreturn]] void fail() const;
  int check(int result) const {
    if (result < 0) fail();
    return result;
  }
  template <class T>
  T* check(T* result) const {
    if (result == nullptr) fail();
    return result;
  }
  /// Takes a reference that libvirt gave over; it is let go before the connection is.
  template <class T>
  std::shared_ptr<void> own(T* pointer, int (*release)(T*)) const {
    return std::shared_ptr<void>(pointer, [connection = connection, release](void* held) { release(static_cast<T*>(held)); });
  }
};

/// How a call is waited for. One is shared by both threads.
struct CallDone {
  explicit CallDone(std::shared_ptr<std::atomic<int>> counter) : left_behind(std::move(counter)) {}
  void finished() noexcept;

  const std::shared_ptr<std::atomic<int>> left_behind;  ///< the connection's count; it may outlive the connection
  std::mutex mutex;
  std::condition_variable_any changed;
  bool done = false;
  bool abandoned = false;
};

/// A call that is on its way. finish() waits for it and returns what it returned, or throws what it threw.
template <class Result>
struct PendingCall {
  std::shared_ptr<Connection> connection;
  CallSite site;
  std::string object;
  Clock::time_point begin;
  std::shared_ptr<CallDone> done;
  std::future<Result> result;

  Result finish(std::chrono::milliseconds timeout);
  Result finish();
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  static std::shared_ptr<Connection> open(std::string uri, HypervisorOptions options);

  Connection(const Api& api, std::string uri, HypervisorOptions options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Closes on a worker thread, and waits for it only while no call has been left behind, and not for long.
  ~Connection();

  const Api& api() const noexcept { return api_; }
  virConnectPtr handle() const noexcept { return handle_; }
  const std::string& uri() const noexcept { return uri_; }
  const HypervisorOptions& options() const noexcept { return options_; }
  /// Calls that were left behind and have not returned yet.
  int abandoned() const noexcept { return abandoned_->load(); }

  /// Runs `function(const Caller&)` on a worker thread and waits for it: until the timeout (`unreachable`), the thread's CallScope
  /// (`unreachable`, `cancelled`). Where `site.work`, goes on waiting while the daemon answers a probe. Throws what `function` throws.
  template <class Function>
  auto call(const CallSite& site, std::string object, Function function) {
    return start(site, std::move(object), std::move(function)).finish();
  }

  /// The same without the wait, so that one thread can have several calls on their way. Throws Error cancelled where the thread's CallScope
  /// was asked to stop.
  template <class Function>
  auto start(const CallSite& site, std::string object, Function function) -> PendingCall<std::invoke_result_t<Function&, const Caller&>> {
    using Result = std::invoke_result_t<Function&, const Caller&>;
    require_not_stopped(site, object);
    Caller caller{shared_from_this(), site, object};
    auto task = std::make_shared<std::packaged_task<Result()>>(
        [caller = std::move(caller), function = std::move(function)]() mutable -> Result { return function(std::as_const(caller)); });
    PendingCall<Result> pending{shared_from_this(), site, std::move(object), Clock::now(), std::make_shared<CallDone>(abandoned_),
                                task->get_future()};
    trace_call(site, pending.object);
    try {
      workers_->post([self = shared_from_this(), task = std::move(task), done = pending.done]() mutable {
        (*task)();
        // Before the caller goes on: so the connection ends on its own thread, unless this call was left behind.
        task.reset();
        self.reset();
        done->finished();
      });
    } catch (const state::Error& error) {
      trace_failed(site, pending.object, error.what());
      throw;
    }
    return pending;
  }

  /// Waits for a call; throws Error unreachable or cancelled, and marks it as left behind, where it has not returned in time.
  void wait(const CallSite& site, const std::string& object, Clock::time_point begin, CallDone& done, std::chrono::milliseconds timeout);

  void trace_call(const CallSite& site, std::string_view object) const;
  void trace_done(const CallSite& site, std::string_view object, Clock::time_point begin) const;
  void trace_failed(const CallSite& site, std::string_view object, std::string_view why) const;

 private:
  static void require_not_stopped(const CallSite& site, std::string_view object);
  bool answers();

  const Api& api_;
  std::string uri_;
  HypervisorOptions options_;
  std::unique_ptr<EventLoop> events_;
  std::shared_ptr<WorkerPool> workers_ = WorkerPool::make();
  virConnectPtr handle_ = nullptr;
  std::shared_ptr<std::atomic<int>> abandoned_ = std::make_shared<std::atomic<int>>(0);
};

template <class Result>
Result PendingCall<Result>::finish(std::chrono::milliseconds timeout) {
  connection->wait(site, object, begin, *done, timeout);
  try {
    if constexpr (std::is_void_v<Result>) {
      result.get();
      connection->trace_done(site, object, begin);
    } else {
      Result out = result.get();
      connection->trace_done(site, object, begin);
      return out;
    }
  } catch (const state::Error& error) {
    connection->trace_failed(site, object, error.what());
    throw;
  }
}

template <class Result>
Result PendingCall<Result>::finish() {
  return finish(connection->options().timeout);
}

/// The library's own way into the handles that it gives out.
struct Access {
  static const std::shared_ptr<Connection>& connection(const Hypervisor& hypervisor) noexcept { return hypervisor.connection_; }
  static Hypervisor hypervisor(std::shared_ptr<Connection> connection) { return Hypervisor(std::move(connection)); }

  template <class Object>
  static const std::shared_ptr<void>& handle(const Object& object) noexcept {
    return object.handle_;
  }
  template <class Object>
  // NOLINTNEXTLINE(performance-unnecessary-value-param): moved, which the check does not see through a template
  static Object named(const std::shared_ptr<Connection>& connection, std::shared_ptr<void> handle, std::string name, const Uuid& uuid) {
    Object out;
    out.connection_ = connection;
    out.handle_ = std::move(handle);
    out.name_ = std::move(name);
    out.uuid_ = uuid;
    return out;
  }
  static Volume volume(const std::shared_ptr<Connection>& connection, std::shared_ptr<void> handle, std::string name, std::string path) {
    Volume out;
    out.connection_ = connection;
    out.handle_ = std::move(handle);
    out.name_ = std::move(name);
    out.path_ = std::move(path);
    return out;
  }
};

}  // namespace aihow::libvirt::inline v0
