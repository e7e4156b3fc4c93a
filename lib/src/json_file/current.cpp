// SPDX-License-Identifier: MIT
#include "json_file/current.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>

namespace aihow::state::inline v0::json_file {
namespace {

void refuse_edited(const Document& document, bool strict, const std::string& path) {
  if (!strict || document.integrity != Integrity::edited) return;
  throw Error(errc::corrupt,
              "edited by hand (its checksum differs), which this store was told to refuse (strict): open it without, or put the backup in its place",
              {.path = path});
}

/// A state in a directory where strangers can put files is theirs to replace.
void warn_of_shared_directory(const Place& place, std::vector<std::string>& notices) {
  struct stat directory {};
  if (fstat(place.directory(), &directory) != 0) return;
  if ((directory.st_mode & S_IWOTH) != 0 && directory.st_uid != geteuid()) {
    notices.push_back(fmt::format("{} lies in a directory that everybody can write and somebody else owns: anybody may replace it", place.path()));
  }
}

}  // namespace

Current Looker::accept(Document document, Reading reading, const Place& place) {
  Current current;
  current.answer = Current::Answer::document;
  current.version = {document.state.lineage.value_or(Uuid{}), document.state.revision, document.token};
  current.parsed = std::make_shared<Snapshot>();
  current.parsed->version = current.version;
  current.parsed->edited = document.integrity == Integrity::edited;
  if (current.parsed->edited) {
    current.parsed->notices.push_back(fmt::format("{} was edited by hand (its checksum differs): taken as it is", place.path()));
  }
  warn_of_shared_directory(place, current.parsed->notices);
  current.parsed->state = std::move(document.state);
  known_.emplace(std::move(reading.fd), reading.status, reading.read_ns, reading.bytes, current.version, document.integrity, Known::Origin::read);
  return current;
}

Current Looker::ask_backup(const Place& place, Reading bad, const Error& why) {
  const std::string backup_path = place.path_of(place.names().backup);
  const auto refuse = [&](std::string_view backup_is) {
    throw Error(errc::corrupt, fmt::format("{}; and {}: neither is touched; put a good copy in its place", why.message(), backup_is),
                {.path = place.path(), .pointer = why.place().pointer, .line = why.place().line, .column = why.place().column});
  };
  auto reading = read_whole(place, place.names().backup);
  if (!reading) refuse("there is no backup beside it");
  Current current;
  try {
    Document document = judge(*reading, backup_path);
    refuse_edited(document, strict_, backup_path);
    current.answer = Current::Answer::backup;
    current.version = {document.state.lineage.value_or(Uuid{}), document.state.revision, document.token};
    current.parsed = std::make_shared<Snapshot>();
    current.parsed->version = current.version;
    current.parsed->edited = document.integrity == Integrity::edited;
    current.parsed->state = std::move(document.state);
  } catch (const Error& error) {
    if (error.code() != errc::corrupt) throw;
    refuse(fmt::format("its backup is not valid either ({})", error.what()));
  }
  current.parsed->notices.push_back(fmt::format(
      "{} is not a valid document ({}): its backup, revision {}, answers for it; the next change, or `ai-how state repair`, puts that in its place",
      place.path(), why.what(), current.version.revision));
  current.bad = std::move(bad);
  current.backup = std::move(reading);
  return current;
}

bool Looker::look_at_known(const Place& place) {
  if (!known_) return false;
  const auto status = look_at(place.directory(), place.names().document, place.path());
  return status && known_->is_unchanged(*status);
}

Current Looker::look(const Place& place, const Context& context) {
  const auto as_known = [&] {
    return Current{.answer = Current::Answer::document, .version = known_->version(), .bad = {}, .backup = {}, .parsed = {}};
  };
  if (look_at_known(place)) return as_known();
  Patience patience(context);
  for (;;) {
    auto reading = read_whole(place, place.names().document);
    if (!reading) {
      known_.reset();
      return {};
    }
    if (known_ && reading->fd && document_token(reading->bytes) == known_->version().token) {
      known_->seen_again(std::move(*reading));
      return as_known();
    }
    std::optional<Document> document;
    std::optional<Error> why;
    try {
      document = judge(*reading, place.path());
    } catch (const Error& error) {
      if (error.code() != errc::corrupt) throw;
      why = error;
    }
    if (document) {
      refuse_edited(*document, strict_, place.path());
      return accept(std::move(*document), std::move(*reading), place);
    }
    if (patience.again(*reading)) continue;
    known_.reset();
    return ask_backup(place, std::move(*reading), *why);
  }
}

template <class Value, class Read>
std::optional<Value> Looker::remembered(std::optional<Seen<Value>>& seen, const Place& place, const std::string& name, Read read) {
  const std::int64_t now = wall_clock_ns();
  const auto status = look_at(place.directory(), name, place.path_of(name));
  if (!status) return std::nullopt;
  const Identity identity = identity_of(*status);
  if (seen && seen->is_certain && seen->identity == identity) return seen->value;
  auto value = read(place, name);
  seen = Seen<Value>{identity, now - identity.changed_ns >= trusted_age_ns, value};
  return value;
}

Neighbours Looker::look_beside(const Place& place, bool settled) {
  Neighbours beside;
  beside.backup = remembered(backup_seen_, place, place.names().backup, shown_head_of);
  if (settled) beside.history = remembered(history_seen_, place, place.names().history, history_end);
  return beside;
}

void Looker::committed(Known made, const std::optional<Identity>& backup, const std::optional<HistoryEnd>& history) noexcept {
  backup_seen_.reset();
  history_seen_.reset();
  // Files that we wrote a moment ago are only known from now on where a change of them would show.
  if (made.has_fine_times()) {
    const dev_t device = made.identity().device;
    if (history && history->identity.device == device) history_seen_ = Seen<HistoryEnd>{history->identity, true, history};
    const bool is_known = backup && backup->device == device && known_->integrity() == Integrity::valid && !known_->may_hide_an_edit();
    if (is_known && backup->is_moved(known_->identity())) {
      backup_seen_ = Seen<ShownHead>{*backup, true, ShownHead{{known_->version().revision, known_->version().lineage}, true}};
    }
  }
  known_ = std::move(made);
}

std::uint64_t highest_revision(const Current& current, const Neighbours& beside, const Uuid& lineage) noexcept {
  const auto counts = [&](const Uuid& other) { return lineage.is_nil() || other == lineage; };
  std::uint64_t highest = current.answer != Current::Answer::none && counts(current.version.lineage) ? current.version.revision : 0;
  if (beside.backup && counts(beside.backup->head.lineage)) highest = std::max(highest, beside.backup->head.revision);
  if (beside.history && (beside.history->lineage.is_nil() || counts(beside.history->lineage)))
    highest = std::max(highest, beside.history->last_revision);
  return highest;
}

}  // namespace aihow::state::inline v0::json_file
