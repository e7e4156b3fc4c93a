// SPDX-License-Identifier: MIT
// Calls that do not come back.
#include <barrier>
#include <future>
#include <latch>
#include <mutex>
#include <stop_token>
#include <thread>
#include "catch.hpp"
#include "error_of.hpp"
#include "libvirt/connection.hpp"
#include "test_daemon.hpp"

using namespace aihow::libvirt;
using namespace std::chrono_literals;
using aihow::state::errc;
using aihow::state::Error;
using Catch::Matchers::Contains;

namespace {

constexpr CallSite answer_site{"virTest", "test"};
constexpr CallSite work_site{"virTest", "test", true};
/// Soon over where nothing answers; enough for the test driver to open on a busy machine.
constexpr auto briefly = 500ms;

HypervisorOptions within(std::chrono::milliseconds timeout, std::chrono::milliseconds work_timeout = 60s) {
  HypervisorOptions out;
  out.timeout = timeout;
  out.work_timeout = work_timeout;
  return out;
}

std::shared_ptr<Connection> connect(HypervisorOptions options) { return Connection::open("test:///default", std::move(options)); }

/// A call that hangs until it is let go. What it holds tells when its thread has done with it.
class Hanging {
 public:
  auto function() {
    struct Last {
      std::shared_ptr<std::promise<void>> gone;
      ~Last() {
        if (gone) gone->set_value();
      }
    };
    auto last = std::make_shared<Last>();
    last->gone = std::exchange(gone_, nullptr);
    return [latch = latch_, last = std::move(last)](const Caller&) { latch->wait(); };
  }
  void let_go() { latch_->count_down(); }
  void wait_until_gone() { REQUIRE(future_.wait_for(30s) == std::future_status::ready); }

 private:
  std::shared_ptr<std::latch> latch_ = std::make_shared<std::latch>(1);
  std::shared_ptr<std::promise<void>> gone_ = std::make_shared<std::promise<void>>();
  std::future<void> future_ = gone_->get_future();
};

}  // namespace

TEST_CASE("opening is bounded where the daemon says nothing", "[libvirt][bounded]") {
  const TestDaemon daemon(TestDaemon::Manner::silent);
  for (const std::string& uri : {daemon.uri(), daemon.uri("qemu+unix:///system")}) {
    const auto begin = std::chrono::steady_clock::now();
    const Error error = error_of([&] { Hypervisor::open(uri, within(briefly)); });
    CHECK(std::chrono::steady_clock::now() - begin < 10 * briefly);
    CHECK(error.code() == errc::unreachable);
    CHECK_THAT(error.what(), Contains("cannot connect to " + uri) && Contains("no answer to virConnectOpen within"));
  }
}

TEST_CASE("opening ends where it is asked to stop, or at the deadline", "[libvirt][bounded]") {
  const TestDaemon daemon(TestDaemon::Manner::silent);
  std::stop_source source;
  const std::jthread asks([&] { source.request_stop(); });
  CHECK(error_of([&] { Hypervisor::open(daemon.uri(), within(1h), aihow::state::within(1h, source.get_token())); }).code() == errc::cancelled);
  CHECK(error_of([&] { Hypervisor::open(daemon.uri(), within(1h), aihow::state::within(50ms)); }).code() == errc::unreachable);
}

TEST_CASE("a daemon that hangs up is unreachable", "[libvirt][bounded]") {
  const TestDaemon daemon(TestDaemon::Manner::hangs_up);
  CHECK(error_of([&] { Hypervisor::open(daemon.uri(), within(10s)); }).code() == errc::unreachable);
}

TEST_CASE("a call that hangs is left behind, and others go on", "[libvirt][bounded]") {
  auto connection = connect(within(briefly));
  Hanging hanging;
  const Error error = error_of([&] { connection->call(answer_site, "thing", hanging.function()); });
  CHECK(error.code() == errc::unreachable);
  CHECK_THAT(error.what(), Contains("cannot test thing at test:///default: no answer to virTest within 5"));
  CHECK(connection->abandoned() == 1);
  CHECK(connection->call(answer_site, "other", [](const Caller&) { return 7; }) == 7);
  hanging.let_go();
  hanging.wait_until_gone();
}

TEST_CASE("closing does not wait for a call that hangs", "[libvirt][bounded]") {
  auto connection = connect(within(briefly));
  Hanging hanging;
  REQUIRE_THROWS_AS(connection->call(answer_site, "thing", hanging.function()), Error);
  const auto begin = std::chrono::steady_clock::now();
  connection.reset();
  CHECK(std::chrono::steady_clock::now() - begin < 10 * briefly);
  hanging.let_go();
  hanging.wait_until_gone();
}

