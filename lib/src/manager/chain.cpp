// SPDX-License-Identifier: MIT
#include "chain.hpp"
#include <aihow/state/error.hpp>
#include <new>
#include "committer.hpp"
#include "record_reader.hpp"

namespace aihow::state::inline v0 {
namespace {

/// The newest record, of whichever lineage the page says.
Joint look(const Snapshot& base, const RecordPage& page) {
  Joint joint;
  const std::uint64_t revision = base.version.revision;
  if (!page.records.empty()) joint.last_record = page.records.front().revision;
  joint.expected = joint.last_record;
  joint.edited = base.edited;
  if (revision == 0) {
    joint.type = RecordType::whole;
    return joint;
  }
  const bool ours = page.lineage.is_nil() || page.lineage == base.version.lineage;
  if (!ours || joint.last_record < revision) {
    joint.gap = true;
    joint.edited = false;  // the gap's record has the base as it stands
    if (!ours) joint.last_record = 0;
    return joint;
  }
  // Older than the newest record: somebody put a copy back.
  if (joint.last_record > revision || base.edited) {
    joint.type = RecordType::whole;
    return joint;
  }
  const RecordReader reader(page.records.front());
  if (reader.head.type == RecordType::erase) joint.type = RecordType::whole;
  else joint.touched = reader.head.token.empty() || reader.head.token != base.version.token;
  return joint;
}

}  // namespace

Joint Chain::join(const Snapshot& base, Channel& store) {
  if (known_ && known_->version == base.version && !base.edited) {
    return {.touched = known_->touched, .last_record = base.version.revision, .expected = base.version.revision};
  }
  try {
    const RecordPage page = store.use([](StateStore& one) { return one.records({.limit = 1, .newest_first = true}, io_context()); });
    return look(base, page);
  } catch (const Error& error) {
    if (error.code() == errc::out_of_memory) throw;
    return {.type = RecordType::whole, .edited = base.edited};
  }
}

void Chain::changed(const Snapshot& made) noexcept {
  try {
    known_ = Known{made.version, false};
  } catch (const std::bad_alloc&) {
    known_.reset();
  }
}

void Chain::touched(const Snapshot& before, const Snapshot& made) noexcept {
  if (!known_ || known_->version != before.version) return;
  try {
    known_ = Known{made.version, true};
  } catch (const std::bad_alloc&) {
    known_.reset();
  }
}

}  // namespace aihow::state::inline v0
