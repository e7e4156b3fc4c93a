// SPDX-License-Identifier: MIT
// MemoryStore: a StateStore in this process's memory. Header-only.
#pragma once
#include <aihow/state/state_store.hpp>
#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aihow::state::inline v0 {

namespace detail {

/// What the memory stores of one name share. Every member is guarded by `mutex`; `changed` is notified after each change of them.
struct MemoryContent {
  std::mutex mutex;
  std::condition_variable_any changed;
  SnapshotPtr current;                           ///< null: nothing stands
  Uuid lineage;                                  ///< of `records` and `highest`; they outlive an erase
  std::uint64_t highest = 0;                     ///< largest revision ever committed in that lineage
  std::uint64_t next_token = 1;                  ///< never used twice, so a token names one content
  std::vector<Record> records;                   ///< ascending
  std::array<std::optional<Holder>, 2> holders;  ///< by LockKind

  /// The content of that name, shared while somebody has it; a new one where the name is empty.
  static std::shared_ptr<MemoryContent> of(std::string_view name) {
    if (name.empty()) return std::make_shared<MemoryContent>();
    static std::mutex names_mutex;
    static std::map<std::string, std::weak_ptr<MemoryContent>, std::less<>> names;
    const std::lock_guard guard(names_mutex);
    std::erase_if(names, [](const auto& entry) { return entry.second.expired(); });
    auto& slot = names[std::string(name)];
    auto content = slot.lock();
    if (!content) slot = content = std::make_shared<MemoryContent>();
    return content;
  }
};

class MemoryLock final : public Lock {
 public:
  /// `kind` is held already, and becomes this object's to release.
  MemoryLock(std::shared_ptr<MemoryContent> content, LockKind kind) noexcept : content_(std::move(content)), kind_(kind) {}
  ~MemoryLock() override {
    {
      const std::lock_guard guard(content_->mutex);
      content_->holders[static_cast<std::size_t>(kind_)].reset();
    }
    content_->changed.notify_all();
  }
  bool held() noexcept override { return true; }

 private:
  std::shared_ptr<MemoryContent> content_;
  LockKind kind_;
};

}  // namespace detail

/// Keeps the state in this process's memory: for tests, and for programs that keep it elsewhere themselves. History is kept whole.
/// Stores of one name share one content for as long as one of them (or a lock of it) lives; an empty name shares with nobody.
class MemoryStore final : public StateStore {
 public:
  explicit MemoryStore(std::string_view name = {}) : content_(detail::MemoryContent::of(name)), name_(name) {}

  SnapshotPtr load(SnapshotPtr known, const Context&) override {
    const std::lock_guard guard(content_->mutex);
    if (known && content_->current && known->version == content_->current->version) return known;
    return content_->current;
  }

  CommitResult commit(const Commit& commit, const Context&) override {
    if (commit.under != nullptr && !commit.under->held()) {
      throw Error(errc::conflict, "the operation's lock was lost: nothing was written", {.path = location()});
    }
    auto made = commit.next == nullptr ? nullptr : std::make_shared<Snapshot>();
    if (made) {
      made->state = *commit.next;
      made->state.origin = {};
      made->commit_id = commit.id;
    }
    const std::lock_guard guard(content_->mutex);
    const auto stands = content_->current ? std::optional(content_->current->version) : std::nullopt;
    if (commit.base != stands) return {.committed = false, .version = stands, .highest = content_->highest};
    const std::uint64_t last = content_->records.empty() ? 0 : content_->records.back().revision;
    if (commit.last_record.value_or(last) != last) {
      return {.committed = false, .version = stands, .highest = content_->highest, .history_differs = true};
    }
    return made ? put(commit, std::move(made)) : erase(commit);
  }

