// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <aihow/state/identity.hpp>
#include <condition_variable>
#include <stdexcept>
#include <thread>
#include "fake_world.hpp"
#include "place.hpp"
#include "support/faulty_store.hpp"

using namespace aihow::state;
using namespace aihow::test;
using namespace std::chrono_literals;
using Kind = WatchEvent::Kind;

namespace {

constexpr auto patience = 30s;

Uuid uuid_of(const std::string& vm) { return object_uuid(*Uuid::parse("11111111-2222-4333-8444-555555555555"), ObjectKind::vm, vm); }

/// The sample state, with the VMs' UUIDs.
ClusterState known_state() {
  ClusterState out = make_state();
  for (VMInfo& vm : out.vms) vm.domain_uuid = uuid_of(vm.name);
  return out;
}

WorldEvent state_event(const std::string& vm, VMState state, const std::string& reason = {}, std::int64_t when = 1000) {
  WorldEvent out;
  out.kind = WorldEvent::Kind::vm;
  out.when = at_second(when);
  out.hypervisor = "test:///one";
  out.domain_name = "demo-" + vm;
  out.domain_uuid = uuid_of(vm);
  out.state = state;
  out.state_reason = reason;
  return out;
}
WorldEvent host_event(WorldEvent::Kind kind, std::int64_t when, std::string why = {}) {
  WorldEvent out;
  out.kind = kind;
  out.when = at_second(when);
  out.hypervisor = "test:///one";
  out.why = std::move(why);
  return out;
}

/// A watch on a thread of its own, and what it told.
class Watching {
 public:
  Watching(ClusterStateManager& manager, Observer& observer, FakeEvents& events, WatchOptions options = {.resync = 0ms},
           std::function<void(const WatchEvent&)> also = {})
      : also_(std::move(also)), thread_([this, &manager, &observer, &events, options](const std::stop_token& stop) {
          const auto tell = [this](const WatchEvent& event) {
            {
              const std::lock_guard lock(mutex_);
              told_.push_back(event);
              changed_.notify_all();
            }
            if (also_) also_(event);
          };
          try {
            manager.watch(observer, events, tell, options, stop);
          } catch (...) {
            failure_ = std::current_exception();
          }
          const std::lock_guard lock(mutex_);
          ended_ = true;
          changed_.notify_all();
        }) {}

  /// The first `count` events that `is_wanted`.
  std::vector<WatchEvent> wait(std::size_t count, const std::function<bool(const WatchEvent&)>& is_wanted) {
    std::vector<WatchEvent> found;
    std::unique_lock lock(mutex_);
    const bool all = changed_.wait_for(lock, patience, [&] {
      found.clear();
      for (const WatchEvent& event : told_) {
        if (is_wanted(event) && found.size() < count) found.push_back(event);
      }
      return found.size() == count || ended_;
    });
    INFO(found.size() << " of " << count);
    REQUIRE((all && found.size() == count));
    return found;
  }
  std::vector<WatchEvent> wait_for_states(std::size_t count) {
    return wait(count, [](const WatchEvent& event) { return event.kind == Kind::changed && event.difference.field == "state"; });
  }
  WatchEvent wait(Kind kind) {
    return wait(1, [&](const WatchEvent& event) { return event.kind == kind; }).front();
  }
  std::size_t count(Kind kind) {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(told_.begin(), told_.end(), [&](const WatchEvent& event) { return event.kind == kind; }));
  }
  /// Stops it, or waits for its end; what it threw.
  std::exception_ptr end(bool ask = true) {
    if (ask) thread_.request_stop();
    thread_.join();
    return failure_;
  }

 private:
  std::function<void(const WatchEvent&)> also_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WatchEvent> told_;
  std::exception_ptr failure_;
  bool ended_ = false;
  std::jthread thread_;
};

template <class Emit>
void when_followed(const Emit& emit) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!emit()) {
    if (std::chrono::steady_clock::now() > end) FAIL("nobody follows");
    std::this_thread::yield();
  }
}

struct Scene {
  explicit Scene(const std::string& kind = "memory") : place(kind), manager(place.location()) { manager.create(known_state(), "import"); }

  void emit(const WorldEvent& event) {
    when_followed([&] { return events.emit(event); });
  }

