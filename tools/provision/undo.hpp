// SPDX-License-Identifier: MIT
// UndoList: how to take back what an operation has done.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/object.hpp>
#include <functional>
#include <mutex>
#include <string>
#include <vector>
#include "output/reporter.hpp"

namespace aihow::tool {

/// Threads: add() and forget() from any; undo() once they have ended.
class UndoList {
 public:
  /// Looks at what is there and takes it back; false: there was nothing. Throws Error.
  using Step = std::function<bool(const libvirt::Hypervisor&)>;

  /// Added *before* the act, since an act that fails may have happened. Returns its number.
  std::size_t add(state::ObjectKind kind, std::string name, std::string text, Step step);
  /// The act did certainly not happen.
  void forget(std::size_t number);

  struct Result {
    std::vector<std::string> undone;  ///< in the order in which they were
    struct Left {
      state::ObjectKind kind;
      std::string name;
      std::string text;  ///< what is left, and why
    };
    std::vector<Left> left;
  };
  /// Everything, last first. `connect` gives a connection that works; where it throws, everything is left.
  Result undo(const std::function<libvirt::Hypervisor()>& connect, Reporter& reporter);

 private:
  struct Entry {
    state::ObjectKind kind;
    std::string name;
    std::string text;
    Step step;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace aihow::tool
