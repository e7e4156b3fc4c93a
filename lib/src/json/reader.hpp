// SPDX-License-Identifier: MIT
// Reading a document, the fast way where that works.
#pragma once
#include <string_view>
#include "json/format.hpp"

namespace aihow::state::inline v0::format {

/// Reads a whole document into `out`. Throws Error corrupt with its place; `path` is named in it. Requires: at most max_document_bytes; `out` as
/// constructed.
void read(std::string_view bytes, std::string_view path, Root& out);

}  // namespace aihow::state::inline v0::format
