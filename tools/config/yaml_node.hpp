// SPDX-License-Identifier: MIT
// YamlNode: a YAML file as a tree that knows where each part stands.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"

namespace aihow::tool {

struct YamlEntry;

/// One node. Aliases are shared pointers into the document: the same node may have several parents, never itself as a descendant.
struct YamlNode {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool plain = false;                  ///< a scalar without quotes and without `!!str`: its text decides its type
  bool open = false;                   ///< while reading: its end has not been seen
  int line = 0;                        ///< from 1
  int column = 0;                      ///< from 1, in bytes
  int height = 0;                      ///< levels of lists and maps from here down; 0: a scalar
  std::size_t size = 1;                ///< nodes visited in a walk from here, keys and repeated aliases included
  std::string text;                    ///< a scalar's, without quotes and escapes
  std::vector<const YamlNode*> items;  ///< a list's
  std::vector<YamlEntry> entries;      ///< a map's: merge keys are resolved, no key stands twice
};

struct YamlEntry {
  std::string_view key;  ///< into the document
  int line = 0;          ///< of the key
  int column = 0;
  bool merge = false;  ///< while reading: a plain `<<`
  const YamlNode* value = nullptr;
};

/// What a plain scalar means; quoted ones are always strings. Words as YAML 1.1 and 1.2 readers share them.
enum class ScalarType : std::uint8_t { string, integer, number, boolean };
ScalarType scalar_type(const YamlNode& node);

/// What was found, for messages: `the string "8"`, `the integer 8`, `a list`, `nothing`.
std::string describe(const YamlNode& node);

/// A text for messages: in quotes, control characters escaped, shortened to 60 characters.
std::string quoted(std::string_view text);
/// The same without the quotes: for keys in paths.
std::string shown(std::string_view text);

/// A document and the problems that did not keep it from being read: duplicate keys, merges of no map, unknown tags.
struct YamlDocument {
  std::deque<YamlNode> nodes;
  const YamlNode* root = nullptr;  ///< nullptr: not to be used, see the problems
  std::vector<ConfigProblem> problems;
};

inline constexpr std::size_t max_yaml_bytes = std::size_t{4} * 1024 * 1024;
inline constexpr int max_yaml_depth = 64;
inline constexpr std::size_t max_yaml_nodes = 100'000;

/// Reads a text of UTF-8 (with or without byte order mark, any line ends) that holds one document. Bounded by the limits above in time and
/// memory, whatever the text. Throws only out of memory.
YamlDocument read_yaml(std::string_view text);

}  // namespace aihow::tool
