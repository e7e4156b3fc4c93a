// SPDX-License-Identifier: MIT
// The fast way to read: a document in the library's own layout, whose every byte between the values is foreseen.
#pragma once
#include <string_view>
#include "json/format.hpp"

namespace aihow::state::inline v0::format {

/// Where the general reader goes on: behind a whole element of one of the root's lists. All members before that list have been read.
struct Resume {
  std::string_view list{};  ///< empty: nothing was read, begin at the beginning
  std::size_t offset = 0;   ///< of the next element, or of what follows the last one
};

/// Reads a document as write_document() lays it out (values of any length, members that it leaves out, unknown members included) in less
/// than half of the general reader's time. False where the bytes are anything else, also anything wrong: then the general reader has the last word,
/// from `resume` on, and `out` holds what was read before that. Where it says true, the general reader would have read the same. Throws
/// std::bad_alloc. Requires: at most max_document_bytes; `out` as constructed.
bool read_layout(std::string_view bytes, Root& out, Resume& resume);

}  // namespace aihow::state::inline v0::format
