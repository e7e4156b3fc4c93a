// SPDX-License-Identifier: MIT
// The history file: JSON Lines. The first line names the lineage, `{"revision":0,"lineage":"…"}`; then one line a record, ascending,
// each beginning `{"revision":N` and ending with its own checksum. Nothing rests on it: a torn or missing end is found, mended and said.
#pragma once
#include <aihow/state/stores.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "json_file/history_line.hpp"
#include "json_file/place.hpp"

namespace aihow::state::inline v0::json_file {

/// Where a history ends.
struct HistoryEnd {
  Uuid lineage;                     ///< nil: it does not say
  std::uint64_t last_revision = 0;  ///< 0: no record
  off_t good_size = 0;              ///< up to the end of the last whole record
  bool torn = false;                ///< something follows that is no whole record
  Identity identity;
  std::uint64_t first_revision = 0;  ///< of the first line after the header, whether that is whole or not; 0: it shows none
};

/// Reads the beginning and the end only. nullopt: no such file. Throws Error; permission for a planted one.
std::optional<HistoryEnd> history_end(const Place& place, const std::string& name);

/// The first record's revision; 0: none. For a history that begins with the document being committed.
std::uint64_t first_revision(const Place& place, const std::string& name);

/// Appended lines, taken back by the destructor unless kept.
class Appended {
 public:
  /// Mends a torn end, then appends. nullopt: somebody has removed the file since. Requires: the commit lock. Throws Error, and then nothing was
  /// appended.
  static std::optional<Appended> write(const Place& place, const HistoryEnd& end, std::string_view lines);
  Appended(Appended&& other) noexcept = default;
  Appended& operator=(Appended&&) = delete;
  ~Appended();
  void keep() noexcept { fd_.reset(); }
  /// Of the file as it is now, while it is neither kept nor taken back; nullopt where it cannot be told.
  std::optional<Identity> identity() const noexcept { return identity_now(fd_); }
  /// false: it could not be.
  bool take_back() noexcept;

 private:
  Appended(Fd fd, off_t before) noexcept : fd_(std::move(fd)), before_(before) {}

  Fd fd_;
  off_t before_;
};

/// Drops all records of that revision and later ones. Requires: the commit lock.
void drop_from(const Place& place, std::uint64_t revision);

/// See StateStore::shorten_history(). Requires: the commit lock. Throws Error, and then all is as before.
void shorten(const Place& place, const HistoryLimits& limits, const FoldRecords& fold);

RecordPage read_history(const Place& place, const RecordQuery& query);

}  // namespace aihow::state::inline v0::json_file