  Place place;
  ClusterStateManager manager;
  FakeObserver observer;
  FakeEvents events;
};

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

}  // namespace

TEST_CASE("each state that a VM was in is told, and is a revision of its own", "[manager][watch]") {
  Scene scene(kind());
  scene.observer.when = 0;  // as the state has it, whether the first look comes before the events or not
  Watching watch(scene.manager, scene.observer, scene.events);
  scene.emit(state_event("a", VMState::RUNNING, "booted"));
  scene.emit(state_event("a", VMState::PAUSED, "user"));
  scene.emit(state_event("a", VMState::RUNNING, "unpaused"));
  const auto told = watch.wait_for_states(3);
  CHECK(told[0].difference.expected == "SHUTOFF");
  CHECK(told[0].difference.found == "RUNNING");
  CHECK(told[0].difference.reason == "booted");
  CHECK(told[0].difference.since == at_second(0));
  CHECK(told[0].hypervisor == "test:///one");
  CHECK(told[1].difference.found == "PAUSED");
  CHECK(told[2].difference.expected == "PAUSED");
  CHECK(told[2].difference.found == "RUNNING");
  CHECK(std::vector{told[0].revision, told[1].revision, told[2].revision} == std::vector<std::uint64_t>{2, 3, 4});
  CHECK(scene.manager.get_vm("a")->state_reason == "unpaused");
  CHECK(watch.end() == nullptr);
  CHECK(scene.events.stopped);
}

TEST_CASE("what comes at once for many VMs is one revision", "[manager][watch]") {
  Scene scene;
  Watching watch(scene.manager, scene.observer, scene.events, {.resync = 0ms}, [&](const WatchEvent& event) {
    if (event.kind != Kind::connected) return;
    for (const char* name : {"a", "b", "c"}) scene.events.emit(state_event(name, VMState::RUNNING, "unpaused"));
    // libvirt tells of one start twice.
    for (const char* name : {"a", "b", "c"}) scene.events.emit(state_event(name, VMState::RUNNING, "booted"));
  });
  scene.emit(host_event(WorldEvent::Kind::connected, 900));
  const auto told = watch.wait_for_states(3);
  for (const WatchEvent& event : told) CHECK(event.revision == 2);
  CHECK(scene.manager.get_vm("c")->state_reason == "booted");
  CHECK(watch.end() == nullptr);
  CHECK(scene.manager.snapshot()->version.revision == 2);
}

TEST_CASE("an event that is older than what is recorded is told, and not recorded", "[manager][watch]") {
  Scene scene;
  scene.manager.transaction("fresh", [](ClusterState& s) { s.vms[0].last_seen = at_second(2000); });
  scene.observer.when = 2000;
  Watching watch(scene.manager, scene.observer, scene.events);
  scene.emit(state_event("a", VMState::CRASHED, "panicked", 1500));
  const auto told = watch.wait_for_states(1);
  CHECK(told[0].revision == 0);
  CHECK(scene.manager.get_vm("a")->state == VMState::SHUTOFF);
  CHECK(watch.end() == nullptr);
}

TEST_CASE("events of others' machines are nobody's business", "[manager][watch]") {
  Scene scene;
  Watching watch(scene.manager, scene.observer, scene.events);
  scene.emit(state_event("not-ours", VMState::RUNNING));
  scene.emit(state_event("a", VMState::RUNNING));
  CHECK(watch.wait_for_states(1)[0].difference.name == "a");
  CHECK(watch.end() == nullptr);
}

TEST_CASE("what is seen at the beginning, and what others record, is told", "[manager][watch]") {
  Scene scene;
  FakeObserver observer([](Observation& o) {
    o.vms[0].ip_address = std::optional<std::string>("192.168.100.10");
    o.strangers.push_back({ObjectKind::vm, "clone", std::nullopt, "a clone", false});
  });
  ClusterStateManager other(scene.place.location());
  Watching watch(scene.manager, observer, scene.events, {.resync = 20ms});
  const auto address = watch.wait(1, [](const WatchEvent& event) { return event.difference.field == "ip_address"; }).front();
  CHECK(address.difference.found == "192.168.100.10");
  CHECK(watch.wait(Kind::stranger).text == "a clone");
  other.update_vm_state("b", VMState::RUNNING);
  const auto told = watch.wait_for_states(1).front();
  CHECK(told.difference.name == "b");
  CHECK(told.difference.found == "RUNNING");
  const int looks = observer.looks;
  while (observer.looks < looks + 3) std::this_thread::yield();
  CHECK(watch.count(Kind::stranger) == 1);
  CHECK(watch.end() == nullptr);
}

