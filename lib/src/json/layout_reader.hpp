// SPDX-License-Identifier: MIT
// The fast way to read: a document in the library's own layout, whose every byte between the values is foreseen.
#pragma once
#include <string_view>
#include "json/format.hpp"

namespace aihow::state::inline v0::format {

/// Reads a document as write_document() lays it out (values of any length, members that it leaves out, unknown members included) in less
/// than half of the general reader's time. False where the bytes are anything else, also anything wrong: then `out` is in no particular state, and
/// the general reader has the last word. Where it says true, the general reader would have read the same. Throws std::bad_alloc. Requires: at most
/// max_document_bytes; `out` as constructed.
bool read_layout(std::string_view bytes, Root& out);

}  // namespace aihow::state::inline v0::format
