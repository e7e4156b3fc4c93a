// SPDX-License-Identifier: MIT
// What a writer does: it changes virtual machines of its own, and two that all writers share, and enters each change in the ledger.
#pragma once
#include <aihow/state/manager.hpp>
#include <cstdint>
#include <string>
#include "board.hpp"

namespace writers {

/// The machines of a writer: `w07`, which is always there and counts its shifts, and `w07-1` to `w07-3`, which come and go.
inline constexpr std::uint8_t own_vms = 4;
std::string vm_name(int writer, std::uint8_t vm);

/// A shift counts one more, in one transaction, in the memory of the writer's own machine and of the two that all share: whoever sees a whole
/// state sees `left` equal to `right`, and both equal to the sum of the writers' own.
inline constexpr const char* left = "left";
inline constexpr const char* right = "right";
inline constexpr std::int32_t first_count = 1;
void shift(aihow::state::ClusterState& state, const std::string& own);

aihow::state::ManagerOptions manager_options(Board& board, const std::string& life);

/// Writes until it has made its changes or the board says stop. `life`: of its process. Never throws: what fails is said on the board.
void write(aihow::state::ClusterStateManager& manager, Board& board, const Options& options, int writer, std::uint32_t life) noexcept;

}  // namespace writers
