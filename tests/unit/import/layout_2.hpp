// SPDX-License-Identifier: MIT
// A small state file of the existing Python tool.
#pragma once
#include <string>
#include <string_view>

namespace aihow::test {

/// One compute node, whose object begins in the fourth line; `members` are added to it, in the sixth.
inline std::string layout_2(std::string_view members = {}, std::string_view state = "running") {
  std::string out = R"({
  "cluster_name": "c", "cluster_type": "hpc", "state_file_version": "2.0",
  "controller": null, "compute_nodes": [
    {
      "name": "a", "cpu_cores": 1, "memory_gb": 1, "state": ")";
  out.append(state).append("\"").append(members.empty() ? "" : ",\n      ").append(members);
  return out.append("\n    }\n  ],\n  \"worker_nodes\": []\n}\n");
}

}  // namespace aihow::test
