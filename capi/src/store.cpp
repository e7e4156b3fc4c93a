// SPDX-License-Identifier: MIT
#include "store.hpp"
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include "callback.hpp"
#include "convert.hpp"
#include "holder.hpp"
#include "observer.hpp"

namespace aihow::capi {

using namespace state;

namespace {

constexpr std::size_t first_table_size = offsetof(aihow_store_table, destroy) + sizeof(void (*)(void*));

/// A lock that a caller's store handed out.
class CallerLock final : public Lock {
 public:
  explicit CallerLock(const aihow_store_table& table) noexcept : held_(table.held), unlock_(table.unlock) {}
  ~CallerLock() override {
    if (!taken_) return;
    try {
      unlock_(lock_);
    } catch (const std::exception&) {
      // It is the store's to have released it.
    }
  }
  bool held() noexcept override {
    try {
      return held_(lock_) != 0;
    } catch (const std::exception&) {
      return false;
    }
  }
  void take(void* lock) noexcept {
    lock_ = lock;
    taken_ = true;
  }
  void* lock() const noexcept { return lock_; }

 private:
  int32_t (*held_)(void*);
  void (*unlock_)(void*);
  void* lock_ = nullptr;
  bool taken_ = false;
};

aihow_revision revision_of(const Version& version) noexcept {
  return {to_c(std::optional(version.lineage)), version.revision, version.token.c_str()};
}

const aihow_revision* pointer_to(const std::optional<aihow_revision>& version) noexcept { return version ? &*version : nullptr; }

/// What the library says of a failure of a callback, so that the manager knows what to do.
[[noreturn]] void throw_as_error(const CallbackFailed& failure, const std::string& location) {
  if (failure.status() <= AIHOW_E_UNEXPECTED) throw CallbackFailed(failure);
  throw Error(static_cast<errc>(-failure.status()), failure.what(), {.path = location});
}

}  // namespace

aihow_store_table to_table(const aihow_store_table* given, const char* argument) {
  const auto table = take<first_table_size>(given, argument);
  const bool complete = table.load != nullptr && table.commit != nullptr && table.lock != nullptr && table.held != nullptr &&
                        table.unlock != nullptr && table.holder != nullptr && table.records != nullptr && table.verify != nullptr;
  if (!complete) refuse(argument, "lacks a function: all but wait and destroy are required");
  if ((table.flags & AIHOW_STORE_WAIT) != 0 && table.wait == nullptr) refuse(argument, "has AIHOW_STORE_WAIT among its flags, and no function wait");
  return table;
}

CallerStore::CallerStore(const aihow_store_table& table, void* user_data, bool strict)
    : table_(table), user_data_(user_data), location_(text(table.location, "table.location")), strict_(strict) {
  table_.location = nullptr;
}

CallerStore::~CallerStore() {
  if (!owns_user_data_ || table_.destroy == nullptr) return;
  try {
    table_.destroy(user_data_);
  } catch (const std::exception&) {
    // There is nobody left to be told.
  }
}

template <class Call>
void CallerStore::ask(const char* name, const Context& context, Call&& call) {
  Cancel cancel(context.stop);
  const Lent<Cancel> lent(cancel);
  try {
    call_back(name, [&](aihow_sink* failure) { return call(milliseconds_left(context), lent.get(), failure); });
  } catch (const CallbackFailed& failure) {
    throw_as_error(failure, location_);
  }
}

SnapshotPtr CallerStore::load(SnapshotPtr known, const Context& context) {
  Answer answer;
  const Lent<Answer> lent(answer);
  const auto version = known ? std::optional(revision_of(known->version)) : std::nullopt;
  ask("load", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
    return table_.load(user_data_, pointer_to(version), timeout_ms, cancel, lent.get(), failure);
  });
  if (answer.unchanged && known) return known;
  if (!answer.json) {
    if (!answer.unchanged) return nullptr;
    throw Error(errc::io, "the store says that nothing has changed since it was looked at, and it never was", {.path = location_});
  }
  Document document = read_document(*answer.json, location_);
  try {
    require_valid(document.state, location_);
  } catch (const Error& broken) {
    throw Error(errc::corrupt, broken.message(), broken.place());
  }
  if (document.integrity == Integrity::edited) {
    constexpr const char* edited = "was edited after it was written";
    if (strict_) throw Error(errc::corrupt, edited, {.path = location_});
    answer.notices.push_back(location_ + ": " + edited);
  }
  auto made = std::make_shared<Snapshot>();
  made->version = {document.state.lineage.value_or(Uuid{}), document.state.revision, answer.token.empty() ? document.token : answer.token};
  if (known && known->version == made->version) return known;
  made->state = std::move(document.state);
  made->commit_id = answer.commit_id;
  made->highest = std::max(answer.highest, made->version.revision);
  made->notices = std::move(answer.notices);
  return made;
}

