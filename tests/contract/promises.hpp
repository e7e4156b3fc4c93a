// SPDX-License-Identifier: MIT
// The promises of StateStore by subject, and what their checks share. For check_store_contract() alone.
#pragma once
#include <aihow/state/identity.hpp>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include "catch.hpp"
#include "contract/store_contract.hpp"
#include "support/sample_state.hpp"

namespace aihow::test::contract {

using namespace state;

struct Promise {
  const char* name;
  void (*check)(StorePlace&);
};
std::span<const Promise> document_promises();  ///< commits, snapshots, records
std::span<const Promise> lock_promises();

/// Bounds calls that are not meant to wait, so that a broken store fails instead of hanging.
inline Context soon() { return within(std::chrono::seconds{20}); }

inline Record record(std::uint64_t revision, std::string_view what = "change") {
  return {revision, "{\"revision\":" + std::to_string(revision) + ",\"operation\":\"" + std::string(what) + "\"}"};
}

/// Commits `next` on `base` with one record, or none for a touch.
inline CommitResult put(StateStore& store, const std::optional<Version>& base, const ClusterState& next, Lock* under = nullptr) {
  const bool touch = base && base->revision == next.revision && base->lineage == next.lineage;
  const std::vector<Record> records = touch ? std::vector<Record>{} : std::vector{record(next.revision)};
  const std::vector<Change> changes = {{ObjectKind::cluster, ""}};
  return store.commit({.id = random_uuid(), .base = base, .next = &next, .changes = changes, .records = records, .under = under}, soon());
}
inline CommitResult erase(StateStore& store, const std::optional<Version>& base) {
  return store.commit({.id = random_uuid(), .base = base, .next = nullptr, .changes = {}, .records = {}}, soon());
}
/// Revisions 1 … last, each changing the number of VMs.
inline Version put_up_to(StateStore& store, std::uint64_t last) {
  std::optional<Version> base;
  for (std::uint64_t revision = 1; revision <= last; ++revision) {
    const auto result = put(store, base, sample_state(revision, static_cast<int>(revision % 5)));
    REQUIRE(result.committed);
    base = result.version;
  }
  return *base;
}
inline Holder self(std::string what) {
  return {.host = "here", .program = "contract", .what = std::move(what), .pid = 4711, .since = Timestamp::now()};
}

template <class Call>
errc code_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(std::string(error.what()).size() > 10);
    return static_cast<errc>(error.code().value());
  }
  return errc{};
}

}  // namespace aihow::test::contract
