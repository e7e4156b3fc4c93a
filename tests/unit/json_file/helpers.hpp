// SPDX-License-Identifier: MIT
// A state in a scratch directory, and short calls of its store.
#pragma once
#include <aihow/state/json.hpp>
#include <aihow/state/stores.hpp>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>
#include "catch.hpp"
#include "json_file/history_file.hpp"
#include "support/sample_state.hpp"
#include "support/scratch_directory.hpp"

namespace aihow::test {

inline state::Context soon() { return state::within(std::chrono::seconds(20)); }

inline state::Record record(std::uint64_t revision, std::string_view what = "change") {
  return {revision, "{\"revision\":" + std::to_string(revision) + ",\"operation\":\"" + std::string(what) + "\"}"};
}

/// The line of a record in the history's file.
inline std::string line(const state::Record& record) { return state::json_file::lines_of(std::span(&record, 1), {}); }

inline state::CommitResult put(state::StateStore& store, const std::optional<state::Version>& base, const state::ClusterState& next) {
  const bool touch = base && base->revision == next.revision && base->lineage == next.lineage;
  const auto records = touch ? std::vector<state::Record>{} : std::vector{record(next.revision)};
  return store.commit({.id = {}, .base = base, .next = &next, .changes = {}, .records = records}, soon());
}
inline state::CommitResult erase(state::StateStore& store) {
  const auto now = store.load(nullptr, soon());
  return store.commit({.id = {}, .base = now ? std::optional(now->version) : std::nullopt, .next = nullptr, .changes = {}, .records = {}}, soon());
}
inline state::CommitResult change_once(state::StateStore& store) {
  const auto now = store.load(nullptr, soon());
  if (!now) {
    const auto first = put(store, std::nullopt, sample_state(1));
    return first.committed ? first : put(store, std::nullopt, sample_state(first.highest + 1));  // where one was erased
  }
  state::ClusterState next = now->state;
  next.revision = now->highest + 1;
  if (!next.lineage) next.lineage = sample_lineage();
  next.vms.at(0).cpu_cores += 1;
  return put(store, now->version, next);
}

/// The next change after whatever stands, again where it was refused, as a manager does: one more CPU core for the first VM.
inline state::CommitResult change(state::StateStore& store) {
  for (int tries = 0; tries < 3; ++tries) {
    if (auto result = change_once(store); result.committed) return result;
  }
  return {};
}

struct StateFile {
  /// Revisions 1 … `revisions` stand, made by a store object that is gone.
  explicit StateFile(int revisions = 0) {
    for (int i = 0; i < revisions; ++i) REQUIRE(change(*open()).committed);
  }
  std::unique_ptr<state::StateStore> open(const state::StoreOptions& options = {}) const { return state::make_json_file_store(path, options); }
  state::SnapshotPtr load() const { return open()->load(nullptr, soon()); }

  ScratchDirectory scratch;
  std::string path = scratch / "state.json";
  std::string backup = path + ".backup";
  std::string history = path + ".history";
  std::string tmp = path + ".tmp";
  std::string lock = scratch / ".state.json.lock";
};

using Names = std::set<std::string>;
inline const Names all_files = {"state.json", "state.json.backup", "state.json.history"};

/// The code of the Error that a call throws; errc{} where it throws none.
template <class Call>
state::errc code_of(Call call, std::string* text = nullptr) {
  try {
    call();
  } catch (const state::Error& error) {
    if (text != nullptr) *text = error.what();
    UNSCOPED_INFO(error.what());
    return static_cast<state::errc>(error.code().value());
  }
  return state::errc{};
}

/// A long-past modification time, so that an invalid document is not taken for one that is being copied.
inline void make_old(const std::string& path) {
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
}

}  // namespace aihow::test
