// SPDX-License-Identifier: MIT
// Configurations for tests: a small one that is right, and ways to break it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include "config/load.hpp"

namespace aihow::tool::test {

/// A cluster of two nodes, by lines. 12 controller, 17 compute_nodes.
inline constexpr std::string_view sample = R"(version: "1.0"
metadata:
  name: test
clusters:
  hpc:
    name: lab
    base_image_path: /images/base.qcow2
    network:
      subnet: 192.168.100.0/24
      bridge: virbr100
    storage: {}
    controller:
      cpu_cores: 4
      memory_gb: 8
      disk_gb: 100
      ip: 192.168.100.10
    compute_nodes:
      - cpu_cores: 8
        memory_gb: 16
        disk_gb: 200
        ip: 192.168.100.11
)";

/// `sample` with the first `old` replaced; `old` must be there.
inline std::string sample_with(std::string_view old, std::string_view replacement) {
  std::string text(sample);
  const std::size_t at = text.find(old);
  if (at == std::string::npos) throw std::logic_error("the sample has no " + std::string(old));
  return text.replace(at, old.size(), replacement);
}

/// `sample` with a line after the one that holds `after`, at its indentation.
inline std::string sample_plus(std::string_view after, std::string_view line) {
  std::string text(sample);
  const std::size_t at = text.find(after);
  if (at == std::string::npos) throw std::logic_error("the sample has no " + std::string(after));
  const std::size_t start = text.rfind('\n', at) + 1, end = text.find('\n', at);
  const std::string indentation(text.find_first_not_of(" -", start) - start, ' ');
  return text.insert(end + 1, indentation + std::string(line) + "\n");
}

/// `LINE:COLUMN: WHERE: MESSAGE` of each problem, a line each; empty: none.
inline std::string problems_of(std::string_view text) {
  try {
    (void)parse_config(text, "c.yaml");
  } catch (const ConfigError& error) {
    std::string out = error.what();
    for (std::size_t at = out.find("c.yaml:"); at != std::string::npos; at = out.find("c.yaml:", at)) out.erase(at, 7);
    return out;
  }
  return {};
}

}  // namespace aihow::tool::test
