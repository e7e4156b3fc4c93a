// SPDX-License-Identifier: MIT
// What a store promises of commits, snapshots and records: one function a promise; the table at the end names them.
#include <atomic>
#include <thread>
#include "contract/promises.hpp"

namespace aihow::test::contract {
namespace {

using namespace std::chrono_literals;

void nothing_stands_at_first(StorePlace& place) {
  auto store = place.open();
  CHECK(store->load(nullptr, soon()) == nullptr);
  const auto page = store->records({}, soon());
  CHECK(page.records.empty());
  CHECK(page.oldest_kept == 0);
  CHECK(store->verify(false, soon()).empty());
  CHECK_FALSE(store->location().empty());
}

void a_commit_is_read_back_whole(StorePlace& place) {
  auto store = place.open();
  const ClusterState state = sample_state(1, 3);
  const auto result = put(*store, std::nullopt, state);
  REQUIRE(result.committed);
  REQUIRE(result.version);
  CHECK(result.version->revision == 1);
  CHECK(result.version->lineage == *state.lineage);
  CHECK_FALSE(result.version->token.empty());
  CHECK(result.highest == 1);
  for (auto* reader : {store.get(), place.open().release()}) {
    const std::unique_ptr<StateStore> owned(reader == store.get() ? nullptr : reader);
    const auto snapshot = reader->load(nullptr, soon());
    REQUIRE(snapshot);
    CHECK(snapshot->state == state);
    CHECK(snapshot->version == *result.version);
    CHECK(snapshot->highest == 1);
  }
}

void an_unchanged_state_is_the_known_snapshot(StorePlace& place) {
  auto store = place.open();
  const Version first = put_up_to(*store, 1);
  const auto known = store->load(nullptr, soon());
  CHECK(store->load(known, soon()) == known);
  auto other = place.open();
  REQUIRE(put(*other, first, sample_state(2, 4)).committed);
  const auto newer = store->load(known, soon());
  REQUIRE(newer);
  CHECK(newer != known);
  CHECK(newer->version.revision == 2);
  CHECK(newer->state == sample_state(2, 4));
  CHECK(known->state == sample_state(1, 1));
}

void a_snapshot_carries_no_origin(StorePlace& place) {
  auto store = place.open();
  ClusterState state = sample_state(1);
  state.origin.snapshot = std::make_shared<Snapshot>();
  REQUIRE(put(*store, std::nullopt, state).committed);
  CHECK(store->load(nullptr, soon())->state.origin.snapshot == nullptr);
}

void a_stale_base_writes_nothing(StorePlace& place) {
  auto store = place.open();
  const Version first = put_up_to(*store, 1);
  const Version second = *put(*store, first, sample_state(2, 2)).version;
  for (const auto& base : {std::optional(first), std::optional<Version>()}) {
    const auto result = put(*store, base, sample_state(3, 4));
    CHECK_FALSE(result.committed);
    CHECK(result.version == second);
  }
  CHECK_FALSE(erase(*store, first).committed);
  CHECK(store->load(nullptr, soon())->version == second);
  CHECK(store->records({}, soon()).records.size() == (store->capabilities().history ? 2 : 0));
}

void the_whole_version_is_compared(StorePlace& place) {
  auto store = place.open();
  const Version stands = put_up_to(*store, 2);
  Version other = stands;
  other.token += "0";
  CHECK_FALSE(put(*store, other, sample_state(3)).committed);
  other = stands;
  other.revision = 1;
  CHECK_FALSE(put(*store, other, sample_state(3)).committed);
  other = stands;
  other.lineage = sample_lineage(9);
  CHECK_FALSE(put(*store, other, sample_state(3)).committed);
  CHECK(put(*store, stands, sample_state(3)).committed);
}

void a_touch_keeps_revision_and_history(StorePlace& place) {
  auto store = place.open();
  const Version stands = put_up_to(*store, 2);
  ClusterState touched = sample_state(2, 2);
  touched.last_modified = Timestamp::from_unix_us(1'761'099'999'000'000);
  const auto result = put(*store, stands, touched);
  REQUIRE(result.committed);
  CHECK(result.version->revision == 2);
  CHECK(result.version->token != stands.token);
  CHECK(place.open()->load(nullptr, soon())->state == touched);
  CHECK(store->records({}, soon()).records.size() == (store->capabilities().history ? 2 : 0));
  CHECK_FALSE(put(*store, stands, sample_state(3)).committed);
  CHECK(put(*store, result.version, sample_state(3)).committed);
}

void equal_contents_at_different_revisions_differ(StorePlace& place) {
  auto store = place.open();
  const Version first = put_up_to(*store, 1);
  const auto second = put(*store, first, sample_state(2, 1));
  REQUIRE(second.committed);
  CHECK(second.version->token != first.token);
}

void a_revision_is_never_used_twice(StorePlace& place) {
  auto store = place.open();
  const Version stands = put_up_to(*store, 3);
  REQUIRE(erase(*store, stands).committed);
  const auto refused = put(*store, std::nullopt, sample_state(3));
  CHECK_FALSE(refused.committed);
  CHECK_FALSE(refused.version);
  REQUIRE(refused.highest >= 3);
  CHECK(store->load(nullptr, soon()) == nullptr);
  const auto again = put(*store, std::nullopt, sample_state(refused.highest + 1));
  CHECK(again.committed);
}

void erased_is_gone_and_history_stays(StorePlace& place) {
  auto store = place.open();
  const Version stands = put_up_to(*store, 2);
  const auto result = erase(*store, stands);
  CHECK(result.committed);
  CHECK_FALSE(result.version);
  CHECK(store->load(nullptr, soon()) == nullptr);
  CHECK(place.open()->load(store->load(nullptr, soon()), soon()) == nullptr);
  CHECK(store->records({}, soon()).records.size() == (store->capabilities().history ? 2 : 0));
  CHECK(erase(*store, std::nullopt).committed);
}

void another_lineage_begins_anew(StorePlace& place) {
  auto store = place.open();
  const Version stands = put_up_to(*store, 5);
  REQUIRE(erase(*store, stands).committed);
  const auto result = put(*store, std::nullopt, sample_state(1, 2, 2));
  REQUIRE(result.committed);
  CHECK(result.highest == 1);
  CHECK(store->load(nullptr, soon())->highest == 1);
  if (!store->capabilities().history) return;
  CHECK_FALSE(result.notices.empty());
  const auto page = store->records({}, soon());
  REQUIRE(page.records.size() == 1);
  CHECK(page.records[0].revision == 1);
}

void another_lineage_can_take_the_place(StorePlace& place) {
  auto store = place.open();
  const Version stands = put_up_to(*store, 5);
  const auto result = put(*store, stands, sample_state(1, 2, 2));
  REQUIRE(result.committed);
  CHECK(result.version->lineage == sample_lineage(2));
  CHECK(place.open()->load(nullptr, soon())->state == sample_state(1, 2, 2));
  if (store->capabilities().history) CHECK(store->records({}, soon()).records.size() == 1);
}

void records_come_in_pages(StorePlace& place) {
  auto store = place.open();
  if (!store->capabilities().history) return;
  put_up_to(*store, 12);
  const auto revisions = [&](RecordQuery query) {
    const auto page = store->records(query, soon());
    CHECK(page.oldest_kept == 1);
    std::vector<std::uint64_t> out;
    for (const Record& one : page.records) {
      CHECK(one == record(one.revision));
      out.push_back(one.revision);
    }
    return out;
  };
  using Revisions = std::vector<std::uint64_t>;
  CHECK(revisions({.limit = 3}) == Revisions{1, 2, 3});
  CHECK(revisions({.after = 9}) == Revisions{10, 11, 12});
  CHECK(revisions({.after = 3, .before = 6}) == Revisions{4, 5});
  CHECK(revisions({.limit = 2, .newest_first = true}) == Revisions{12, 11});
  CHECK(revisions({.after = 2, .before = 6, .limit = 2, .newest_first = true}) == Revisions{5, 4});
  CHECK(revisions({.after = 2, .before = 5, .newest_first = true}) == Revisions{4, 3});
  CHECK(revisions({.after = 12}).empty());
  CHECK(revisions({.after = 7, .before = 8}).empty());
  CHECK(revisions({.limit = 0}).empty());
  CHECK(revisions({}).size() == 12);
}

void an_import_brings_its_past(StorePlace& place) {
  auto store = place.open();
  const ClusterState state = sample_state(3);
  const std::vector<Record> past = {record(1, "one"), record(2, "two"), record(3, "import")};
  REQUIRE(store->commit({.id = random_uuid(), .base = {}, .next = &state, .changes = {}, .records = past}, soon()).committed);
  if (store->capabilities().history) CHECK(place.open()->records({}, soon()).records == past);
}

void records_follow_the_one_that_they_were_made_for(StorePlace& place) {
  auto store = place.open();
  if (!store->capabilities().history) return;
  const Version stands = put_up_to(*store, 2);
  const ClusterState next = sample_state(3);
  const std::vector<Record> records = {record(3)};
  Commit commit{.id = random_uuid(), .base = stands, .next = &next, .changes = {}, .records = records};
  for (const std::uint64_t other : {0, 1, 3}) {
    commit.last_record = other;
    const auto refused = store->commit(commit, soon());
    CHECK_FALSE(refused.committed);
    CHECK(refused.history_differs);
    CHECK(refused.version == stands);
  }
  CHECK(store->records({}, soon()).records.size() == 2);
  commit.last_record = 2;
  CHECK(store->commit(commit, soon()).committed);
  const Uuid lineage = place.open()->records({}, soon()).lineage;
  CHECK((lineage.is_nil() || lineage == sample_lineage()));
}

void waiting_sees_a_change(StorePlace& place) {
  auto store = place.open();
  if (!store->capabilities().wait) return;
  CHECK_FALSE(store->wait(std::nullopt, within(5ms)));
  const Version first = put_up_to(*store, 1);
  CHECK(store->wait(std::nullopt, soon()));
  CHECK_FALSE(store->wait(first, within(5ms)));
  std::jthread writer([&] { put(*place.open(), first, sample_state(2)); });
  CHECK(store->wait(first, soon()));
  writer.join();
  std::stop_source stop;
  stop.request_stop();
  const auto known = store->load(nullptr, soon())->version;
  CHECK(code_of([&] { store->wait(known, {.stop = stop.get_token()}); }) == errc::cancelled);
}

void many_writers_lose_nothing(StorePlace& place) {
  constexpr int writers = 4;
  constexpr int each = 10;
  put_up_to(*place.open(), 1);
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer) {
      threads.emplace_back([&] {
        try {
          auto store = place.open();
          SnapshotPtr snapshot;
          for (int done = 0; done < each;) {
            snapshot = store->load(snapshot, soon());
            ClusterState next = snapshot->state;
            next.revision = snapshot->highest + 1;
            next.vms.at(0).cpu_cores += 1;
            const std::vector<Record> records = {record(next.revision)};
            done +=
                store->commit({.id = random_uuid(), .base = snapshot->version, .next = &next, .changes = {}, .records = records}, soon()).committed;
          }
        } catch (const std::exception& error) {
          UNSCOPED_INFO(error.what());
          ++failures;
        }
      });
    }
  }
  CHECK(failures == 0);
  const auto last = place.open()->load(nullptr, soon());
  CHECK(last->state.vms.at(0).cpu_cores == 8 + writers * each);
  CHECK(last->version.revision == 1 + writers * each);
  const auto page = place.open()->records({.limit = 1000}, soon());
  if (!place.open()->capabilities().history) return;
  REQUIRE(page.records.size() == 1 + writers * each);
  for (std::size_t i = 0; i < page.records.size(); ++i) CHECK(page.records[i].revision == i + 1);
}

void a_stored_state_has_nothing_wrong(StorePlace& place) {
  auto store = place.open();
  put_up_to(*store, 4);
  CHECK(store->verify(false, soon()).empty());
  CHECK(store->verify(true, soon()).empty());
  CHECK(store->load(nullptr, soon())->notices.empty());
}

constexpr Promise promises[] = {
    {"nothing stands at first", nothing_stands_at_first},
    {"a commit is read back whole, by any store", a_commit_is_read_back_whole},
    {"an unchanged state is the known snapshot", an_unchanged_state_is_the_known_snapshot},
    {"a snapshot carries no origin", a_snapshot_carries_no_origin},
    {"a stale base writes nothing", a_stale_base_writes_nothing},
    {"the whole version is compared", the_whole_version_is_compared},
    {"a touch keeps revision and history", a_touch_keeps_revision_and_history},
    {"equal contents at different revisions differ", equal_contents_at_different_revisions_differ},
    {"a revision is never used twice", a_revision_is_never_used_twice},
    {"erased is gone, and history stays", erased_is_gone_and_history_stays},
    {"another lineage begins anew", another_lineage_begins_anew},
    {"another lineage can take the place", another_lineage_can_take_the_place},
    {"records come in pages", records_come_in_pages},
    {"an import brings its past", an_import_brings_its_past},
    {"records follow the one that they were made for", records_follow_the_one_that_they_were_made_for},
    {"waiting sees a change", waiting_sees_a_change},
    {"many writers lose nothing", many_writers_lose_nothing},
    {"a stored state has nothing wrong", a_stored_state_has_nothing_wrong},
};

}  // namespace

std::span<const Promise> document_promises() { return promises; }

}  // namespace aihow::test::contract
