// SPDX-License-Identifier: MIT
// A state file that lost its end, or one bit: noticed in every case.
#include <iostream>
#include "helpers.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// What became of a damaged state, as a reader sees it.
struct Seen {
  errc refused{};  ///< errc{}: it was answered
  SnapshotPtr snapshot;
  bool by_backup = false;
};

class Damaged {
 public:
  Damaged() : document_(read_file(file_.path)), backup_(read_file(file_.backup)) {}

  const std::string& document() const noexcept { return document_; }

  Seen look(std::string_view bytes, const StoreOptions& options = {}) {
    write_file(file_.path, bytes);
    make_old(file_.path);
    Seen seen;
    seen.refused = code_of([&] { seen.snapshot = file_.open(options)->load(nullptr, soon()); });
    seen.by_backup = seen.snapshot && seen.snapshot->version.revision == 1;
    REQUIRE(read_file(file_.path) == bytes);
    REQUIRE(read_file(file_.backup) == backup_);
    return seen;
  }

 private:
  StateFile file_{2};
  std::string document_;
  std::string backup_;
};

/// The next change keeps a bad document under a name of its own, and goes on from the backup.
void require_kept(std::string_view bytes) {
  const StateFile file(2);
  write_file(file.path, bytes);
  make_old(file.path);
  REQUIRE(change(*file.open()).committed);
  const auto now = file.load();
  REQUIRE(now->version.revision == 3);
  REQUIRE(now->notices.empty());
  int kept = 0;
  for (const std::string& name : file.scratch.names()) {
    if (!name.starts_with("state.json.corrupt-")) continue;
    ++kept;
    REQUIRE(read_file(file.scratch / name) == bytes);
  }
  REQUIRE(kept == 1);
}

}  // namespace

TEST_CASE("every truncation of the state is noticed, answered by the backup, and kept") {
  Damaged damaged;
  const std::string& good = damaged.document();
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO(size << " of " << good.size() << " bytes");
    const auto bytes = std::string_view(good).substr(0, size);
    const Seen seen = damaged.look(bytes);
    REQUIRE(seen.snapshot);
    REQUIRE_FALSE(seen.snapshot->notices.empty());
    // Without its last line break it is a whole document still, edited.
    REQUIRE(seen.by_backup == (size != good.size() - 1));
    REQUIRE(damaged.look(bytes, {.strict = true}).by_backup == seen.by_backup);
    if (seen.by_backup && size % 7 == 0) require_kept(bytes);
  }
}

TEST_CASE("every flipped bit of the state is noticed") {
  Damaged damaged;
  const std::string& good = damaged.document();
  std::size_t by_backup = 0;
  std::size_t as_edited = 0;
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    INFO("bit " << bit % 8 << " of byte " << bit / 8);
    std::string bytes = good;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    const Seen seen = damaged.look(bytes);
    // It may look like one of a newer format.
    if (seen.refused != errc{}) {
      REQUIRE(seen.refused == errc::unsupported_version);
      ++refused;
      continue;
    }
    REQUIRE(seen.snapshot);
    REQUIRE_FALSE(seen.snapshot->notices.empty());
    ++(seen.by_backup ? by_backup : as_edited);
    if (bit % 5 == 0) {
      const Seen strictly = damaged.look(bytes, {.strict = true});
      // What no longer says `aihow` is like a document of another tool, and older than what stood here.
      if (!seen.by_backup && strictly.refused == errc{}) REQUIRE(seen.snapshot->version.revision == 0);
    }
    if (seen.by_backup && bit % 41 == 0) require_kept(bytes);
  }
  std::cout << "bits flipped: " << 8 * good.size() << ", answered by the backup " << by_backup << ", as edited " << as_edited << ", refused "
            << refused << "\n";
  REQUIRE(by_backup > 0);
  REQUIRE(as_edited > 0);
}
