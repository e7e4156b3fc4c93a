// SPDX-License-Identifier: MIT
#include "json_file/json_file_store.hpp"
#include <errno.h>
#include <fmt/format.h>
#include <unistd.h>
#include <array>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <new>
#include "json_file/committing.hpp"
#include "json_file/file_watch.hpp"
#include "json_file/holder_text.hpp"
#include "json_file/settle.hpp"
#include "json_file/verifying.hpp"

namespace aihow::state::inline v0 {
namespace json_file {
namespace {

constexpr int max_stale = 5;
constexpr int max_looks = 10;
constexpr int max_commits = 100;

/// What callers hold. The lock itself is shared with the store, which commits under it.
class HeldLock final : public Lock {
 public:
  explicit HeldLock(std::shared_ptr<FileLock> lock) : lock_(std::move(lock)) {}
  bool held() noexcept override { return lock_->held(); }

 private:
  std::shared_ptr<FileLock> lock_;
};

Holder this_program() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host = {};
  return {.host = host.data(), .program = program_invocation_short_name, .what = "commit", .pid = getpid(), .since = Timestamp::now()};
}

std::optional<Holder> committer_of(const std::string& path) {
  try {
    return holder_of(path, LockKind::commit);
  } catch (const Error& error) {
    // Who may only read may still ask.
    if (error.code() != errc::permission) throw;
    return std::nullopt;
  }
}

void wait_a_moment(const Context& context, const std::string& path, const std::optional<Holder>& holder) {
  constexpr std::chrono::milliseconds moment{5};
  const auto until = std::chrono::steady_clock::now() + moment;
  if (until > context.deadline) {
    throw Error(errc::locked, holder ? locked_text(*holder) : std::string("others were committing until the deadline: try again"), {.path = path});
  }
  std::mutex mutex;
  std::unique_lock guard(mutex);
  std::condition_variable_any never;
  never.wait_until(guard, context.stop, until, [] { return false; });
  if (context.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while others commit", {.path = path});
}

std::string absolute(const std::string& path) {
  std::error_code error;
  const auto out = std::filesystem::absolute(path, error);
  return error ? path : out.string();
}

}  // namespace

JsonFileStore::JsonFileStore(std::string path, const StoreOptions& options)
    : path_(std::move(path)),
      absolute_(absolute(path_)),
      options_(options),
      looker_(options.strict),
      // Made now, to be thrown where there is no memory for it. NOLINTNEXTLINE(bugprone-throw-keyword-missing)
      out_of_memory_(errc::out_of_memory, "there is not enough memory: nothing was changed", {.path = path_}) {}

template <class Body>
auto JsonFileStore::guarded(Body body) -> decltype(body()) {
  for (int stale = 0;; ++stale) {
    try {
      return body();
    } catch (const std::bad_alloc&) {
      throw out_of_memory_;
    } catch (const Stale&) {
      looker_.forget();
      if (stale == max_stale)
        throw Error(errc::io, "the network file system keeps losing it (stale file handle): look at the server", {.path = path_});
    }
  }
}

SnapshotPtr JsonFileStore::load_once(const SnapshotPtr& known, const Context& context) {
  // What is loaded under this object's lock is for a commit, which looks whether the path still leads there.
  const auto lock = own_commit_lock_.lock();
  const auto found = lock ? std::nullopt : Place::find(absolute_);
  const Place* const place = lock ? &lock->place() : found ? &*found : nullptr;
  if (place == nullptr) return nullptr;
  for (int looks = 1;; ++looks) {
    Current current = looker_.look(*place, context);
    if (current.answer == Current::Answer::none) return nullptr;
    if (known && known->version == current.version) return known;
    if (snapshot_ && snapshot_->version == current.version && current.answer == Current::Answer::document) return snapshot_;
    if (!current.parsed) current = looker_.look_whole(*place, context);
    if (!current.parsed) continue;

    const bool settled = !has_leftovers(*place);
    Snapshot& made = *current.parsed;
    try {
      made.highest = highest_revision(current, looker_.look_beside(*place, settled), current.version.lineage);
      // A commit that began since has announced its record already.
      if (settled && has_leftovers(*place)) {
        made.highest = highest_revision(current, looker_.look_beside(*place, false), current.version.lineage);
      }
    } catch (const Error& error) {
      // Who may read the state may not be let at what lies beside it; the next commit will say.
      if (error.code() != errc::permission) throw;
      made.highest = current.version.revision;
    }
    if (current.answer == Current::Answer::document) {
      const auto now = peek_at(place->directory(), place->names().document.c_str());
      const bool stands = now && identity_of(*now) == looker_.known()->identity();
      // A commit in between would make its record look like one of a document that is gone.
      if (!stands && looks < max_looks) continue;
      if (stands && made.highest > made.version.revision) {
        made.notices.push_back(fmt::format("{} is revision {}, an older copy: revision {} was committed here before; the next change becomes {}",
                                           path_, made.version.revision, made.highest, made.highest + 1));
      }
    }
    return snapshot_ = std::move(current.parsed);
  }
}

SnapshotPtr JsonFileStore::load(SnapshotPtr known, const Context& context) {
  return guarded([&] { return load_once(known, context); });
}

std::shared_ptr<FileLock> JsonFileStore::commit_lock(const Context& context, bool is_first_try) {
  if (auto own = own_commit_lock_.lock()) {
    // A commit looks once more, right before it counts.
    if (is_first_try || own->held()) return own;
    // Where only the look at it failed it still stands in the way of the next one.
    own->let_go();
  }
  return FileLock::take({absolute_, LockKind::commit, this_program(), options_.no_locks}, context);
}

CommitResult JsonFileStore::commit(const Commit& commit, const Context& context) {
  return guarded([&]() -> CommitResult {
    require_lines(commit.records);
    for (int tries = 0; tries < max_commits; ++tries) {
      const auto lock = commit_lock(context, tries == 0);
      auto result = Committing(*lock, looker_, options_.history, commit, context).run();
      if (!result) continue;
      // What was loaded stands no more; or, where it does, the commit was refused for a revision that the load did not see.
      snapshot_.reset();
      return std::move(*result);
    }
    throw Error(errc::conflict, "the file is replaced again and again while it is being committed: stop what does so", {.path = path_});
  });
}

std::unique_ptr<Lock> JsonFileStore::lock(LockKind kind, const Holder& self, const Context& context) {
  return guarded([&]() -> std::unique_ptr<Lock> {
    std::shared_ptr<FileLock> lock = FileLock::take({absolute_, kind, self, options_.no_locks}, context);
    auto out = std::make_unique<HeldLock>(lock);
    if (kind == LockKind::commit) own_commit_lock_ = lock;
    return out;
  });
}

std::optional<Holder> JsonFileStore::holder(LockKind kind, const Context&) {
  return guarded([&] { return holder_of(absolute_, kind); });
}

RecordPage JsonFileStore::records(const RecordQuery& query, const Context&) {
  return guarded([&]() -> RecordPage {
    const auto place = Place::find(absolute_);
    if (!place) return {};
    if (!has_leftovers(*place)) {
      RecordPage page = read_history(*place, query);
      if (!has_leftovers(*place)) return page;
    }
    // While a commit is under way, or was interrupted, the last record may announce what never comes.
    RecordQuery visible = query;
    if (const auto head = head_of(*place, place->names().document)) visible.before = std::min(visible.before, head->revision + 1);
    return read_history(*place, visible);
  });
}

bool JsonFileStore::wait(const std::optional<Version>& known, const Context& context) {
  return guarded([&] {
    std::optional<FileWatch> watch;
    for (;;) {
      const auto place = Place::find(absolute_);
      // Watched before it is looked at, so that nothing is missed in between.
      if (place && (!watch || !watch->is_of(*place))) watch.emplace(*place);
      if (!place) watch.reset();
      const SnapshotPtr newest = load_once(snapshot_, context);
      if ((newest ? std::optional(newest->version) : std::nullopt) != known) return true;
      if (!FileWatch::wait(watch ? &*watch : nullptr, context, path_)) return false;
    }
  });
}

void JsonFileStore::shorten_history(const FoldRecords& fold, const Context& context) {
  guarded([&] {
    const std::shared_ptr<FileLock> lock = commit_lock(context, true);
    // What is left of a commit is for the next one to settle.
    if (!has_leftovers(lock->place())) shorten(lock->place(), options_.history, fold);
    return true;
  });
}

std::vector<std::string> JsonFileStore::look_for_defects(const Context& context) {
  std::vector<std::string> last;
  for (bool first = true;; first = false) {
    const auto holder = committer_of(absolute_);
    const auto place = Place::find(absolute_);
    if (!place) return {};
    looker_.forget();
    std::vector<std::string> found = Verifying(*place, looker_, context).run(false);
    // What was found may be a commit that was under way: it is believed once nobody commits and it is found again.
    if (found.empty() || (!first && !holder && found == last)) return found;
    last = std::move(found);
    wait_a_moment(context, path_, holder);
  }
}

std::vector<std::string> JsonFileStore::verify(bool mend, const Context& context) {
  return guarded([&]() -> std::vector<std::string> {
    if (!mend) return look_for_defects(context);
    if (!Place::find(absolute_)) return {};
    const std::shared_ptr<FileLock> lock = commit_lock(context, false);
    looker_.forget();
    return Verifying(lock->place(), looker_, context).run(true);
  });
}

SnapshotPtr JsonFileStore::kept(const Uuid& lineage, std::uint64_t revision, const Context&) {
  return guarded([&]() -> SnapshotPtr {
    const auto place = Place::find(absolute_);
    if (!place) return nullptr;
    // After an interrupted commit it may not be the backup yet.
    const Names& names = place->names();
    for (const std::string* name : {&names.backup, &names.tmp, &names.prev}) {
      const auto head = head_of(*place, *name);
      if (!head || head->lineage != lineage || head->revision != revision) continue;
      const auto reading = read_whole(*place, *name);
      if (!reading) continue;
      Document document = judge(*reading, place->path_of(*name));
      if (document.state.revision != revision || document.state.lineage != lineage) continue;
      auto out = std::make_shared<Snapshot>();
      out->version = {lineage, revision, document.token};
      out->edited = document.integrity == Integrity::edited;
      out->state = std::move(document.state);
      return out;
    }
    return nullptr;
  });
}

std::vector<std::string> JsonFileStore::document_files() {
  return guarded([&]() -> std::vector<std::string> {
    const auto place = Place::find(absolute_);
    if (!place) return {path_};
    return {place->path(), place->path_of(place->names().backup)};
  });
}

}  // namespace json_file

std::unique_ptr<StateStore> make_json_file_store(std::string path, const StoreOptions& options) {
  if (path.empty()) throw Error(errc::invalid, "the path of the state is empty: give the path of a file");
  return std::make_unique<json_file::JsonFileStore>(std::move(path), options);
}

}  // namespace aihow::state::inline v0
