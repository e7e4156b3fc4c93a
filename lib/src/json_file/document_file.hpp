// SPDX-License-Identifier: MIT
// Reading the document: what stands under its name, read whole, judged, and remembered so that it need not be read again.
#pragma once
#include <aihow/state/json.hpp>
#include <aihow/state/state_store.hpp>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include "json/head.hpp"
#include "json_file/place.hpp"

namespace aihow::state::inline v0::json_file {

/// What stands under a name, read whole.
struct Reading {
  struct stat status {};
  std::int64_t read_ns = 0;  ///< wall clock when the reading began
  Fd fd;                     ///< none: not a regular file, and `bytes` is empty
  std::string bytes;
};

/// Reads a file that somebody may be writing: again where it changed meanwhile. nullopt: nothing stands there. Throws Error for failing calls,
/// never for contents.
std::optional<Reading> read_whole(const Place& place, const std::string& name);

/// The document in it. Throws Error corrupt for anything but a valid one (a directory, a FIFO, too large, one that breaks rules …),
/// unsupported_version.
Document judge(const Reading& reading, const std::string& path);

/// The clock that stamps files may be coarse: then a change may leave the stamps of a file as they are while they are younger than this.
inline constexpr std::int64_t trusted_age_ns = 20'000'000;

/// A document that was read or written by us, so that the next look need not read it.
class Known {
 public:
  Known() = default;
  /// `ours`: written and made durable by us, on a file system with or without fine times (see NewFile); else it was read.
  enum class Origin : std::uint8_t { read, ours, ours_with_fine_times };
  /// `bytes`: the document, or its last tail_bytes.
  Known(Fd fd, const struct stat& status, std::int64_t seen_ns, std::string_view bytes, Version version, Integrity integrity, Origin origin);

  const Version& version() const noexcept { return version_; }
  Integrity integrity() const noexcept { return integrity_; }
  const Identity& identity() const noexcept { return identity_; }
  const struct stat& status() const noexcept { return status_; }
  const Fd& fd() const noexcept { return fd_; }
  bool has_fine_times() const noexcept { return fine_times_; }

  /// Whether what stands there now is for certain this content, by a look at the file's status and its last bytes.
  bool is_unchanged(const struct stat& now) const noexcept;
  /// Whether a change that came after it was seen may have left the status as it was.
  bool may_hide_a_change() const noexcept { return !fine_times_ && seen_ns_ - identity_.changed_ns < trusted_age_ns; }
  /// The same of a file that was renamed since, which sets the change time but not the modification time.
  bool may_hide_an_edit() const noexcept { return !fine_times_ && seen_ns_ - identity_.modified_ns < trusted_age_ns; }

  /// Makes the content durable where it is not known to be. 0 or an errno.
  int sync() noexcept;
  /// The same content was read again.
  void seen_again(Reading reading) noexcept;
  /// Looks at the status again after renames of our own; false: it cannot be told.
  bool refresh() noexcept;

  static constexpr std::size_t tail_bytes = 256;

 private:
  void keep_tail(std::string_view bytes) noexcept;

  Fd fd_;  ///< kept open, so that the inode is not reused
  struct stat status_ {};
  Identity identity_;
  std::int64_t seen_ns_ = 0;
  std::array<char, tail_bytes> tail_{};
  std::size_t tail_size_ = 0;
  Version version_;
  Integrity integrity_ = Integrity::unsigned_;
  bool durable_ = false;
  bool fine_times_ = false;
};

/// How long an invalid document is read again: somebody may be copying over it.
inline constexpr std::chrono::milliseconds young_age{300};
inline constexpr std::chrono::milliseconds young_patience{2000};

/// Waits a little before a young invalid document is read again; false: it is not young, or patience is over. Throws Error cancelled.
class Patience {
 public:
  explicit Patience(const Context& context) : context_(context) {}
  bool again(const Reading& reading);

 private:
  const Context& context_;
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + young_patience;
};

/// Revision and lineage of the document under a name, read from its end where that tells. nullopt: none, or not a valid one.
std::optional<format::Head> head_of(const Place& place, const std::string& name);

/// Whether a document of a newer format or of another tool stands there: nothing that was lost, and not ours to replace.
bool is_unsupported(const Place& place, const std::string& name);

struct ShownHead {
  format::Head head;
  bool is_document = false;  ///< head_of() says the same
};
/// As head_of(), of whatever shows a revision there, valid or not, in no memory to speak of: a revision that was shown is not used again.
std::optional<ShownHead> shown_head_of(const Place& place, const std::string& name);

}  // namespace aihow::state::inline v0::json_file
