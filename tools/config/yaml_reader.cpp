// SPDX-License-Identifier: MIT
// From yaml-cpp's events to the tree. Its own tree (YAML::Load) drops duplicate keys, keeps merge keys as they are and has no limits.
#include <fmt/format.h>
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>
#include <algorithm>
#include <array>
#include <istream>
#include <new>
#include <streambuf>
#include <unordered_map>
#include <utility>
#include "config/text_check.hpp"
#include "config/yaml_node.hpp"

namespace aihow::tool {
namespace {

/// Ends the reading from inside an event: what comes after is not worth a message.
struct Abandon : std::exception {
  explicit Abandon(ConfigProblem found) : problem(std::move(found)) {}
  ConfigProblem problem;
};

class Builder final : public YAML::EventHandler {
 public:
  Builder(std::string_view text, YamlDocument& document) : text_(text), document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    throw Abandon({mark.line + 1,
                   mark.column + 1,
                   {},
                   "a second document begins here; a configuration is one document (a line that is indented too little ends one, too)"});
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { attach(make(YamlNode::Kind::null, mark, anchor)); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    YamlNode& node = make(YamlNode::Kind::scalar, mark, anchor);
    node.text = value;
    static constexpr std::array<std::string_view, 5> plain_tags = {"?", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
                                                                   "tag:yaml.org,2002:null"};
    node.plain = std::ranges::find(plain_tags, tag) != plain_tags.end();
    if (!node.plain && tag != "!" && tag != "tag:yaml.org,2002:str") unknown_tag(mark, tag);
    if (tag == "!") require_closed_quote(mark);
    attach(node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Abandon(here(mark, "an alias of an unknown anchor"));
    if (found->second->open) throw Abandon(here(mark, "an alias of a node that it is part of"));
    visit(mark, found->second->size);
    require_depth(mark, static_cast<int>(frames_.size()) + found->second->height);
    attach(*found->second, &mark);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    start(YamlNode::Kind::list, mark, tag, "tag:yaml.org,2002:seq", anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    start(YamlNode::Kind::map, mark, tag, "tag:yaml.org,2002:map", anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override {
    merge(*frames_.back().node);
    end();
  }

  /// The list or map that was being read when the parser gave up; nullptr: none.
  const YamlNode* innermost() const noexcept { return frames_.empty() ? nullptr : frames_.back().node; }

 private:
  struct Frame {
    YamlNode* node;
    std::unordered_map<std::string_view, int> keys;  ///< with their lines
    YamlEntry entry;                                 ///< its key is read, its value is not
    bool has_key = false;
    bool skip = false;  ///< the key was refused: its value is dropped
  };

  YamlNode& make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    visit(mark, 1);
    YamlNode& node = document_.nodes.emplace_back();
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    if (anchor != YAML::NullAnchor) anchors_[anchor] = &node;
    return node;
  }

  void visit(const YAML::Mark& mark, std::size_t count) {
    visited_ += count;
    if (visited_ > max_yaml_nodes)
      throw Abandon(here(mark, fmt::format("more than {} nodes (an alias counts as all that it stands for), which is the limit", max_yaml_nodes)));
  }

  void require_depth(const YAML::Mark& mark, int depth) {
    if (depth > max_yaml_depth)
      throw Abandon({mark.line + 1, mark.column + 1, {}, fmt::format("more than {} levels deep, which is the limit", max_yaml_depth)});
  }

  void start(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, std::string_view own_tag, YAML::anchor_t anchor) {
    require_depth(mark, static_cast<int>(frames_.size()) + 1);
    if (tag != "?" && tag != "!" && tag != own_tag) unknown_tag(mark, tag);
    YamlNode& node = make(kind, mark, anchor);
    node.open = true;
    frames_.push_back({&node, {}, {}, false, false});
  }

  void end() {
    YamlNode& node = *frames_.back().node;
    frames_.pop_back();
    node.open = false;
    const auto add = [&node](const YamlNode& child, std::size_t keys) {
      node.size += child.size + keys;
      node.height = std::max(node.height, child.height);
    };
    for (const YamlNode* item : node.items) add(*item, 0);
    for (const YamlEntry& entry : node.entries) add(*entry.value, 1);
    ++node.height;
    attach(node);
  }

  /// Puts a finished node into its parent. `alias`: where it was named, for keys.
  void attach(const YamlNode& node, const YAML::Mark* alias = nullptr) {
    if (frames_.empty()) {
      document_.root = &node;
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node->kind == YamlNode::Kind::list) {
      frame.node->items.push_back(&node);
    } else if (!frame.has_key) {
      const int line = alias != nullptr ? alias->line + 1 : node.line, column = alias != nullptr ? alias->column + 1 : node.column;
      key(frame, node, line, column);
    } else {
      frame.has_key = false;
      if (!std::exchange(frame.skip, false)) {
        frame.entry.value = &node;
        frame.node->entries.push_back(frame.entry);
      }
    }
  }

  void key(Frame& frame, const YamlNode& node, int line, int column) {
    if (node.kind != YamlNode::Kind::scalar) {
      document_.problems.push_back({line, column, path(), "a key is a word, found " + describe(node)});
      frame.skip = true;
    }
    frame.has_key = true;
    frame.entry = {node.text, line, column, node.plain && node.text == "<<", nullptr};
    if (frame.skip) return;
    const auto [first, fresh] = frame.keys.emplace(node.text, line);
    if (fresh) return;
    document_.problems.push_back({line, column, path(), fmt::format("this key stands twice in one map, first in line {}", first->second)});
    frame.skip = true;
  }

  /// Resolves `<<`: the map's own keys come first, then those of the merged maps in their order.
  void merge(YamlNode& map) {
    const auto is_merge = [](const YamlEntry& entry) { return entry.merge; };
    const auto found = std::ranges::find_if(map.entries, is_merge);
    if (found == map.entries.end()) return;
    const YamlEntry entry = *found;
    map.entries.erase(found);
    std::vector<const YamlNode*> sources;
    if (entry.value->kind == YamlNode::Kind::list) sources = entry.value->items;
    else sources = {entry.value};
    for (const YamlNode* source : sources) {
      if (source->kind != YamlNode::Kind::map) {
        const std::string where = path();
        document_.problems.push_back({entry.line, entry.column, where.empty() ? "<<" : where + ".<<",
                                      "expected a map or a list of maps to merge, found " + describe(*source)});
        continue;
      }
      for (const YamlEntry& theirs : source->entries)
        if (frames_.back().keys.emplace(theirs.key, theirs.line).second) map.entries.push_back(theirs);
    }
  }

  void unknown_tag(const YAML::Mark& mark, const std::string& tag) {
    document_.problems.push_back(here(mark, "the tag " + quoted(tag) + " is not known here; leave it out"));
  }

  /// yaml-cpp takes the end of the file for a closing quote.
  void require_closed_quote(const YAML::Mark& mark) {
    auto at = static_cast<std::size_t>(mark.pos);
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
    const char quote = text_[at++];
    for (; at < text_.size(); ++at) {
      const bool is_escape = quote == '"' && text_[at] == '\\';
      const bool is_doubled = quote == '\'' && text_[at] == quote && at + 1 < text_.size() && text_[at + 1] == quote;
      if (is_escape || is_doubled) ++at;
      else if (text_[at] == quote) return;
    }
    throw Abandon(here(mark, "this quote is never closed"));
  }

  ConfigProblem here(const YAML::Mark& mark, std::string message) const { return {mark.line + 1, mark.column + 1, path(), std::move(message)}; }

  /// The path of the node that is being read: `clusters.hpc.compute_nodes[0]`.
  std::string path() const {
    std::string out;
    for (const Frame& frame : frames_) {
      if (frame.node->kind == YamlNode::Kind::list) out += fmt::format("[{}]", frame.node->items.size());
      else if (frame.has_key) out += (out.empty() ? "" : ".") + shown(frame.entry.key);
    }
    return out;
  }

  std::string_view text_;
  YamlDocument& document_;
  int documents_ = 0;
  std::size_t visited_ = 0;
  std::vector<Frame> frames_;
  std::unordered_map<YAML::anchor_t, YamlNode*> anchors_;
};

/// An input stream over memory that is not copied.
struct ViewBuffer : std::streambuf {
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's get area is never written through
    setg(begin, begin, begin + text.size());
  }
};

/// yaml-cpp's words, where they tell little, in ours.
std::string explain(const std::string& words) {
  static const std::array<std::pair<std::string_view, std::string_view>, 8> table = {{
      {YAML::ErrorMsg::MAP_VALUE, "a second ':' in one line; quote a value that holds one, or check the indentation"},
      {YAML::ErrorMsg::BLOCK_ENTRY, "a list item ('-') cannot begin here; check the indentation"},
      {YAML::ErrorMsg::MAP_KEY, "a key cannot begin here; check the indentation"},
      {YAML::ErrorMsg::END_OF_MAP, "a line of this map is indented differently, or is no `key: value`"},
      {YAML::ErrorMsg::END_OF_SEQ, "a line of this list is indented differently, or is no `- item`"},
      {YAML::ErrorMsg::END_OF_MAP_FLOW, "the '{' that opens here is not closed"},
      {YAML::ErrorMsg::END_OF_SEQ_FLOW, "the '[' that opens here is not closed"},
      {YAML::ErrorMsg::EOF_IN_SCALAR, "a quote is never closed"},
  }};
  const auto found = std::ranges::find(table, std::string_view(words), &std::pair<std::string_view, std::string_view>::first);
  return found == table.end() ? "not YAML: " + words : "not YAML: " + std::string(found->second);
}

ConfigProblem syntax_problem(std::string_view text, const YAML::Exception& error, const YamlNode* innermost) {
  if (innermost != nullptr && (error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW || error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW))
    return {innermost->line, innermost->column, {}, explain(error.msg)};
  if (error.mark.is_null()) return {0, 0, {}, explain(error.msg)};
  for (int skip = error.mark.line; skip > 0 && !text.empty(); --skip) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  const std::string_view indentation = text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
  const bool tab = indentation.find('\t') != std::string_view::npos;
  return {error.mark.line + 1, error.mark.column + 1, {}, tab ? "not YAML: a tab in the indentation; use spaces" : explain(error.msg)};
}

}  // namespace

YamlDocument read_yaml(std::string_view text) {
  YamlDocument document;
  if (auto problem = check_text(text)) {
    document.problems.push_back(std::move(*problem));
    return document;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Builder builder(text, document);
  const auto abandon = [&document](ConfigProblem problem) {
    document.root = nullptr;
    document.problems.push_back(std::move(problem));
  };
  try {
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    if (document.root == nullptr || document.root->kind == YamlNode::Kind::null) abandon({0, 0, {}, "the file is empty"});
  } catch (const Abandon& end) {
    abandon(end.problem);
  } catch (const YAML::Exception& error) {
    abandon(syntax_problem(text, error, builder.innermost()));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    abandon({0, 0, {}, std::string("not YAML: ") + error.what()});
  }
  return document;
}

}  // namespace aihow::tool
