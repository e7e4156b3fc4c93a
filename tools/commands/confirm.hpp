// SPDX-License-Identifier: MIT
// Asking a person.
#pragma once
#include <stop_token>
#include <string>
#include <string_view>
#include "output/console.hpp"

namespace aihow::tool {

/// Whether a question can be asked: standard input and standard error are terminals.
bool can_ask() noexcept;

/// Asks on standard error, reads a line from standard input. `y` and `yes`, in any case, are yes; all else, and the end of input, is no.
/// Throws Error cancelled where a stop is requested meanwhile.
bool confirm(Console& console, std::string_view question, const std::stop_token& stop);

}  // namespace aihow::tool
