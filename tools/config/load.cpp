// SPDX-License-Identifier: MIT
#include "config/load.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <filesystem>
#include "config/read_cluster.hpp"
#include "config/read_file.hpp"

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

constexpr std::array<std::string_view, 2> cluster_types = {"hpc", "cloud"};

std::string sentence(std::string_view path, const ConfigProblem& problem) {
  std::string out(path);
  if (problem.line > 0) out += fmt::format(":{}:{}", problem.line, problem.column);
  if (!problem.where.empty()) out += ": " + problem.where;
  return out + ": " + problem.message;
}

std::string sentences(std::string_view path, const std::vector<ConfigProblem>& problems) {
  std::string out;
  for (const ConfigProblem& problem : problems) out.append(out.empty() ? "" : "\n").append(sentence(path, problem));
  return out;
}

/// `"1.0"`, also without the quotes that people forget.
void read_version(Section& root) {
  constexpr std::string_view expected = "\"1.0\"";
  const Value version = root.require("version", expected);
  if (version && (version.node->kind != YamlNode::Kind::scalar || version.node->text != "1.0")) root.report().expected(version, expected);
}

std::string read_metadata(Section& root) {
  const Value metadata = root.require("metadata", "a map with a name");
  Section section(root.report(), metadata);
  const Value name = section.require("name", "a string");
  std::string text = name ? as_text(root.report(), name).value_or("-") : std::string();
  if (name && text.empty()) root.report().expected(name, "a string that is not empty");
  if (const Value description = section.get("description"); description && description.node->kind != YamlNode::Kind::scalar)
    root.report().expected(description, "a string");  // its text may have several lines
  return text;
}

void read_clusters(Reading& reading, Section& root, std::vector<ClusterConfig>& out) {
  constexpr std::string_view expected = "a map with hpc, cloud or both";
  const Value clusters = root.require("clusters", expected);
  Section section(reading.report, clusters);
  bool any = !section;
  for (const std::string_view type : cluster_types) {
    const Value value = section.get(type);
    if (!value) continue;
    any = true;
    if (value.node->kind == YamlNode::Kind::map) {
      out.push_back(read_cluster(reading, value, std::string(type)));
    } else {
      for (const Value& item : as_list(reading.report, value, "a cluster (a map), or a list of clusters"))
        out.push_back(read_cluster(reading, item, std::string(type)));
      if (value.node->kind == YamlNode::Kind::list && value.node->items.empty()) any = out.size() > 0;
    }
  }
  if (!any) reading.report.problem(section.place(), fmt::format("no cluster; expected {}", expected));
}

std::string working_directory() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::current_path(error);
  if (error) throw Error(errc::io, "the working directory cannot be found: " + error.message());
  return path.string();
}

}  // namespace

ConfigError::ConfigError(std::string_view path, std::vector<ConfigProblem> problems)
    : std::runtime_error(sentences(path, problems)), problems_(std::move(problems)) {}

ConfigFile parse_config(std::string_view text, const std::string& path) {
  YamlDocument document = read_yaml(text);
  if (document.root == nullptr) throw ConfigError(path, std::move(document.problems));

  Reading reading{{}, process_environment, working_directory()};
  reading.report.add(std::move(document.problems));
  ConfigFile out;
  out.path = path;
  {
    Section root(reading.report, {document.root, {}, document.root->line, document.root->column});
    read_version(root);
    out.name = read_metadata(root);
    if (const Value global = root.get("global"); global && global.node->kind != YamlNode::Kind::map && global.node->kind != YamlNode::Kind::null)
      reading.report.expected(global, "a map");
    read_clusters(reading, root, out.clusters);
  }  // the section's end notes its unknown keys
  std::vector<ConfigProblem> problems = reading.report.problems();
  if (!problems.empty()) throw ConfigError(path, std::move(problems));
  out.warnings = reading.report.warnings();
  return out;
}

ConfigFile load_config(const std::string& path) { return parse_config(read_regular_file(path, max_yaml_bytes), path); }

const ClusterConfig& select_cluster(const ConfigFile& file, std::string_view type, std::string_view name) {
  const auto list = [&](auto&& fits) {
    std::string names;
    for (const ClusterConfig& cluster : file.clusters)
      if (fits(cluster)) names.append(names.empty() ? "" : ", ").append(cluster.name);
    return names;
  };
  std::vector<const ClusterConfig*> found;
  for (const ClusterConfig& cluster : file.clusters)
    if (cluster.type == type && (name.empty() || cluster.name == name)) found.push_back(&cluster);
  if (found.size() == 1) return *found.front();

  const std::string names = list([type](const ClusterConfig& cluster) { return cluster.type == type; });
  if (names.empty()) throw Error(errc::not_found, fmt::format("the configuration has no {} cluster", type), {.path = file.path});
  if (found.empty())
    throw Error(errc::not_found, fmt::format("the configuration has no {} cluster named {}; it has {}", type, name, names), {.path = file.path});
  throw Error(errc::invalid, fmt::format("the configuration has several {} clusters, {}: choose one by --cluster NAME", type, names),
              {.path = file.path});
}

}  // namespace aihow::tool
