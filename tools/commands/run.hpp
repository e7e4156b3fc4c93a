// SPDX-License-Identifier: MIT
// The command as a whole: from arguments to exit code.
#pragma once
#include <string>
#include <vector>

namespace aihow::tool {

/// Runs `ai-how ARGUMENTS`; data goes to descriptor 1, everything else to 2. Returns the exit code; throws nothing.
int run(const std::vector<std::string>& arguments) noexcept;

}  // namespace aihow::tool
