// SPDX-License-Identifier: MIT
// What a store promises of its two locks: one function a promise; the table at the end names them.
#include <future>
#include <thread>
#include "contract/promises.hpp"

namespace aihow::test::contract {
namespace {

using namespace std::chrono_literals;

void locks_exclude(StorePlace& place) {
  auto store = place.open();
  auto other = place.open();
  for (const LockKind kind : {LockKind::operation, LockKind::commit}) {
    CHECK_FALSE(other->holder(kind, soon()));
    auto held = store->lock(kind, self("the first"), soon());
    REQUIRE(held);
    CHECK(held->held());
    if (kind == LockKind::commit) continue;  // a store may hand out one that excludes nobody
    const auto holder = other->holder(kind, soon());
    REQUIRE(holder);
    CHECK(holder->what == "the first");
    CHECK(holder->pid == 4711);
    try {
      other->lock(kind, self("the second"), within(20ms));
      FAIL("two hold the operation lock");
    } catch (const Error& error) {
      CHECK(error.code() == errc::locked);
      CHECK(std::string(error.what()).find("the first") != std::string::npos);
      CHECK(std::string(error.what()).find("4711") != std::string::npos);
    }
    CHECK(code_of([&] { other->lock(kind, self("the second"), within(0ms)); }) == errc::locked);
    held.reset();
    CHECK(other->lock(kind, self("the second"), within(0ms))->held());
    CHECK_FALSE(store->holder(kind, soon()));
  }
}

void the_two_locks_are_two(StorePlace& place) {
  auto store = place.open();
  auto other = place.open();
  const auto operation = store->lock(LockKind::operation, self("start"), soon());
  const auto commit = other->lock(LockKind::commit, self("status"), soon());
  CHECK(operation->held());
  CHECK(commit->held());
  CHECK(put(*other, std::nullopt, sample_state(1)).committed);
}

void a_waiting_lock_is_granted_on_release(StorePlace& place) {
  auto store = place.open();
  auto held = store->lock(LockKind::operation, self("the first"), soon());
  auto granted = std::async(std::launch::async, [&] {
    auto other = place.open();
    return other->lock(LockKind::operation, self("the second"), soon())->held();
  });
  // A store that refuses instead of waiting has done so by then.
  CHECK(granted.wait_for(50ms) == std::future_status::timeout);
  held.reset();
  CHECK(granted.get());
}

void a_waiting_lock_can_be_cancelled(StorePlace& place) {
  auto store = place.open();
  const auto held = store->lock(LockKind::operation, self("the first"), soon());
  std::stop_source stop;
  std::jthread canceller([&] { stop.request_stop(); });
  auto other = place.open();
  CHECK(code_of([&] { other->lock(LockKind::operation, self("the second"), {.stop = stop.get_token()}); }) == errc::cancelled);
}

void a_lock_outlives_its_store_and_thread(StorePlace& place) {
  auto store = place.open();
  auto held = store->lock(LockKind::operation, self("the first"), soon());
  store.reset();
  auto other = place.open();
  CHECK(code_of([&] { other->lock(LockKind::operation, self("x"), within(0ms)); }) == errc::locked);
  std::thread([lock = std::move(held)]() mutable { lock.reset(); }).join();
  CHECK(other->lock(LockKind::operation, self("x"), within(0ms))->held());
}

void a_commit_under_a_held_lock_lands(StorePlace& place) {
  auto store = place.open();
  const auto operation = store->lock(LockKind::operation, self("start"), soon());
  const auto commit_lock = store->lock(LockKind::commit, self("start"), soon());
  CHECK(put(*store, std::nullopt, sample_state(1), operation.get()).committed);
}

void a_commit_under_a_lost_lock_is_a_conflict(StorePlace& place) {
  struct Lost final : Lock {
    bool held() noexcept override { return false; }
  } lost;
  auto store = place.open();
  CHECK(code_of([&] { put(*store, std::nullopt, sample_state(1), &lost); }) == errc::conflict);
  CHECK(store->load(nullptr, soon()) == nullptr);
}

constexpr Promise promises[] = {
    {"the operation lock excludes, and names its holder", locks_exclude},
    {"the two locks are two", the_two_locks_are_two},
    {"a waiting lock is granted on release", a_waiting_lock_is_granted_on_release},
    {"a waiting lock can be cancelled", a_waiting_lock_can_be_cancelled},
    {"a lock outlives its store and its thread", a_lock_outlives_its_store_and_thread},
    {"a commit under a held lock lands", a_commit_under_a_held_lock_lands},
    {"a commit under a lost lock is a conflict", a_commit_under_a_lost_lock_is_a_conflict},
};

}  // namespace

std::span<const Promise> lock_promises() { return promises; }

}  // namespace aihow::test::contract