TEST_CASE("many callers call side by side", "[libvirt][bounded]") {
  constexpr int callers = 8;
  auto connection = connect(within(20s));
  const auto barrier = std::make_shared<std::barrier<>>(callers);
  std::vector<std::future<int>> results;
  for (int i = 0; i < callers; ++i) {
    results.push_back(std::async(std::launch::async, [&, i] {
      return connection->call(answer_site, "thing", [barrier, i](const Caller&) {
        barrier->arrive_and_wait();
        return i;
      });
    }));
  }
  for (int i = 0; i < callers; ++i) CHECK(results[static_cast<std::size_t>(i)].get() == i);
}

TEST_CASE("work may take longer than an answer while the daemon answers", "[libvirt][bounded]") {
  std::mutex mutex;
  Hanging hanging;
  // It is let go only by the second probe, so the call outlives the timeout.
  HypervisorOptions options = within(briefly);
  int probes = 0;
  options.trace = [&](std::string_view line) {
    const std::lock_guard lock(mutex);
    if (line.starts_with("done virConnectGetLibVersion") && ++probes == 2) hanging.let_go();
  };
  connect(options)->call(work_site, "thing", hanging.function());
  CHECK(probes >= 2);
}

TEST_CASE("work is bounded too", "[libvirt][bounded]") {
  Hanging hanging;
  CHECK(error_of([&] { connect(within(briefly, 2 * briefly))->call(work_site, "thing", hanging.function()); }).code() == errc::unreachable);
  hanging.let_go();
  hanging.wait_until_gone();
}

TEST_CASE("a scope cuts the waits of its thread", "[libvirt][bounded]") {
  auto connection = connect(within(1h));
  Hanging hanging;
  {
    const CallScope scope(std::chrono::steady_clock::now() + 50ms, {});
    CHECK(error_of([&] { connection->call(answer_site, "thing", hanging.function()); }).code() == errc::unreachable);
  }
  hanging.let_go();
  hanging.wait_until_gone();
}

TEST_CASE("a scope within another one has the earlier deadline, and its own stop where that can be asked", "[libvirt][bounded]") {
  std::stop_source outer;
  std::stop_source inner;
  const auto deadline = std::chrono::steady_clock::now() + 1h;
  const CallScope scope(deadline, outer.get_token());
  {
    const CallScope narrower(aihow::state::Context{deadline - 1min, inner.get_token()});
    CHECK(CallScope::deadline() == deadline - 1min);
    CHECK(CallScope::stop() == inner.get_token());
  }
  const CallScope same(aihow::state::Context{});
  CHECK(CallScope::deadline() == deadline);
  CHECK(CallScope::stop() == outer.get_token());
}

TEST_CASE("a stop token ends the wait", "[libvirt][bounded]") {
  auto connection = connect(within(1h));
  Hanging hanging;
  std::stop_source source;
  {
    const CallScope scope(std::chrono::steady_clock::time_point::max(), source.get_token());
    auto pending = connection->start(answer_site, "thing", hanging.function());
    source.request_stop();
    CHECK(error_of([&] { pending.finish(); }).code() == errc::cancelled);
    // Nothing new is begun.
    CHECK(error_of([&] { connection->call(answer_site, "other", [](const Caller&) { return 1; }); }).code() == errc::cancelled);
    CHECK(connection->abandoned() == 1);
  }
  hanging.let_go();
  hanging.wait_until_gone();
}

TEST_CASE("what a call throws reaches the caller", "[libvirt][bounded]") {
  auto connection = connect(within(20s));
  CHECK_THROWS_AS(connection->call(answer_site, "thing", [](const Caller&) -> int { throw std::runtime_error("x"); }), std::runtime_error);
  CHECK(connection->call(answer_site, "thing", [](const Caller&) { return 1; }) == 1);
}

TEST_CASE("a library that is missing or is not libvirt is told", "[libvirt]") {
  const Error missing = error_of([] { load_api("/nonexistent/libvirt.so.0"); });
  CHECK(missing.code() == errc::unsupported);
  CHECK_THAT(missing.what(), Contains("/nonexistent/libvirt.so.0") && Contains("install it"));
  const Error other = error_of([] { load_api("libm.so.6"); });
  CHECK(other.code() == errc::unsupported);
  CHECK_THAT(other.what(), Contains("libm.so.6 has no function virInitialize"));
}
