// SPDX-License-Identifier: MIT
#include "json_file/committing.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <cerrno>
#include "json/checksum.hpp"
#include "json/write.hpp"
#include "json_file/settle.hpp"

namespace aihow::state::inline v0::json_file {

using Answer = Current::Answer;

namespace {

class DocumentSink final : public format::Sink {
 public:
  DocumentSink(NewFile& file, const Place& place) : file_(file), place_(place) {}
  void put(std::string_view piece) override {
    if (file_.size() + piece.size() > max_document_bytes) {
      throw Error(errc::invalid, "the state is larger than a document may be", {.path = place_.path()});
    }
    file_.append(piece);
    tail_.append(piece.substr(piece.size() - std::min(piece.size(), Known::tail_bytes)));
    if (tail_.size() > Known::tail_bytes) tail_.erase(0, tail_.size() - Known::tail_bytes);
  }
  /// The last bytes that were put.
  const std::string& tail() const noexcept { return tail_; }

 private:
  NewFile& file_;
  const Place& place_;
  std::string tail_;
};

}  // namespace

Committing::Committing(const FileLock& lock, Looker& looker, const HistoryLimits& limits, const Commit& commit, const Context& context)
    : lock_(lock), place_(lock.place()), names_(lock.place().names()), looker_(looker), limits_(limits), commit_(commit), context_(context) {}

Committing::~Committing() {
  // First the record, then the document that it announces: that one proves, if we are killed in between, that it was never committed.
  if (appended_ && !appended_->take_back() && file_) file_->give_away();
}

std::optional<CommitResult> Committing::run() {
  current_ = looker_.look(place_, context_);
  if (has_leftovers(place_)) {
    // Under a lock that was lost they may be of a commit that is under way.
    if (!locks_hold()) return std::nullopt;
    notices_ = settle(place_, current_);
  }
  const auto stands = current_.answer == Answer::none ? std::nullopt : std::optional(current_.version);
  const Uuid lineage = commit_.next != nullptr ? commit_.next->lineage.value_or(Uuid{}) : current_.version.lineage;
  beside_ = looker_.look_beside(place_, true);
  const std::uint64_t highest = highest_revision(current_, beside_, lineage);
  if (commit_.base != stands) return refuse(stands, highest);
  const std::uint64_t last_record = beside_.history ? beside_.history->last_revision : 0;
  if (commit_.last_record.value_or(last_record) != last_record) {
    CommitResult differs = refuse(stands, highest);
    differs.history_differs = true;
    return differs;
  }
  if (commit_.next == nullptr) return erase();
  if (lineage.is_nil() || commit_.next->revision == 0)
    throw Error(errc::invalid, "a state that is committed has a lineage and a revision", {.path = place_.path()});
  const bool touch = stands && stands->lineage == lineage && stands->revision == commit_.next->revision;
  if (!touch && commit_.next->revision <= highest) return refuse(stands, highest);
  return put();
}

CommitResult Committing::refuse(const std::optional<Version>& stands, std::uint64_t highest) const {
  return {.committed = false, .version = stands, .highest = highest, .notices = notices_};
}

bool Committing::locks_hold() const {
  if (commit_.under != nullptr && !commit_.under->held()) {
    throw Error(errc::conflict, "the operation's lock was lost (was the lock file removed?): nothing was written", {.path = place_.path()});
  }
  return lock_.held();
}

std::optional<CommitResult> Committing::put() {
  const Uuid lineage = *commit_.next->lineage;
  const bool touch = commit_.base && commit_.base->revision == commit_.next->revision && commit_.base->lineage == lineage;
  make_old_durable();
  // An invalid document is displaced under a name of its own, so that after a crash it is known for one.
  const std::string& tmp = current_.bad ? names_.mend : names_.tmp;
  plan_backup(lineage);
  std::optional<std::size_t> displaced;
  if (current_.answer != Answer::none) {
    displaced = steps_.size();
    const Uuid& old = current_.version.lineage;
    if (current_.bad) add_step(tmp, corrupt_name(place_, names_.document));
    else if (touch) add_step(tmp, "");
    else if (old == lineage || old.is_nil()) add_step(tmp, names_.backup);
    else add_step(tmp, aside_name(place_, names_.document + ".of", old));
  }
  plan_history(lineage);

  struct stat like {};
  const Known* const known = looker_.known();
  const bool has_like = known != nullptr || current_.backup;
  if (has_like) like = known != nullptr ? known->status() : current_.backup->status;
  const auto fine_device = known != nullptr && known->has_fine_times() ? std::optional(known->identity().device) : std::nullopt;
  file_.emplace(NewFile::begin(place_, tmp, has_like ? &like : nullptr, fine_device));
  DocumentSink sink(*file_, place_);
  const Version version{lineage, commit_.next->revision, format::write_document_to(*commit_.next, sink)};
  file_->make_durable();
  prepare_outcome(version, std::max(highest_revision(current_, beside_, lineage), version.revision));
  const auto origin = file_->has_fine_times() ? Known::Origin::ours_with_fine_times : Known::Origin::ours;
  Known made(file_->take_fd(), file_->status(), wall_clock_ns(), sink.tail(), version, Integrity::valid, origin);
  if (!write_history() || !locks_hold()) return std::nullopt;
  if (land(displaced) == Landed::overtaken) return std::nullopt;
  return finish(&made);
}

std::optional<CommitResult> Committing::erase() {
  if (current_.answer == Answer::none)
    return CommitResult{.committed = true, .highest = highest_revision(current_, beside_, {}), .notices = notices_};
  make_old_durable();
  plan_backup(current_.version.lineage);
  const std::string kept = current_.bad ? corrupt_name(place_, names_.document) : names_.prev;
  if (!current_.bad) add_step(kept, names_.backup);
  plan_history(current_.version.lineage);
  std::uint64_t highest = highest_revision(current_, beside_, current_.version.lineage);
  for (const Record& record : commit_.records) highest = std::max(highest, record.revision);
  prepare_outcome(std::nullopt, highest);
  if (!write_history() || !locks_hold()) return std::nullopt;

  const int error = rename_new(place_, names_.document.c_str(), kept.c_str());
  if (error == ENOENT) return std::nullopt;
  if (error != 0) throw_system(error, "take it away", place_.path());
  // Where another hand has put a new one there by now, the older edit stays beside it, and the next commit settles that.
  if (!is_what_was_seen(kept.c_str())) {
    static_cast<void>(rename_new(place_, kept.c_str(), names_.document.c_str()));
    return std::nullopt;
  }
  return finish(nullptr);
}

/// An editor's file that was never synced must not become the only backup.
void Committing::make_old_durable() {
  int error = 0;
  if (current_.answer == Answer::document) error = looker_.known()->sync();
  else if (current_.answer == Answer::backup && fsync(current_.backup->fd.get()) != 0) error = errno;
  if (error != 0) throw_system(error, "make the present state durable", place_.path());
}

/// A backup of another lineage, or one that is not understood, is nobody's previous revision.
void Committing::plan_backup(const Uuid& lineage) {
  const bool is_document = beside_.backup && beside_.backup->is_document;
  const auto backup = is_document ? std::optional(beside_.backup->head) : head_of(place_, names_.backup);
  if (!backup && is_unsupported(place_, names_.backup)) {
    std::string aside = free_name(place_, names_.backup + ".unsupported");
    notices_.push_back(fmt::format("{} is of a newer version or another tool and is moved aside, to {}", place_.path_of(names_.backup), aside));
    return add_step(names_.backup, std::move(aside));
  }
  if (!backup || backup->lineage.is_nil() || backup->lineage == lineage) return;
  std::string aside = aside_name(place_, names_.backup, backup->lineage);
  notices_.push_back(fmt::format("{} belongs to another state (lineage {}) and is moved aside, to {}", place_.path_of(names_.backup),
                                 backup->lineage.to_string(), aside));
  add_step(names_.backup, std::move(aside));
}

void Committing::plan_history(const Uuid& lineage) {
  const std::string path = place_.path_of(names_.history);
  const auto& end = beside_.history;
  const bool damaged = end && end->good_size == 0 && end->identity.size > 0;
  const bool foreign = end && !end->lineage.is_nil() && end->lineage != lineage;
  if (end && !damaged && !foreign) {
    if (end->torn) notices_.push_back(fmt::format("the end of {} was damaged: what follows revision {} is dropped", path, end->last_revision));
    if (end->torn || !commit_.records.empty()) append_to_ = end;
    return;
  }
  if (!end && commit_.records.empty()) return;
  if (end) {
    std::string aside = damaged ? corrupt_name(place_, names_.history) : aside_name(place_, names_.history, end->lineage);
    notices_.push_back(
        damaged ? fmt::format("{} has no whole record and is kept as {}", path, aside)
                : fmt::format("{} belongs to another state (lineage {}) and is moved aside, to {}", path, end->lineage.to_string(), aside));
    add_step(names_.history, std::move(aside));
  }
  new_history_ = lineage;
  add_step(names_.history_tmp, names_.history);
}

void Committing::add_step(std::string from, std::string to) {
  std::string failed = to.empty() ? fmt::format("{} could not be removed: the next change will do it", place_.path_of(from))
                                  : fmt::format("{} could not be renamed to {}: the next change will do it", place_.path_of(from), to);
  steps_.push_back({std::move(from), std::move(to), std::move(failed)});
}

void Committing::prepare_outcome(std::optional<Version> version, std::uint64_t highest) {
  result_ = {.committed = true, .version = std::move(version), .highest = highest, .notices = std::move(notices_)};
  result_.notices.reserve(result_.notices.size() + steps_.size() + 1);
  edit_kept_ = fmt::format("{} was changed by another hand in the same moment: that change is kept as the backup", place_.path());
  unknown_.emplace(errc::outcome_unknown,
                   "the new state stands, but its directory could not be made durable: it may be gone after a power cut; load it and look",
                   ErrorPlace{.path = place_.path()});
  Known* known = looker_.known();
  if (known != nullptr && known->may_hide_an_edit()) rehash_buffer_.resize(static_cast<std::size_t>(known->identity().size) + 1);
}

bool Committing::write_history() {
  if (!new_history_ && !append_to_) return true;
  const std::string lines = lines_of(commit_.records, result_.version ? std::string_view(result_.version->token) : std::string_view());
  if (new_history_) {
    history_.emplace(NewFile::write(place_, names_.history_tmp, new_history(*new_history_, lines), nullptr));
  } else {
    auto appended = Appended::write(place_, *append_to_, lines);
    if (!appended) return false;
    appended_.emplace(std::move(*appended));
  }
  return true;
}

Committing::Landed Committing::land(std::optional<std::size_t> displaced) {
  const std::string path = place_.path();
  const char* document = names_.document.c_str();
  // A hand that was quicker by more than a moment is seen before: nobody gets to read what is taken back.
  if (displaced && !looks_as_seen(document)) return Landed::overtaken;
  const Rename renamed = displaced ? exchange(place_, *file_, document) : place_new(place_, *file_, document);
  switch (renamed.outcome) {
    case Renamed::done:
      break;
    case Renamed::gone:
    case Renamed::in_the_way:
      return Landed::overtaken;
    case Renamed::unsupported:
      return land_by_copy(steps_[*displaced]);
    case Renamed::failed:
      throw_system(renamed.error, "put the new state in its place", path);
  }
  if (displaced && !is_what_was_seen(file_->name())) return exchange_back();
  if (appended_ && !commit_.records.empty()) history_after_ = history_after();
  // Who opens a file to cut it off finds it by its old name, and may cut it off a moment later, under the new one: so one more look.
  if (displaced && rehash_buffer_.empty() && !is_what_was_seen(file_->name())) return exchange_back();
  return Landed::yes;
}

/// Whether what has that name now is what the look saw, by its status.
bool Committing::looks_as_seen(const char* name) noexcept {
  const auto now = peek_at(place_.directory(), name);
  return now && identity_of(*now).is_moved(current_.bad ? identity_of(current_.bad->status) : looker_.known()->identity());
}

/// The same, its content included where that may have changed without a trace. Allocates nothing.
bool Committing::is_what_was_seen(const char* name) noexcept {
  if (!looks_as_seen(name)) return false;
  if (current_.bad || rehash_buffer_.empty()) return true;
  const Known& known = *looker_.known();
  const ssize_t count = read_into(known.fd().get(), 0, rehash_buffer_);
  return count >= 0 && format::text(format::digest({rehash_buffer_.data(), static_cast<std::size_t>(count)})) == known.version().token;
}

/// A hand was quicker than the exchange: its document comes back, and ours never was.
Committing::Landed Committing::exchange_back() noexcept {
  const char* tmp = file_->name();
  const char* document = names_.document.c_str();
  const auto swap = [&] { return renameat2(place_.directory(), tmp, place_.directory(), document, RENAME_EXCHANGE) == 0; };
  // Where that fails ours stands, and the hand's document becomes the backup.
  if (!swap()) {
    if (!file_->stands_at(document)) return Landed::overtaken;
    result_.notices.push_back(std::move(edit_kept_));
    edit_told_ = true;
    return Landed::yes;
  }
  // Another hand put a later one over ours meanwhile: that one counts, and the earlier one it replaced is let go.
  if (!file_->stands_at(tmp) && swap()) static_cast<void>(remove(place_, tmp));
  return Landed::overtaken;
}

/// Where names cannot be exchanged: a copy of the old document is made first, so that nothing is lost when ours is renamed over it.
Committing::Landed Committing::land_by_copy(Step& displaced) {
  const auto old = read_whole(place_, names_.document);
  if (!old || !is_what_was_seen(names_.document.c_str())) return Landed::overtaken;
  if (!old->fd) {
    if (const int error = rename_new(place_, names_.document.c_str(), displaced.to.c_str()); error != 0)
      throw_system(error, "move it away", place_.path());
    const Rename placed = place_new(place_, *file_, names_.document.c_str());
    if (placed.outcome == Renamed::in_the_way) return Landed::overtaken;
    if (placed.outcome != Renamed::done) throw_system(placed.error, "put the new state in its place", place_.path());
    displaced = {};
    return Landed::yes;
  }
  if (!displaced.to.empty()) {
    const bool to_backup = displaced.to == names_.backup;
    copy_.emplace(NewFile::write(place_, to_backup ? names_.prev : displaced.to, old->bytes, &old->status));
    displaced = to_backup ? Step{names_.prev, names_.backup, std::move(displaced.failed)} : Step{};
  } else {
    displaced = {};
  }
  if (!is_what_was_seen(names_.document.c_str())) return Landed::overtaken;
  if (const int error = rename_over(place_, file_->name(), names_.document.c_str()); error != 0)
    throw_system(error, "put the new state in its place", place_.path());
  return Landed::yes;
}

CommitResult Committing::finish(Known* made) {
  if (appended_) appended_->keep();
  if (history_) history_->give_away();
  if (file_) file_->give_away();
  if (copy_) copy_->give_away();
  bool is_backup = false;
  for (Step& step : steps_) {
    if (step.from.empty()) continue;
    const int error = step.to.empty() ? remove(place_, step.from.c_str()) : rename_over(place_, step.from.c_str(), step.to.c_str());
    if (error != 0) result_.notices.push_back(std::move(step.failed));
    else is_backup |= step.to == names_.backup && step.from == names_.tmp;
  }
  if (const int error = place_.sync(); error != 0) {
    looker_.forget();
    throw Error(*unknown_);
  }
  // Who was later still has written into what is the backup now.
  Known* const known = looker_.known();
  const auto displaced = is_backup && known != nullptr ? identity_now(known->fd()) : std::nullopt;
  if (displaced && !displaced->is_moved(known->identity()) && !edit_told_) result_.notices.push_back(std::move(edit_kept_));
  result_.history_due = history_is_due();
  if (made != nullptr && made->refresh()) looker_.committed(std::move(*made), displaced, history_after_);
  else looker_.forget();
  return std::move(result_);
}

bool Committing::history_is_due() const noexcept {
  if (!history_after_) return false;
  const std::uint64_t revisions = history_after_->last_revision - std::min(history_after_->first_revision, history_after_->last_revision) + 1;
  return revisions > limits_.max_revisions || static_cast<std::uint64_t>(history_after_->good_size) > limits_.max_bytes;
}

std::optional<HistoryEnd> Committing::history_after() const noexcept {
  const auto identity = appended_->identity();
  if (!identity) return std::nullopt;
  const std::uint64_t first = append_to_->first_revision != 0 ? append_to_->first_revision : commit_.records.front().revision;
  return HistoryEnd{append_to_->lineage, commit_.records.back().revision, identity->size, false, *identity, first};
}

}  // namespace aihow::state::inline v0::json_file
