// SPDX-License-Identifier: MIT
// Stores of callers: a StateStore over a table of C functions.
#pragma once
#include <aihow/store.h>
#include <aihow/state/state_store.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include "objects.hpp"

namespace aihow::capi {

/// What a callback of a store has said.
struct Answer {
  using Handle = aihow_answer;
  static constexpr Noun noun = Noun::answer;
  static constexpr const char* name = "answer";
  bool unchanged = false;
  bool committed = false;
  std::optional<std::string> json{};
  std::string token{};
  state::Uuid commit_id{};
  std::uint64_t highest = 0;
  std::optional<state::Version> stands{};
  std::vector<std::string> notices{};
  state::RecordPage page{};
  std::optional<state::Holder> holder{};
};

/// Checks a caller's table. Throws Error invalid.
aihow_store_table to_table(const aihow_store_table* given, const char* argument);

/// Threads: as StateStore.
class CallerStore final : public state::StateStore {
 public:
  CallerStore(const aihow_store_table& table, void* user_data, bool strict);
  ~CallerStore() override;
  /// From here on the table's `destroy` is called with the store's end.
  void own_user_data() noexcept { owns_user_data_ = true; }

  state::SnapshotPtr load(state::SnapshotPtr known, const state::Context& context) override;
  state::CommitResult commit(const state::Commit& commit, const state::Context& context) override;
  std::unique_ptr<state::Lock> lock(state::LockKind kind, const state::Holder& self, const state::Context& context) override;
  std::optional<state::Holder> holder(state::LockKind kind, const state::Context& context) override;
  state::RecordPage records(const state::RecordQuery& query, const state::Context& context) override;
  bool wait(const std::optional<state::Version>& known, const state::Context& context) override;
  std::vector<std::string> verify(bool mend, const state::Context& context) override;
  state::Capabilities capabilities() const noexcept override;
  std::string location() const override { return location_; }

 private:
  template <class Call>
  void ask(const char* name, const state::Context& context, Call&& call);
  std::uint64_t newest_record(const state::Context& context);

  aihow_store_table table_;
  void* user_data_;
  std::string location_;
  bool strict_;
  bool owns_user_data_ = false;
};

}  // namespace aihow::capi
