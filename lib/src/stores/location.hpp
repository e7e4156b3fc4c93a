// SPDX-License-Identifier: MIT
// A store's location, taken apart. Private to open_store().
#pragma once
#include <aihow/state/stores.hpp>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

struct Location {
  std::string scheme;    ///< `file` for a bare path
  std::string rest;      ///< without scheme and query
  StoreOptions options;  ///< the caller's, with the query's on top
};

/// Whether the text can be a scheme: lower-case letters, digits, `+`; two characters or more.
bool is_scheme(std::string_view text) noexcept;

/// Takes `SCHEME:REST[?OPTION[&OPTION]…]` or a bare path apart. A bare path is a file's name as it stands: it has no query.
/// For `file:` a URL's empty or local host (`file:///x`, `file://localhost/x`) is dropped. Throws Error invalid.
Location parse_location(std::string_view location, const StoreOptions& options);

}  // namespace aihow::state::inline v0
