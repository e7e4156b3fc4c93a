// SPDX-License-Identifier: MIT
// Callbacks that throw, that end their thread, and that free what they stand on; a C++ program, as the C interface's users may be.
#include <pthread.h>
#include <new>
#include <stdexcept>
extern "C" {
#include "check.h"
}

namespace {

aihow_manager* lab() {
  aihow_manager* manager = nullptr;
  aihow_state* state = nullptr;
  OK(aihow_manager_open("memory:", nullptr, &manager, &error));
  OK(aihow_manager_ensure(manager, "lab", "hpc", nullptr, &state, &error));
  aihow_state_free(state);
  return manager;
}

void still_works(aihow_manager* manager) {
  const auto nothing = [](void*, aihow_state*, aihow_sink*) -> int32_t { return AIHOW_OK; };
  OK(aihow_manager_transaction(manager, "x", nothing, nullptr, nullptr, nullptr, &error));
}

void an_exception_is_a_failure_with_its_text() {
  aihow_manager* const manager = lab();
  const auto throws = [](void*, aihow_state* state, aihow_sink*) -> int32_t {
    aihow_state_remove(state, AIHOW_KIND_VM, 0, nullptr);
    throw std::runtime_error("thrown by the callback");
  };
  FAILS(aihow_manager_transaction(manager, "x", throws, nullptr, nullptr, nullptr, &error), AIHOW_E_UNEXPECTED, "thrown by the callback");
  const auto throws_int = [](void*, aihow_state*, aihow_sink*) -> int32_t { throw 7; };
  FAILS(aihow_manager_transaction(manager, "x", throws_int, nullptr, nullptr, nullptr, &error), AIHOW_E_UNEXPECTED, "no std::exception");
  const auto throws_memory = [](void*, aihow_state*, aihow_sink*) -> int32_t { throw std::bad_alloc(); };
  FAILS(aihow_manager_transaction(manager, "x", throws_memory, nullptr, nullptr, nullptr, &error), AIHOW_E_OUT_OF_MEMORY, "out of memory");
  still_works(manager);
  aihow_manager_free(manager);
}

void a_thread_may_end_in_a_callback() {
  aihow_manager* const manager = lab();
  const auto body = [](void* given) -> void* {
    const auto ends = [](void*, aihow_state*, aihow_sink*) -> int32_t { pthread_exit(nullptr); };
    aihow_manager_transaction(static_cast<aihow_manager*>(given), "x", ends, nullptr, nullptr, nullptr, nullptr);
    return given;  // it does not come here
  };
  pthread_t thread{};
  void* result = manager;
  CHECK(pthread_create(&thread, nullptr, body, manager) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == nullptr);
  still_works(manager);
  aihow_manager_free(manager);
}

void a_manager_may_be_freed_by_its_callback() {
  aihow_manager* const manager = lab();
  const auto frees = [](void* given, aihow_state*, aihow_sink*) -> int32_t {
    aihow_manager_free(static_cast<aihow_manager*>(given));
    return AIHOW_OK;
  };
  OK(aihow_manager_transaction(manager, "x", frees, manager, nullptr, nullptr, &error));
  const aihow_state* state = nullptr;
  FAILS(aihow_manager_load(manager, &state, &error), AIHOW_E_INVALID, "no open manager");
}

struct Told {
  int notices = 0;
  int destroyed = 0;
};

void a_notice_that_throws_is_nobodys_failure() {
  make_folder();
  Told told;
  aihow_manager_options options{};
  options.struct_size = sizeof options;
  options.notice = [](void* given, const char*) {
    ++static_cast<Told*>(given)->notices;
    throw std::runtime_error("ignored");
  };
  options.user_data = &told;
  options.destroy = [](void* given) {
    ++static_cast<Told*>(given)->destroyed;
    throw std::runtime_error("ignored");
  };
  aihow_manager* manager = nullptr;
  aihow_state* state = nullptr;
  OK(aihow_manager_open(path_of("s.json"), &options, &manager, &error));
  OK(aihow_manager_ensure(manager, "lab", "hpc", nullptr, &state, &error));
  aihow_state_free(state);
  const auto change = [](void*, aihow_state* next, aihow_sink*) -> int32_t {
    return aihow_state_set_unknown(next, AIHOW_KIND_CLUSTER, 0, "x", "1", nullptr);
  };
  OK(aihow_manager_transaction(manager, "x", change, nullptr, nullptr, nullptr, &error));
  FILE* const file = fopen(path_of("s.json"), "w");
  CHECK(file != nullptr && fclose(file) == 0);
  const aihow_state* loaded = nullptr;
  OK(aihow_manager_load(manager, &loaded, &error));
  CHECK(told.notices > 0);
  aihow_state_free(loaded);
  aihow_manager_free(manager);
  CHECK(told.destroyed == 1);
  remove_folder();
}

/// What a watch stands on: each function is what a test says.
struct World {
  explicit World(decltype(aihow_observer_table::observe) observe, decltype(aihow_event_source_table::follow) follow) : manager(lab()) {
    aihow_observer_table seeing{};
    seeing.struct_size = sizeof seeing;
    seeing.observe = observe;
    aihow_event_source_table telling{};
    telling.struct_size = sizeof telling;
    telling.follow = follow;
    telling.stop = [](void* given) {
      ++static_cast<World*>(given)->stops;
      throw std::runtime_error("ignored");
    };
    OK(aihow_observer_new(&seeing, this, &observer, &error));
    OK(aihow_event_source_new(&telling, this, &source, &error));
  }
  World(const World&) = delete;
  ~World() {
    still_works(manager);
    aihow_event_source_free(source);
    aihow_observer_free(observer);
    aihow_manager_free(manager);
  }
  int32_t watch(aihow_watch callback, aihow_error** error) { return aihow_manager_watch(manager, observer, source, callback, this, nullptr, error); }

