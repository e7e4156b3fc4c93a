// SPDX-License-Identifier: MIT
// The end of a document in the library's own layout: revision and lineage without reading all of it.
#pragma once
#include <aihow/state/uuid.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace aihow::state::inline v0::format {

struct Head {
  std::uint64_t revision = 0;
  Uuid lineage;  ///< nil: the document has none
};

inline constexpr std::size_t head_bytes = 1024;  ///< so many of a document's last bytes hold its `aihow` member, unless that has long unknown ones

/// What a document that ends with `tail` says of itself; nullopt where it ends otherwise: then only reading it tells. The rest is not looked
/// at, so it may still be invalid.
std::optional<Head> read_head(std::string_view tail) noexcept;

/// What any document says of itself, wherever its `aihow` member stands; nullopt where this is no JSON object. Takes no memory to speak of.
/// Whether it is a document otherwise is not looked at.
std::optional<Head> find_head(std::string_view bytes);

}  // namespace aihow::state::inline v0::format
