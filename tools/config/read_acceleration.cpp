// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <array>
#include <set>
#include "config/read_cluster.hpp"

namespace aihow::tool {
namespace {

constexpr std::array<std::string_view, 4> cpu_models = {"host", "host-passthrough", "host-model", "qemu64"};
constexpr std::array<std::string_view, 2> hugepage_sizes = {"2M", "1G"};
constexpr std::array<std::string_view, 3> memory_backings = {"default", "hugepages", "memfd"};

std::vector<CpuFeature> read_features(Report& report, const Value& value) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  constexpr std::string_view expected = "the name of a CPU feature, with + (require) or - (disable) before it or neither";
  std::vector<CpuFeature> out;
  std::set<std::string> seen;
  for (const Value& item : as_list(report, value, "a list of CPU features")) {
    const std::optional<std::string> text = as_text(report, item, expected);
    if (!text) continue;
    const bool sign = text->starts_with('+') || text->starts_with('-');
    CpuFeature feature{text->substr(sign ? 1 : 0), !text->starts_with('-')};
    if (feature.name.empty() || feature.name.size() > 64 || feature.name.find_first_not_of(letters) != std::string::npos || feature.name[0] == '-')
      report.expected(item, expected);
    else if (!seen.insert(feature.name).second) report.problem(item, fmt::format("the CPU feature {} is listed twice", feature.name));
    else out.push_back(std::move(feature));
  }
  return out;
}

std::optional<CpuTopology> read_topology(Report& report, const Value& value) {
  Section section(report, value);
  if (!section) return std::nullopt;
  const auto read = [&section](std::string_view key) { return section.integer(key, 1, state::max_cpu_cores).value_or(1); };
  CpuTopology out;
  out.sockets = read("sockets");
  out.cores = read("cores");
  out.threads = read("threads");
  return out;
}

void read_performance(Report& report, const Value& value, AccelerationConfig& out) {
  Section section(report, value);
  out.enable_hugepages = section.boolean("enable_hugepages").value_or(out.enable_hugepages);
  out.hugepage_size = section.one_of("hugepage_size", hugepage_sizes).value_or(out.hugepage_size);
  out.cpu_pinning = section.boolean("cpu_pinning").value_or(out.cpu_pinning);
  out.memory_backing = section.one_of("memory_backing", memory_backings).value_or(out.memory_backing);
}

}  // namespace

AccelerationConfig read_acceleration(Report& report, Section& acceleration) {
  AccelerationConfig out;
  out.enable_kvm = acceleration.boolean("enable_kvm").value_or(out.enable_kvm);
  out.enable_nested = acceleration.boolean("enable_nested").value_or(out.enable_nested);
  out.cpu_model = acceleration.one_of("cpu_model", cpu_models);
  if (out.cpu_model == "host") out.cpu_model = "host-passthrough";
  if (const Value features = acceleration.get("cpu_features")) out.cpu_features = read_features(report, features);
  if (const Value topology = acceleration.get("cpu_topology")) out.cpu_topology = read_topology(report, topology);
  if (const Value numa = acceleration.get("numa_topology"); numa && numa.node->kind != YamlNode::Kind::map && numa.node->kind != YamlNode::Kind::null)
    report.expected(numa, "a map or null");
  if (const Value performance = acceleration.get("performance")) read_performance(report, performance, out);
  return out;
}

}  // namespace aihow::tool