  aihow_manager* manager;
  aihow_observer* observer = nullptr;
  aihow_event_source* source = nullptr;
  int stops = 0;
};

int32_t see_nothing(void*, const aihow_state*, int64_t, const aihow_cancel*, aihow_observation*, aihow_sink*) { return AIHOW_OK; }

int32_t tell_of_one(void*, const aihow_state*, aihow_events* events, aihow_sink*) {
  aihow_world_event event{};
  event.struct_size = sizeof event;
  event.kind = AIHOW_WORLD_CONNECTED;
  event.hypervisor = "test:///one";
  return aihow_events_put(events, &event, nullptr);
}

int32_t hear(void*, const aihow_watch_event*, aihow_sink*) { return AIHOW_OK; }

void an_exception_ends_a_watch() {
  {
    World world(see_nothing, tell_of_one);
    const auto throws = [](void*, const aihow_watch_event*, aihow_sink*) -> int32_t { throw std::runtime_error("thrown when told"); };
    FAILS(world.watch(throws, &error), AIHOW_E_UNEXPECTED, "thrown when told");
    const auto throws_int = [](void*, const aihow_watch_event*, aihow_sink*) -> int32_t { throw 7; };
    FAILS(world.watch(throws_int, &error), AIHOW_E_UNEXPECTED, "no std::exception");
    CHECK(world.stops == 2);
  }
  {
    World world(see_nothing, [](void*, const aihow_state*, aihow_events*, aihow_sink*) -> int32_t { throw std::runtime_error("thrown by follow"); });
    FAILS(world.watch(hear, &error), AIHOW_E_UNEXPECTED, "thrown by follow");
    CHECK(world.stops == 1);
  }
  World world([](void*, const aihow_state*, int64_t, const aihow_cancel*, aihow_observation*,
                 aihow_sink*) -> int32_t { throw std::runtime_error("thrown by observe"); },
              tell_of_one);
  FAILS(world.watch(hear, &error), AIHOW_E_UNEXPECTED, "thrown by observe");
  aihow_refresh* drift = nullptr;
  FAILS(aihow_manager_drift(world.manager, world.observer, nullptr, &drift, &error), AIHOW_E_UNEXPECTED, "thrown by observe");
}

void a_thread_may_end_in_a_watch() {
  const auto run = [](World& world, void* (*body)(void*)) {
    pthread_t thread{};
    void* result = &world;
    CHECK(pthread_create(&thread, nullptr, body, &world) == 0);
    CHECK(pthread_join(thread, &result) == 0 && result == nullptr);
    CHECK(world.stops == 1);
  };
  {
    World world(see_nothing, tell_of_one);
    run(world, [](void* given) -> void* {
      const auto ends = [](void*, const aihow_watch_event*, aihow_sink*) -> int32_t { pthread_exit(nullptr); };
      static_cast<World*>(given)->watch(ends, nullptr);
      return given;  // it does not come here
    });
  }
  {
    World world(see_nothing, [](void*, const aihow_state*, aihow_events*, aihow_sink*) -> int32_t { pthread_exit(nullptr); });
    run(world, [](void* given) -> void* {
      static_cast<World*>(given)->watch(hear, nullptr);
      return given;
    });
  }
  // The observer's thread is not the caller's: the call comes back.
  World world([](void*, const aihow_state*, int64_t, const aihow_cancel*, aihow_observation*, aihow_sink*) -> int32_t { pthread_exit(nullptr); },
              tell_of_one);
  FAILS(world.watch(hear, &error), AIHOW_E_UNEXPECTED, "ended the thread");
}

}  // namespace

int main() {
  an_exception_is_a_failure_with_its_text();
  a_thread_may_end_in_a_callback();
  a_manager_may_be_freed_by_its_callback();
  a_notice_that_throws_is_nobodys_failure();
  an_exception_ends_a_watch();
  a_thread_may_end_in_a_watch();
  return failures == 0 ? 0 : 1;
}
