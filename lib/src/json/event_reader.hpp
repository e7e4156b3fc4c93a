// SPDX-License-Identifier: MIT
// The general way to read: Boost.JSON's event parser filling the models directly. It takes every layout and makes every error.
#pragma once
#include <string_view>
#include "json/format.hpp"

namespace aihow::state::inline v0::format {

/// Reads one object: a whole document (Root), or one VM, network, volume or pool.
/// Throws Error corrupt with its place; `path` is named in it. Requires: at most max_document_bytes.
void read_events(std::string_view bytes, std::string_view path, Root& out);
/// The same for the rest of a document, of which `out` has all members before one of the root's lists, and that list's elements before `offset`,
/// where the next one begins, or what follows the last.
void resume_events(std::string_view bytes, std::string_view path, std::string_view list, std::size_t offset, Root& out);
void read_events(std::string_view bytes, std::string_view path, VMInfo& out);
void read_events(std::string_view bytes, std::string_view path, NetworkInfo& out);
void read_events(std::string_view bytes, std::string_view path, VolumeInfo& out);
void read_events(std::string_view bytes, std::string_view path, PoolInfo& out);

/// Checks that the text is one JSON value under the document's rules (no duplicate members, no NUL), at most `max_depth` deep. Throws as above.
void check_value(std::string_view bytes, int max_depth, std::string_view path = {});

/// The length of the value that the text begins with, checked as above; 0 where there is no such value. Throws std::bad_alloc.
std::size_t value_length(std::string_view bytes, int max_depth);

}  // namespace aihow::state::inline v0::format
