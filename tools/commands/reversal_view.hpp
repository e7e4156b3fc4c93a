// SPDX-License-Identifier: MIT
// What undo and restore did, or would do.
#pragma once
#include <aihow/state/history.hpp>
#include <string>
#include "commands/exit_code.hpp"
#include "commands/session.hpp"

namespace aihow::tool {

/// Shows it. A dry run that would be refused ends as the refusal would.
ExitCode show_reversal(Session& session, const state::Reversal& reversal, const std::string& location, bool dry_run);

}  // namespace aihow::tool
