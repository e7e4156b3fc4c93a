// SPDX-License-Identifier: MIT
// A state with a short past, and its history's file.
#pragma once
#include <aihow/state/manager.hpp>
#include <cstdint>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>
#include "file_bytes.hpp"
#include "place.hpp"
#include "states.hpp"

namespace aihow::test {

using state::ClusterState;
using state::ClusterStateManager;
using state::HistoryEntry;
using state::ManagerOptions;
using state::VMInfo;
using state::VMState;

/// Revision 1 is made; 2 stops `a`, 3 gives `b` more memory, 4 removes `c`.
inline void make_past(ClusterStateManager& manager) {
  ClusterState first = state::make_state();
  for (VMInfo& vm : first.vms) vm.state = VMState::RUNNING;
  manager.create(first, "import");
  manager.transaction("vm pause", [](ClusterState& s) {
    s.vms[0].state = VMState::PAUSED;
    s.vms[0].state_reason = "user";
  });
  manager.transaction("resize", [](ClusterState& s) { s.vms[1].memory_gb = 8; });
  manager.remove_vm("c");
}

struct Past {
  explicit Past(const std::string& kind, ManagerOptions options = {}) : place(kind), manager(place.location(), std::move(options)) {
    make_past(manager);
  }
  std::string history() const { return place.location() + ".history"; }
  Place place;
  ClusterStateManager manager;
};

inline std::vector<std::uint64_t> revisions(const std::vector<HistoryEntry>& entries) {
  std::vector<std::uint64_t> out;
  for (const HistoryEntry& entry : entries) out.push_back(entry.revision);
  return out;
}
using Revisions = std::vector<std::uint64_t>;

/// Takes lines out of a file.
inline void drop_lines(const std::string& path, const std::function<bool(const std::string&)>& goes) {
  std::ifstream in(path);
  std::string kept;
  for (std::string line; std::getline(in, line);) kept += goes(line) ? "" : line + "\n";
  write(path, kept);
}
inline bool is_of(const std::string& line, std::uint64_t revision) { return line.rfind("{\"revision\":" + std::to_string(revision) + ",", 0) == 0; }

}  // namespace aihow::test
