// SPDX-License-Identifier: MIT
#include "json_file/verifying.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include "json_file/atomic_file.hpp"
#include "json_file/settle.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

/// What makes a file no valid document; nullopt: it is one, or nothing stands there.
std::optional<std::string> defect(const Place& place, const std::string& name) {
  const auto reading = read_whole(place, name);
  if (!reading) return std::nullopt;
  try {
    judge(*reading, place.path_of(name));
    return std::nullopt;
  } catch (const Error& error) {
    if (error.code() != errc::corrupt && error.code() != errc::unsupported_version) throw;
    return error.what();
  }
}

}  // namespace

std::vector<std::string> Verifying::run(bool mend) {
  std::optional<Current> current;
  try {
    current = looker_.look(place_, context_);
  } catch (const Error& error) {
    if (error.code() != errc::corrupt || mend) throw;
    found_.push_back(error.what());
  }
  for (std::string& leftover : list_leftovers(place_)) found_.push_back(std::move(leftover) + (mend ? ": put in order" : ""));
  if (!current) return std::move(found_);
  if (mend) {
    for (std::string& done : settle(place_, *current)) found_.push_back(std::move(done));
  }
  check_document(*current);
  if (mend && current->answer == Current::Answer::backup) mend_document(*current);
  else check_backup(*current, mend);
  check_history(*current, mend);
  if (mend && !found_.empty()) {
    looker_.forget();
    if (const int error = place_.sync(); error != 0) throw_system(error, "make what was mended durable", place_.path());
  }
  return std::move(found_);
}

void Verifying::check_document(const Current& current) {
  if (current.answer == Current::Answer::none) return;
  for (const std::string& notice : current.parsed->notices) found_.push_back(notice);
}

/// The backup's own bytes, so that the version that was answered with stands afterwards.
void Verifying::mend_document(const Current& current) {
  const std::string kept = corrupt_name(place_, place_.names().document);
  NewFile file = NewFile::write(place_, place_.names().mend, current.backup->bytes, &current.backup->status);
  Rename renamed = exchange(place_, file, place_.names().document.c_str());
  int error = renamed.error;
  if (renamed.outcome == Renamed::done) {
    error = rename_over(place_, place_.names().mend.c_str(), kept.c_str());
  } else if (renamed.outcome == Renamed::unsupported) {
    error = rename_over(place_, place_.names().document.c_str(), kept.c_str());
    if (error == 0) error = rename_over(place_, file.name(), place_.names().document.c_str());
  }
  if (error != 0) throw_system(error, "put the backup in its place", place_.path());
  found_.push_back(fmt::format("{}: the backup, revision {}, is put in its place; the invalid document is kept as {}", place_.path(),
                               current.version.revision, kept));
}

void Verifying::check_backup(const Current& current, bool mend) {
  const std::string& name = place_.names().backup;
  if (current.answer == Current::Answer::backup) return;
  auto wrong = defect(place_, name);
  if (!wrong) return;
  if (mend) {
    const std::string kept = corrupt_name(place_, name);
    if (const int error = rename_over(place_, name.c_str(), kept.c_str()); error != 0) throw_system(error, "move it aside", place_.path_of(name));
    wrong->append(": kept as ").append(kept);
  }
  found_.push_back(std::move(*wrong));
}

/// The next change puts these in order, as only it knows what to write.
void Verifying::compare_history(const HistoryEnd& end, const Version& stands) {
  const std::string path = place_.path_of(place_.names().history);
  if (!end.lineage.is_nil() && end.lineage != stands.lineage) {
    found_.push_back(fmt::format("{}: is that of another state, of lineage {}: the next change keeps it aside and begins a new one", path,
                                 end.lineage.to_string()));
  } else if (end.last_revision < stands.revision) {
    found_.push_back(fmt::format("{}: ends at revision {}, and the state is revision {}: the next change records what is missing", path,
                                 end.last_revision, stands.revision));
  } else if (end.last_revision > stands.revision) {
    found_.push_back(
        fmt::format("{}: goes on to revision {}, and the state is revision {}: a change that was not finished, or an older copy of the "
                    "state; the next change says so in the history",
                    path, end.last_revision, stands.revision));
  }
}

void Verifying::check_history(const Current& current, bool mend) {
  const std::string& name = place_.names().history;
  const auto end = history_end(place_, name);
  if (!end) return;
  if (current.answer == Current::Answer::document && current.version.revision != 0) compare_history(*end, current.version);
  if (!end->torn) return;
  std::string text = fmt::format("{}: damaged after revision {}", place_.path_of(name), end->last_revision);
  if (mend && end->good_size > 0) {
    static_cast<void>(Appended::write(place_, *end, {}));
    text += ": the damaged end is dropped";
  } else if (mend) {
    const std::string kept = corrupt_name(place_, name);
    if (const int error = rename_over(place_, name.c_str(), kept.c_str()); error != 0) throw_system(error, "move it aside", place_.path_of(name));
    text += ": kept as " + kept;
  }
  found_.push_back(std::move(text));
}

}  // namespace aihow::state::inline v0::json_file
