// SPDX-License-Identifier: MIT
#include <aihow/libvirt/observer.hpp>
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <tuple>
#include "catch.hpp"
#include "cluster.hpp"
#include "error_of.hpp"
#include "test_daemon.hpp"

using namespace aihow::libvirt;
using namespace std::chrono_literals;
using aihow::state::ClusterState;
using aihow::state::VMState;
using aihow::state::WorldEvent;
using Kind = WorldEvent::Kind;

namespace {

/// What a source told.
class Told {
 public:
  aihow::state::EventSource::Sink sink() {
    return [this](WorldEvent event) {
      const std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
      changed_.notify_all();
    };
  }
  /// The first event of a kind from the `after`th on, and how many had come with it.
  std::pair<WorldEvent, std::size_t> wait(Kind kind, std::size_t after = 0, const std::string& hypervisor = {}) {
    std::unique_lock lock(mutex_);
    std::size_t at = 0;
    REQUIRE(changed_.wait_for(lock, 30s, [&] {
      for (at = after; at < events_.size(); ++at) {
        if (events_[at].kind == kind && (hypervisor.empty() || events_[at].hypervisor == hypervisor)) return true;
      }
      return false;
    }));
    return {events_[at], at + 1};
  }
  std::size_t count(Kind kind) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(events_.begin(), events_.end(), [&](const WorldEvent& event) { return event.kind == kind; }));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WorldEvent> events_;
};

/// The test driver's default host: one for all connections of this process while one of them is open.
constexpr const char* shared_host = "test:///default";

ClusterState state_at(const std::string& uri) {
  ClusterState out = lab_state(uri);
  out.vms.pop_back();
  return out;
}

}  // namespace

TEST_CASE("a domain's life is told as it happens, with its reasons", "[libvirt][events]") {
  const Hypervisor hypervisor = Hypervisor::open(shared_host);
  Told told;
  const auto source = make_event_source({});
  source->follow(state_at(shared_host), told.sink());
  CHECK(told.wait(Kind::connected).first.hypervisor == shared_host);
  const Uuid uuid = *Uuid::parse("00000000-0000-4000-8000-0000000000ee");
  const Domain domain = hypervisor.define_domain(domain_xml({"events-vm", uuid, 0, 1, kib_per_gib, {}, {}}));
  WorldEvent event;
  std::size_t at = 0;
  std::tie(event, at) = told.wait(Kind::other);

  const auto next = [&](VMState state, const std::string& reason) {
    std::tie(event, at) = told.wait(Kind::vm, at);
    CHECK(event.state == state);
    CHECK(event.state_reason == reason);
    CHECK(event.domain_name == "events-vm");
    CHECK(event.domain_uuid == uuid);
    CHECK(event.hypervisor == shared_host);
  };
  domain.start();
  next(VMState::RUNNING, "booted");
  domain.suspend();
  next(VMState::PAUSED, "user");
  domain.resume();
  next(VMState::RUNNING, "unpaused");
  domain.shutdown();
  next(VMState::SHUTOFF, "shutdown");
  domain.start();
  next(VMState::RUNNING, "booted");
  domain.destroy();
  next(VMState::SHUTOFF, "destroyed");
  domain.undefine();
  std::tie(event, at) = told.wait(Kind::other, at);
  source->stop();
  CHECK(told.count(Kind::lost) == 0);
}

TEST_CASE("a state that has passed when its event is read keeps its own reason", "[libvirt][events]") {
  const Hypervisor hypervisor = Hypervisor::open(shared_host);
  Told told;
  const auto source = make_event_source({});
  source->follow(state_at(shared_host), told.sink());
  told.wait(Kind::connected);
  const Uuid uuid = *Uuid::parse("00000000-0000-4000-8000-0000000000ed");
  const Domain domain = hypervisor.define_domain(domain_xml({"hasty", uuid, 0, 1, kib_per_gib, {}, {}}));
  domain.start();
  auto [event, at] = told.wait(Kind::vm);
  constexpr int rounds = 50;
  for (int i = 0; i < rounds; ++i) {
    domain.suspend();
    domain.resume();
  }
  for (int i = 0; i < rounds; ++i) {
    std::tie(event, at) = told.wait(Kind::vm, at);
    CHECK(event.state == VMState::PAUSED);
    CHECK(event.state_reason == "user");
    std::tie(event, at) = told.wait(Kind::vm, at);
    CHECK(event.state == VMState::RUNNING);
    CHECK(event.state_reason == "unpaused");
  }
  domain.destroy();
  domain.undefine();
}

TEST_CASE("a domain that is gone when it stops is not off", "[libvirt][events]") {
  const Hypervisor hypervisor = Hypervisor::open(shared_host);
  Told told;
  const auto source = make_event_source({});
  source->follow(state_at(shared_host), told.sink());
  told.wait(Kind::connected);
  const Uuid uuid = *Uuid::parse("00000000-0000-4000-8000-0000000000ef");
  const Domain domain = hypervisor.define_domain(domain_xml({"fleeting", uuid, 0, 1, kib_per_gib, {}, {}}));
  domain.start();
  auto [event, at] = told.wait(Kind::vm);
  domain.undefine();  // it runs on, and goes with its end
  domain.destroy();
  std::tie(event, at) = told.wait(Kind::vm, at);
  CHECK(event.state == VMState::UNDEFINED);
}

TEST_CASE("a hypervisor that cannot be reached is told once, and tried again", "[libvirt][events]") {
  const TestDaemon daemon(TestDaemon::Manner::hangs_up);
  ObserverOptions options;
  std::atomic<int> tries{0};
  options.hypervisor.trace = [&](std::string_view line) { tries += line.starts_with("call virConnectOpen") ? 1 : 0; };
  Told told;
  const auto source = make_event_source(options);
  source->follow(state_at(daemon.uri()), told.sink());
  const WorldEvent lost = told.wait(Kind::lost).first;
  CHECK(lost.hypervisor == daemon.uri());
  CHECK_THAT(lost.why, Catch::Matchers::Contains(daemon.uri()));
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (tries < 3 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  CHECK(tries >= 3);
  CHECK(told.count(Kind::lost) == 1);
  source->stop();
}

TEST_CASE("a source stops while a daemon is silent, and follows other hypervisors", "[libvirt][events]") {
  const TestDaemon silent(TestDaemon::Manner::silent);
  TemporaryFolder folder;
  ClusterState state = lab_state(lab_node().write(folder));
  state.vms[1].hypervisor = silent.uri();
  Told told;
  const auto source = make_event_source({});
  source->follow(state, told.sink());
  told.wait(Kind::connected);
  const auto began = std::chrono::steady_clock::now();
  source->follow(state_at(shared_host), told.sink());
  told.wait(Kind::connected, 0, shared_host);
  source->stop();
  CHECK(std::chrono::steady_clock::now() - began < 5s);  // the timeout is 10 s
  source->stop();
}
