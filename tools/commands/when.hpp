// SPDX-License-Identifier: MIT
// Points of the past as people name them: a revision, a time, or how long ago.
#pragma once
#include <aihow/state/manager.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace aihow::tool {

/// `42`: a whole number from 1 on. nullopt where the text is none.
std::optional<std::uint64_t> parse_revision(std::string_view text) noexcept;

/// `2025-10-21T14:32:15Z` (without a zone: local time), `2025-10-21` (its beginning), or a duration with its unit, `90m`: so long ago.
/// nullopt where the text is anything else.
std::optional<state::Timestamp> parse_time(std::string_view text, const state::Timestamp& now = state::Timestamp::now()) noexcept;

/// The revision that the text names, or a UsageError that says what it may be.
std::uint64_t revision_argument(std::string_view what, const std::string& text);
/// The same for a time.
state::Timestamp time_argument(std::string_view what, const std::string& text);

/// The state of the past that the text names. Throws UsageError, and as the manager's at().
state::SnapshotPtr state_at(state::ClusterStateManager& manager, std::string_view what, const std::string& text);

}  // namespace aihow::tool