TEST_CASE("a gap is told with its beginning, looked into, and told to be over", "[manager][watch]") {
  Scene scene;
  std::atomic<bool> is_down{false};
  FakeObserver observer([&](Observation& o) {
    if (is_down) {
      o.vms.clear();
      o.unreachable = {{"test:///one", "no daemon"}};
    } else if (scene.manager.get_vm("a")->unreachable_since) {
      o.vms[0].state = VMState::CRASHED;
    }
  });
  Watching watch(scene.manager, observer, scene.events);
  scene.emit(host_event(WorldEvent::Kind::connected, 900));
  CHECK_FALSE(watch.wait(Kind::connected).since);
  is_down = true;
  scene.emit(host_event(WorldEvent::Kind::lost, 1000, "it hung up"));
  scene.emit(host_event(WorldEvent::Kind::lost, 1001, "still"));
  CHECK(watch.wait(Kind::lost).text == "it hung up");
  watch.wait(3, [](const WatchEvent& event) { return event.difference.field == "unreachable_since"; });
  CHECK(scene.manager.get_vm("a")->state == VMState::SHUTOFF);
  is_down = false;
  scene.emit(host_event(WorldEvent::Kind::connected, 1100));
  const auto over = watch.wait(Kind::resynced);
  CHECK(over.since == at_second(1000));
  CHECK(over.hypervisor == "test:///one");
  CHECK(watch.wait_for_states(1)[0].difference.found == "CRASHED");
  CHECK(watch.wait(2, [](const WatchEvent& event) { return event.kind == Kind::connected; })[1].since == at_second(1000));
  CHECK(watch.count(Kind::lost) == 1);
  CHECK(watch.end() == nullptr);
}

TEST_CASE("a look that began before a gap was over does not end it", "[manager][watch]") {
  Scene scene;
  std::atomic<bool> is_lost{false};
  std::atomic<bool> is_back{false};
  std::atomic<int> before{0};
  std::atomic<int> after{0};
  FakeObserver observer({}, [&] {
    if (!is_lost.exchange(false)) return;
    scene.emit(host_event(WorldEvent::Kind::connected, 1100));
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_back && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  });
  Watching watch(scene.manager, observer, scene.events, {.resync = 0ms}, [&](const WatchEvent& event) {
    if (event.kind == Kind::lost) is_lost = true;
    if (event.kind == Kind::resynced) after = observer.looks.load();
    if (event.kind == Kind::connected && event.since) {
      before = observer.looks.load();
      is_back = true;
    }
  });
  scene.emit(host_event(WorldEvent::Kind::connected, 900));
  scene.emit(host_event(WorldEvent::Kind::lost, 1000, "it hung up"));
  watch.wait(Kind::resynced);
  CHECK(watch.end() == nullptr);
  CHECK(before.load() > 0);
  CHECK(after.load() > before.load());
}

TEST_CASE("a look that hangs does not hold up events, nor the end", "[manager][watch]") {
  class Hanging final : public Observer {
   public:
    Observation observe(const ClusterState&, const Context& context) override {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any never;
      hangs = true;
      never.wait(lock, context.stop, [] { return false; });
      throw Error(errc::cancelled, "asked to stop");
    }
    std::atomic<bool> hangs{false};
  } observer;
  Scene scene;
  Watching watch(scene.manager, observer, scene.events);
  while (!observer.hangs) std::this_thread::yield();
  scene.emit(state_event("a", VMState::RUNNING));
  CHECK(watch.wait_for_states(1)[0].revision == 2);
  CHECK(watch.end() == nullptr);
}

