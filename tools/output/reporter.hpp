// SPDX-License-Identifier: MIT
// Reporter: where long work says what it does. Progress on a terminal, plain lines elsewhere; everything goes to stderr and the log.
#pragma once
#include <cstddef>
#include <string_view>

namespace aihow::tool {

/// Threads: every method is safe from any thread. Text is escaped on the way out (control characters from states or libvirt are harmless).
/// No method throws: what cannot be shown is lost, never the work that it tells of.
class Reporter {
 public:
  virtual ~Reporter() = default;

  /// A new phase of `total` steps begins ("creating VMs"); the one before it is over.
  virtual void phase(std::string_view what, std::size_t total) noexcept = 0;
  /// One step of the phase is done ("VM compute-01 started"). Counts towards the total.
  virtual void step(std::string_view text) noexcept = 0;
  /// Replaces what the progress line says beside the count ("compute-01 has no address yet"); not a line of its own elsewhere.
  virtual void waiting(std::string_view text) noexcept = 0;
  /// Something that the user should know and that is no failure ("state.json was edited by hand").
  virtual void notice(std::string_view text) noexcept = 0;
  /// A decision or a call, shown with --verbose, kept in --log-file.
  virtual void trace(std::string_view text) noexcept = 0;
};

}  // namespace aihow::tool
