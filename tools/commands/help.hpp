// SPDX-License-Identifier: MIT
// Help, made from the tables.
#pragma once
#include <string>
#include "commands/registry.hpp"

namespace aihow::tool {

std::string overview_help();
std::string group_help(const Group& group);
std::string command_help(const Command& command);

}  // namespace aihow::tool
