// SPDX-License-Identifier: MIT
#include "libvirt/connection.hpp"
#include <fmt/format.h>
#include <algorithm>

namespace aihow::libvirt::inline v0 {
namespace {

using namespace std::chrono_literals;
using state::errc;
using state::Error;
using std::chrono::milliseconds;

constexpr CallSite open_site{"virConnectOpen", "connect to"};
constexpr CallSite close_site{"virConnectClose", "close"};

// How long a daemon that did its work so far may take to say goodbye.
constexpr milliseconds close_patience = 500ms;
// A daemon that has not answered a probe by then hangs.
constexpr milliseconds probe_patience = 1s;
// libvirt gives up on a daemon that misses this many answers at this interval. The interval is short because libvirt's client (9.0 for one) may
// lose the wake-up of a call that is made while another one waits; the next keep-alive message then sends it off.
constexpr int keep_alive_seconds = 1;
constexpr unsigned keep_alive_count = 15;

thread_local CallScope* innermost = nullptr;

long long ms_since(Clock::time_point begin) { return std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count(); }

/// The test driver runs inside this process and has no transport.
bool has_transport(std::string_view uri) { return !uri.starts_with("test:"); }

}  // namespace

CallScope::CallScope(Clock::time_point deadline, std::stop_token stop) : outer_(innermost), deadline_(deadline), stop_(std::move(stop)) {
  innermost = this;
}
CallScope::CallScope(const state::Context& context)
    : CallScope(std::min(context.deadline, deadline()), context.stop.stop_possible() ? context.stop : stop()) {}
CallScope::~CallScope() { innermost = outer_; }
Clock::time_point CallScope::deadline() noexcept { return innermost != nullptr ? innermost->deadline_ : Clock::time_point::max(); }
std::stop_token CallScope::stop() { return innermost != nullptr ? innermost->stop_ : std::stop_token{}; }

const Api& Caller::api() const noexcept { return connection->api(); }
virConnectPtr Caller::handle() const noexcept { return connection->handle(); }

LibvirtError Caller::last_error() const {
  const virError* const error = api().virGetLastError();
  if (error == nullptr) return {};
  return {error->code, error->domain, error->int1, error->message != nullptr ? error->message : ""};
}
int Caller::last_code() const {
  const virError* const error = api().virGetLastError();
  return error != nullptr ? error->code : 0;
}
void Caller::fail() const { throw make_error(site, object, connection->uri(), last_error()); }

Connection::Connection(const Api& api, std::string uri, HypervisorOptions options) : api_(api), uri_(std::move(uri)), options_(std::move(options)) {
  if (has_transport(uri_)) events_ = std::make_unique<EventLoop>(api_);
}

std::shared_ptr<Connection> Connection::open(std::string uri, HypervisorOptions options) {
  if (uri.find('\0') != std::string::npos) throw Error(errc::invalid, "the connection URI has a NUL character; correct it");
  auto made = std::make_shared<Connection>(libvirt::api(), std::move(uri), std::move(options));
  // The handle is set on the worker: where the caller has left, the connection's last holder there closes it.
  made->call(open_site, made->uri_, [](const Caller& caller) {
    Connection& connection = *caller.connection;
    connection.handle_ = caller.check(caller.api().virConnectOpen(connection.uri_.c_str()));
    // Not every transport has it: then only the timeouts tell.
    static_cast<void>(caller.api().virConnectSetKeepAlive(connection.handle_, keep_alive_seconds, keep_alive_count));
  });
  return made;
}

Connection::~Connection() {
  // The trace's owner may be gone where a call was left behind, and this is its thread.
  if (WorkerPool::on_worker()) options_.trace = nullptr;
  const bool hangs = abandoned_->load() != 0;
  const auto begin = Clock::now();
  try {
    trace_call(close_site, uri_);
    // Closing asks the daemon: it belongs to a thread that may hang. std::function wants what can be copied.
    workers_->post([&api = api_, handle = handle_, events = std::shared_ptr<EventLoop>(std::move(events_))]() mutable {
      if (handle != nullptr) static_cast<void>(api.virConnectClose(handle));
      events.reset();
    });
    if (workers_->close(hangs ? begin : begin + std::min(options_.timeout, close_patience))) trace_done(close_site, uri_, begin);
    else trace_failed(close_site, uri_, "left behind: a call has not returned");
  } catch (const std::exception&) {
    // Without a thread nothing can be closed: the process's end does it.
    static_cast<void>(workers_->close(begin));
  }
}

void CallDone::finished() noexcept {
  const std::lock_guard lock(mutex);
  done = true;
  if (abandoned) left_behind->fetch_sub(1);
  changed.notify_all();
}

void Connection::require_not_stopped(const CallSite& site, std::string_view object) {
  if (CallScope::stop().stop_requested()) throw Error(errc::cancelled, fmt::format("{} {} was not begun: asked to stop", site.function, object));
}

bool Connection::answers() {
  constexpr CallSite probe{"virConnectGetLibVersion", "probe"};
  try {
    start(probe, uri_, [](const Caller& caller) {
      unsigned long version = 0;
      caller.check(caller.api().virConnectGetLibVersion(caller.handle(), &version));
    }).finish(std::min(options_.timeout / 2, probe_patience));
    return true;
  } catch (const Error& error) {
    if (error.code() == errc::cancelled) throw;
    return false;
  }
}

void Connection::wait(const CallSite& site, const std::string& object, Clock::time_point begin, CallDone& done, milliseconds timeout) {
  const std::stop_token stop = CallScope::stop();
  // A deadline that is too far would overflow.
  timeout = std::min<milliseconds>(timeout, 24h);
  const auto give_up = std::min(CallScope::deadline(), begin + (site.work ? std::max(timeout, options_.work_timeout) : timeout));
  // So that a daemon that hangs costs no more than the timeout, the probe is sent before it.
  const milliseconds patience = site.work ? timeout - std::min(timeout / 2, probe_patience) : timeout;
  std::unique_lock lock(done.mutex);
  while (true) {
    done.changed.wait_until(lock, stop, std::min(give_up, Clock::now() + patience), [&] { return done.done; });
    if (done.done) return;
    if (!site.work || stop.stop_requested() || Clock::now() >= give_up) break;
    lock.unlock();
    const bool alive = answers();
    lock.lock();
    if (!alive) break;
  }
  if (done.done) return;
  done.abandoned = true;
  abandoned_->fetch_add(1);
  lock.unlock();
  const Error error = stop.stop_requested() ? Error(errc::cancelled, fmt::format("{} {} was left behind: asked to stop", site.function, object))
                                            : make_hang_error(site, object, uri_, ms_since(begin));
  trace_failed(site, object, error.what());
  throw Error(error);
}

void Connection::trace_call(const CallSite& site, std::string_view object) const {
  if (options_.trace) options_.trace(fmt::format("call {} {}", site.function, object));
}
void Connection::trace_done(const CallSite& site, std::string_view object, Clock::time_point begin) const {
  if (options_.trace) options_.trace(fmt::format("done {} {} ({} ms)", site.function, object, ms_since(begin)));
}
void Connection::trace_failed(const CallSite& site, std::string_view object, std::string_view why) const {
  if (options_.trace) options_.trace(fmt::format("failed {} {}: {}", site.function, object, why));
}

}  // namespace aihow::libvirt::inline v0