TEST_CASE("what fails is told once, and tried again", "[manager][watch]") {
  Scene scene;
  std::atomic<int> failures{0};
  FakeObserver observer({}, [&] {
    if (++failures <= 3) throw Error(errc::io, "the disk is full");
  });
  Watching watch(scene.manager, observer, scene.events, {.resync = 1ms});
  CHECK(watch.wait(Kind::failed).text == "the disk is full");
  while (failures < 5) std::this_thread::yield();
  CHECK(watch.count(Kind::failed) == 1);
  CHECK(watch.end() == nullptr);
}

TEST_CASE("a state that cannot be recorded for the moment is recorded by the next look", "[manager][watch]") {
  const auto faults = std::make_shared<Faults>();
  auto inner = open_store("memory:watch-faults");
  ClusterStateManager manager(std::make_unique<FaultyStore>(open_store("memory:watch-faults"), faults));
  manager.create(known_state(), "import");
  FakeObserver observer([&](Observation& o) {
    if (observer.looks > 1) o.vms[0].state = VMState::RUNNING;
  });
  FakeEvents events;
  Watching watch(manager, observer, events, {.resync = 50ms}, [&](const WatchEvent& event) {
    if (event.kind == Kind::connected) faults->set({.method = Method::commit, .code = errc::io});
    if (event.kind == Kind::connected) events.emit(state_event("a", VMState::RUNNING));
  });
  when_followed([&] { return events.emit(host_event(WorldEvent::Kind::connected, 900)); });
  watch.wait(Kind::failed);
  CHECK(watch.wait_for_states(1)[0].difference.found == "RUNNING");
  const auto end = std::chrono::steady_clock::now() + patience;
  while (manager.get_vm("a")->state != VMState::RUNNING && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  CHECK(manager.get_vm("a")->state == VMState::RUNNING);
  CHECK(watch.end() == nullptr);
}

TEST_CASE("a state that is removed while it is looked at is no failure to try again", "[manager][watch]") {
  Scene scene;
  FakeObserver observer({}, [&] { scene.manager.erase("destroy"); });
  Watching watch(scene.manager, observer, scene.events, {.resync = 1ms});
  const auto thrown = watch.end(false);
  CHECK(error_of([&] { std::rethrow_exception(thrown); }).code() == errc::not_found);
  CHECK(watch.count(Kind::failed) == 0);
}

TEST_CASE("a watch ends with its state, and with what its callback throws", "[manager][watch]") {
  Scene scene;
  const auto code_of = [](const std::exception_ptr& thrown) { return error_of([&] { std::rethrow_exception(thrown); }).code(); };
  {
    Watching watch(scene.manager, scene.observer, scene.events, {.resync = 1ms}, [](const WatchEvent& event) {
      if (event.kind == Kind::changed) throw Error(errc::invalid, "enough");
    });
    scene.emit(state_event("a", VMState::RUNNING));
    CHECK(code_of(watch.end(false)) == errc::invalid);
    CHECK(scene.events.stopped);
  }
  Watching watch(scene.manager, scene.observer, scene.events, {.resync = 1ms});
  scene.manager.erase("destroy");
  CHECK(code_of(watch.end(false)) == errc::not_found);
  CHECK(error_of([&] { scene.manager.watch(scene.observer, scene.events, [](const WatchEvent&) {}); }).code() == errc::not_found);
  CHECK(error_of([&] { scene.manager.watch(scene.observer, scene.events, nullptr); }).code() == errc::invalid);
}

TEST_CASE("an error that the callback throws is no failure to try again", "[manager][watch]") {
  Scene scene;
  // Of what is seen at the beginning, which the watch would look at again where that failed.
  FakeObserver observer([](Observation& seen) { seen.vms.front().state = VMState::RUNNING; });
  Watching watch(scene.manager, observer, scene.events, {.resync = 0ms}, [](const WatchEvent&) { throw Error(errc::invalid, "enough"); });
  const auto thrown = watch.end(false);
  CHECK(error_of([&] { std::rethrow_exception(thrown); }).code() == errc::invalid);
  CHECK(watch.count(Kind::failed) == 0);
}

TEST_CASE("an observer that ends its thread ends the watch", "[manager][watch]") {
  Scene scene;
  FakeObserver observer({}, [] { pthread_exit(nullptr); });
  Watching watch(scene.manager, observer, scene.events);
  const auto thrown = watch.end(false);
  CHECK_THROWS_AS(std::rethrow_exception(thrown), std::runtime_error);
}