CommitResult CallerStore::commit(const Commit& commit, const Context& context) {
  if (commit.under != nullptr && !commit.under->held()) {
    throw Error(errc::conflict, "the operation's lock was lost: nothing was written", {.path = location_});
  }
  // The caller's store compares revisions; what its records follow is compared here, under the commit lock that is held.
  if (commit.last_record && capabilities().history && newest_record(context) != *commit.last_record) {
    const SnapshotPtr stands = load(nullptr, context);
    CommitResult differs;
    if (stands) differs.version = stands->version;
    differs.highest = stands ? stands->highest : 0;
    differs.history_differs = true;
    return differs;
  }
  // Whatever needs memory is made before the store is asked.
  const std::string json = commit.next == nullptr ? std::string() : write_document(*commit.next);
  CommitResult result;
  if (commit.next != nullptr) result.version = Version{commit.next->lineage.value_or(Uuid{}), commit.next->revision, document_token(json)};
  const auto base = commit.base ? std::optional(revision_of(*commit.base)) : std::nullopt;
  const auto next = result.version ? std::optional(revision_of(*result.version)) : std::nullopt;
  std::vector<aihow_change_of> changes;
  for (const Change& change : commit.changes) changes.push_back({static_cast<int32_t>(change.kind), 0, change.name.c_str()});
  std::vector<aihow_record> records;
  for (const Record& record : commit.records) records.push_back({sizeof(aihow_record), record.revision, record.json.c_str(), record.json.size()});
  const auto* const own = dynamic_cast<const CallerLock*>(commit.under);
  aihow_commit given{};
  given.struct_size = sizeof given;
  given.id = to_c(std::optional(commit.id));
  given.base = pointer_to(base);
  given.next = pointer_to(next);
  given.json = commit.next == nullptr ? nullptr : json.c_str();
  given.json_length = json.size();
  given.changes = changes.data();
  given.changes_count = changes.size();
  given.records = records.data();
  given.records_count = records.size();
  given.lock = own == nullptr ? nullptr : own->lock();

  Answer answer;
  {
    const Lent<Answer> lent(answer);
    ask("commit", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
      return table_.commit(user_data_, &given, timeout_ms, cancel, lent.get(), failure);
    });
  }
  result.committed = answer.committed;
  result.highest = std::max(answer.highest, answer.committed && result.version ? result.version->revision : 0);
  result.notices = std::move(answer.notices);
  if (!answer.committed) result.version = std::move(answer.stands);
  return result;
}

std::unique_ptr<Lock> CallerStore::lock(LockKind kind, const Holder& self, const Context& context) {
  auto made = std::make_unique<CallerLock>(table_);
  const aihow_holder holder = to_c(self);
  void* lock = nullptr;
  ask("lock", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
    return table_.lock(user_data_, static_cast<int32_t>(kind), &holder, timeout_ms, cancel, &lock, failure);
  });
  made->take(lock);
  return made;
}

std::optional<Holder> CallerStore::holder(LockKind kind, const Context& context) {
  Answer answer;
  const Lent<Answer> lent(answer);
  ask("holder", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
    return table_.holder(user_data_, static_cast<int32_t>(kind), timeout_ms, cancel, lent.get(), failure);
  });
  return std::move(answer.holder);
}

RecordPage CallerStore::records(const RecordQuery& query, const Context& context) {
  const aihow_record_query wanted{sizeof wanted, query.after, query.before, query.limit, query.newest_first ? 1 : 0, 0};
  Answer answer;
  const Lent<Answer> lent(answer);
  ask("records", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
    return table_.records(user_data_, &wanted, timeout_ms, cancel, lent.get(), failure);
  });
  return std::move(answer.page);
}

std::uint64_t CallerStore::newest_record(const Context& context) {
  RecordQuery newest;
  newest.limit = 1;
  newest.newest_first = true;
  const RecordPage page = records(newest, context);
  return page.records.empty() ? 0 : page.records.front().revision;
}

bool CallerStore::wait(const std::optional<Version>& known, const Context& context) {
  if (table_.wait == nullptr) throw Error(errc::unsupported, "this store cannot wait for a change", {.path = location_});
  const auto version = known ? std::optional(revision_of(*known)) : std::nullopt;
  int32_t changed = 0;
  ask("wait", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
    return table_.wait(user_data_, pointer_to(version), timeout_ms, cancel, &changed, failure);
  });
  return changed != 0;
}

std::vector<std::string> CallerStore::verify(bool mend, const Context& context) {
  Answer answer;
  const Lent<Answer> lent(answer);
  ask("verify", context, [&](int64_t timeout_ms, const aihow_cancel* cancel, aihow_sink* failure) {
    return table_.verify(user_data_, mend ? 1 : 0, timeout_ms, cancel, lent.get(), failure);
  });
  return std::move(answer.notices);
}

Capabilities CallerStore::capabilities() const noexcept {
  return {.history = (table_.flags & AIHOW_STORE_HISTORY) != 0,
          .wait = (table_.flags & AIHOW_STORE_WAIT) != 0,
          .multi_process = (table_.flags & AIHOW_STORE_MULTI_PROCESS) != 0,
          .multi_host = (table_.flags & AIHOW_STORE_MULTI_HOST) != 0};
}

}  // namespace aihow::capi