  std::unique_ptr<Lock> lock(LockKind kind, const Holder& self, const Context& context) override {
    Holder me = self;
    if (me.since == Timestamp{}) me.since = Timestamp::now();
    std::unique_lock guard(content_->mutex);
    auto& holder = content_->holders[static_cast<std::size_t>(kind)];
    if (!content_->changed.wait_until(guard, context.stop, context.deadline, [&] { return !holder; })) {
      if (context.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while waiting for the lock", {.path = location()});
      throw Error(errc::locked,
                  "locked by " + holder->program + " (" + holder->what + "), pid " + std::to_string(holder->pid) + ", since " +
                      holder->since.to_string() + ": wait for it, or allow more time",
                  {.path = location()});
    }
    auto lock = std::make_unique<detail::MemoryLock>(content_, kind);
    holder = std::move(me);
    return lock;
  }

  std::optional<Holder> holder(LockKind kind, const Context&) override {
    const std::lock_guard guard(content_->mutex);
    return content_->holders[static_cast<std::size_t>(kind)];
  }

  RecordPage records(const RecordQuery& query, const Context&) override {
    const std::lock_guard guard(content_->mutex);
    const auto& all = content_->records;
    RecordPage page;
    if (all.empty()) return page;
    page.oldest_kept = all.front().revision;
    page.lineage = content_->lineage;
    const auto first = std::partition_point(all.begin(), all.end(), [&](const Record& record) { return record.revision <= query.after; });
    const auto last = std::partition_point(first, all.end(), [&](const Record& record) { return record.revision < query.before; });
    const auto count = static_cast<std::ptrdiff_t>(std::min(query.limit, static_cast<std::size_t>(last - first)));
    if (query.newest_first) page.records.assign(std::make_reverse_iterator(last), std::make_reverse_iterator(last - count));
    else page.records.assign(first, first + count);
    return page;
  }

  bool wait(const std::optional<Version>& known, const Context& context) override {
    std::unique_lock guard(content_->mutex);
    const auto differs = [&] { return content_->current ? content_->current->version != known : known.has_value(); };
    if (content_->changed.wait_until(guard, context.stop, context.deadline, differs)) return true;
    if (context.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while waiting for a change", {.path = location()});
    return false;
  }

  std::vector<std::string> verify(bool, const Context&) override { return {}; }

  Capabilities capabilities() const noexcept override { return {.history = true, .wait = true}; }

  std::string location() const override { return "memory:" + name_; }

 private:
  /// Both below run under the content's mutex, after the base was seen to stand, and change nothing until all is allocated.
  CommitResult put(const Commit& commit, std::shared_ptr<Snapshot> made) {
    auto& content = *content_;
    const Uuid lineage = made->state.lineage.value_or(Uuid{});
    const bool same_lineage = content.lineage == lineage;
    const std::uint64_t highest = same_lineage ? content.highest : 0;
    const bool touch = commit.base && commit.base->lineage == lineage && commit.base->revision == made->state.revision;
    if (!touch && made->state.revision <= highest) return {.committed = false, .version = commit.base, .highest = highest};

    made->version = {lineage, made->state.revision, std::to_string(content.next_token)};
    made->highest = std::max(highest, made->state.revision);
    CommitResult result{.committed = true, .version = made->version, .highest = made->highest};
    if (!same_lineage && !content.records.empty()) {
      result.notices.push_back("the history of lineage " + content.lineage.to_string() + " ends here: another state begins");
    }
    std::vector<Record> records(commit.records.begin(), commit.records.end());
    if (same_lineage) content.records.reserve(content.records.size() + records.size());

    if (!same_lineage) content.records.clear();
    if (content.records.empty()) content.records = std::move(records);
    else std::move(records.begin(), records.end(), std::back_inserter(content.records));
    content.lineage = lineage;
    content.highest = made->highest;
    ++content.next_token;
    content.current = std::move(made);
    content.changed.notify_all();
    return result;
  }

  CommitResult erase(const Commit& commit) {
    auto& content = *content_;
    std::vector<Record> records(commit.records.begin(), commit.records.end());
    content.records.reserve(content.records.size() + records.size());
    for (Record& record : records) {
      content.highest = std::max(content.highest, record.revision);
      content.records.push_back(std::move(record));
    }
    content.current = nullptr;
    content.changed.notify_all();
    return {.committed = true, .highest = content.highest};
  }

  std::shared_ptr<detail::MemoryContent> content_;
  std::string name_;
};

}  // namespace aihow::state::inline v0
