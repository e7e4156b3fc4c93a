// SPDX-License-Identifier: MIT
// ForwardingStore: a memory store that a test changes in one thing, by overriding it.
#pragma once
#include <aihow/state/memory_store.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace aihow::test {

/// Every call goes on to `inner`.
class ForwardingStore : public state::StateStore {
 public:
  state::SnapshotPtr load(state::SnapshotPtr known, const state::Context& context) override { return inner.load(std::move(known), context); }
  state::CommitResult commit(const state::Commit& commit, const state::Context& context) override { return inner.commit(commit, context); }
  std::unique_ptr<state::Lock> lock(state::LockKind kind, const state::Holder& self, const state::Context& context) override {
    return inner.lock(kind, self, context);
  }
  std::optional<state::Holder> holder(state::LockKind kind, const state::Context& context) override { return inner.holder(kind, context); }
  state::RecordPage records(const state::RecordQuery& query, const state::Context& context) override { return inner.records(query, context); }
  bool wait(const std::optional<state::Version>& known, const state::Context& context) override { return inner.wait(known, context); }
  std::vector<std::string> verify(bool mend, const state::Context& context) override { return inner.verify(mend, context); }
  state::Capabilities capabilities() const noexcept override { return inner.capabilities(); }
  std::string location() const override { return inner.location(); }

 protected:
  state::MemoryStore inner;
};

}  // namespace aihow::test
