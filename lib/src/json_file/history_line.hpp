// SPDX-License-Identifier: MIT
// A line of a history as text: a record and its checksum.
#pragma once
#include <aihow/state/state_store.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace aihow::state::inline v0::json_file {

inline constexpr std::string_view line_start = "{\"revision\":";
inline constexpr std::string_view header_start = "{\"revision\":0,\"lineage\":\"";

/// The revision that a record begins with, whatever its checksum; nullopt: it is no record.
std::optional<std::uint64_t> record_revision(std::string_view json) noexcept;

/// The revision that a line begins with, where it is a whole record (or the first line: 0). nullopt: damaged, or not one of ours. A line
/// without a checksum is taken as it is: somebody has written it by hand.
std::optional<std::uint64_t> line_revision(std::string_view line) noexcept;

/// What a line's checksum adds to its record.
inline constexpr std::string_view seal_start = ",\"checksum\":\"xxh128:";
inline constexpr std::size_t seal_bytes = seal_start.size() + 32 + 1;

/// The record of a line that has a revision (see line_revision()): without its checksum.
std::string unsealed(std::string_view line);

/// Throws Error invalid where a record is not one line that begins with its revision.
void require_lines(std::span<const Record> records);

/// The records as they are kept, each with its checksum: XXH3-128 of all that is before that member. Where the last one has room for the token of the
/// document it gets it; empty: there is none.
std::string lines_of(std::span<const Record> records, std::string_view token);

/// The text of a new history.
std::string new_history(const Uuid& lineage, std::string_view lines);

}  // namespace aihow::state::inline v0::json_file
