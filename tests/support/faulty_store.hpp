// SPDX-License-Identifier: MIT
// FaultyStore: a StateStore round another one that fails the calls it is told to, before or after they took effect.
#pragma once
#include <aihow/state/state_store.hpp>
#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace aihow::test {

enum class Method : std::uint8_t { load, commit, lock, holder, records, wait, verify };
constexpr std::string_view to_string(Method method) noexcept {
  constexpr std::array<std::string_view, 7> names = {"load", "commit", "lock", "holder", "records", "wait", "verify"};
  return names[static_cast<std::size_t>(method)];
}

/// Where a fault strikes: before the call reaches the store behind, or after it took effect there (its result is lost).
enum class When : std::uint8_t { before, after };

struct Fault {
  std::optional<Method> method;  ///< nullopt: of any method
  std::size_t nth = 1;           ///< the nth such call since the fault was set, from 1
  When when = When::before;
  state::errc code = state::errc::io;  ///< thrown
  std::function<void()> run{};         ///< called instead of throwing, where set: another writer's commit, say
};

/// What the tests steer: shared with the wrapper, which a manager may own. Safe from any thread.
class Faults {
 public:
  void set(Fault fault) {
    const std::lock_guard guard(mutex_);
    armed_.push_back({std::move(fault), 0});
  }
  /// Fails the nth call of any method: for loops that go on until nothing fails any more.
  void fail_nth(std::size_t nth, When when = When::before, state::errc code = state::errc::io) {
    set({.method = {}, .nth = nth, .when = when, .code = code});
  }
  void clear() {
    const std::lock_guard guard(mutex_);
    armed_.clear();
  }
  /// From now on every lock that was handed out says that it was lost.
  void lose_locks() {
    const std::lock_guard guard(mutex_);
    locks_lost_ = true;
  }
  bool locks_lost() {
    const std::lock_guard guard(mutex_);
    return locks_lost_;
  }
  /// Calls so far; of one method, or all.
  std::size_t calls(std::optional<Method> method = {}) {
    const std::lock_guard guard(mutex_);
    return method ? calls_[static_cast<std::size_t>(*method)] : std::accumulate(calls_.begin(), calls_.end(), std::size_t{0});
  }
  std::size_t struck() {
    const std::lock_guard guard(mutex_);
    return struck_;
  }

  /// For the wrapper: counts the call and returns the fault that strikes it, if any.
  std::optional<Fault> count(Method method) {
    const std::lock_guard guard(mutex_);
    ++calls_[static_cast<std::size_t>(method)];
    std::optional<Fault> out;
    for (auto it = armed_.begin(); it != armed_.end();) {
      const bool counts = !it->fault.method || *it->fault.method == method;
      if (counts && ++it->seen == it->fault.nth && !out) {
        out = std::move(it->fault);
        ++struck_;
        it = armed_.erase(it);
      } else {
        ++it;
      }
    }
    return out;
  }

 private:
  struct Armed {
    Fault fault;
    std::size_t seen = 0;
  };
  std::mutex mutex_;
  std::vector<Armed> armed_;
  std::array<std::size_t, 7> calls_{};
  std::size_t struck_ = 0;
  bool locks_lost_ = false;
};

class FaultyStore final : public state::StateStore {
 public:
  explicit FaultyStore(std::unique_ptr<state::StateStore> inner, std::shared_ptr<Faults> faults = std::make_shared<Faults>())
      : inner_(std::move(inner)), faults_(std::move(faults)) {}

  Faults& faults() noexcept { return *faults_; }

  state::SnapshotPtr load(state::SnapshotPtr known, const state::Context& context) override {
    return call(Method::load, [&] { return inner_->load(std::move(known), context); });
  }
  state::CommitResult commit(const state::Commit& commit, const state::Context& context) override {
    return call(Method::commit, [&] {
      state::Commit passed = commit;
      if (auto* own = dynamic_cast<FaultyLock*>(commit.under); own != nullptr && own->held()) passed.under = own->inner.get();
      return inner_->commit(passed, context);
    });
  }
  std::unique_ptr<state::Lock> lock(state::LockKind kind, const state::Holder& self, const state::Context& context) override {
    return call(Method::lock,
                [&]() -> std::unique_ptr<state::Lock> { return std::make_unique<FaultyLock>(inner_->lock(kind, self, context), faults_); });
  }
  std::optional<state::Holder> holder(state::LockKind kind, const state::Context& context) override {
    return call(Method::holder, [&] { return inner_->holder(kind, context); });
  }
  state::RecordPage records(const state::RecordQuery& query, const state::Context& context) override {
    return call(Method::records, [&] { return inner_->records(query, context); });
  }
  bool wait(const std::optional<state::Version>& known, const state::Context& context) override {
    return call(Method::wait, [&] { return inner_->wait(known, context); });
  }
  std::vector<std::string> verify(bool mend, const state::Context& context) override {
    return call(Method::verify, [&] { return inner_->verify(mend, context); });
  }
  state::Capabilities capabilities() const noexcept override { return inner_->capabilities(); }
  std::string location() const override { return inner_->location(); }
  void shorten_history(const state::FoldRecords& fold, const state::Context& context) override { inner_->shorten_history(fold, context); }
  state::SnapshotPtr kept(const state::Uuid& lineage, std::uint64_t revision, const state::Context& context) override {
    return inner_->kept(lineage, revision, context);
  }

 private:
  struct FaultyLock final : state::Lock {
    FaultyLock(std::unique_ptr<state::Lock> lock, std::shared_ptr<Faults> steered) : inner(std::move(lock)), faults(std::move(steered)) {}
    bool held() noexcept override { return !faults->locks_lost() && inner->held(); }
    std::unique_ptr<state::Lock> inner;
    std::shared_ptr<Faults> faults;
  };

  template <class Body>
  std::invoke_result_t<Body> call(Method method, Body body) {
    const auto fault = faults_->count(method);
    if (fault && fault->when == When::before) strike(*fault, method);
    auto result = body();
    if (fault && fault->when == When::after) strike(*fault, method);
    return result;
  }
  void strike(const Fault& fault, Method method) {
    if (fault.run) return fault.run();
    throw state::Error(fault.code, "a fault of the test's, in " + std::string(to_string(method)), {.path = location()});
  }

  std::unique_ptr<state::StateStore> inner_;
  std::shared_ptr<Faults> faults_;
};

}  // namespace aihow::test
