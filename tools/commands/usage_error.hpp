// SPDX-License-Identifier: MIT
// UsageError: the command line is wrong, or a question could not be asked.
#pragma once
#include <stdexcept>
#include <string>

namespace aihow::tool {

/// what() says what was found and what is allowed. `see` is the help to read ("ai-how hpc start --help"); empty: none would help.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(const std::string& text, std::string see = "ai-how --help") : std::runtime_error(text), see_(std::move(see)) {}
  const std::string& see() const noexcept { return see_; }

 private:
  std::string see_;
};

}  // namespace aihow::tool
