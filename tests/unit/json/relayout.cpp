// SPDX-License-Identifier: MIT
#include "relayout.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <vector>

using namespace aihow::state;

namespace {

/// Reads a well-formed document piece by piece.
class Text {
 public:
  explicit Text(std::string_view text) : rest_(text) {}
  char next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \n\r\t"), rest_.size()));
    return rest_.empty() ? '\0' : rest_.front();
  }
  bool take(char c) {
    const bool there = next() == c;
    if (there) rest_.remove_prefix(1);
    return there;
  }
  /// The string, number or word there, or a whole value.
  std::string_view scalar() {
    next();
    std::size_t end = 1;
    if (rest_.front() == '"') {
      while (rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
      ++end;
    } else {
      end = std::min(rest_.find_first_of(" \n\r\t,]}"), rest_.size());
    }
    return cut(end);
  }
  std::string_view value() {
    next();
    const std::string_view from = rest_;
    std::size_t depth = 0;
    do {
      const char c = next();
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      if (std::string_view("{}[],:").find(c) != std::string_view::npos) rest_.remove_prefix(1);
      else scalar();
    } while (depth != 0);
    return from.substr(0, from.size() - rest_.size());
  }

 private:
  std::string_view cut(std::size_t size) {
    const auto out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  std::string_view rest_;
};

class Relayout {
 public:
  explicit Relayout(Generator& random) : random_(random) {}

  /// An object whose members named in `unknown` are unknown ones; `value` writes the value of another.
  template <class Value>
  void object(Text& text, const UnknownMembers& unknown, Value value) {
    std::vector<std::string> known, others;
    text.take('{');
    while (!text.take('}')) {
      text.take(',');
      const std::string name = decoded(text.scalar());
      text.take(':');
      const bool is_unknown = std::any_of(unknown.begin(), unknown.end(), [&](const UnknownMember& member) { return member.name == name; });
      std::string outer;
      std::swap(outer, out_);
      string(name);
      space();
      out_ += ':';
      space();
      if (is_unknown) out_ += text.value();
      else value(name, text);
      std::swap(outer, out_);
      (is_unknown ? others : known).push_back(std::move(outer));
    }
    for (std::size_t i = known.size(); i > 1; --i) std::swap(known[i - 1], known[random_.below(i)]);
    std::reverse(others.begin(), others.end());
    out_ += '{';
    for (bool first = true; !known.empty() || !others.empty(); first = false) {
      auto& from = others.empty() || (!known.empty() && random_.chance(60)) ? known : others;
      if (!first) out_ += ',';
      space();
      out_ += from.back();
      space();
      from.pop_back();
    }
    out_ += '}';
  }

  template <class Element>
  void array(Text& text, Element element) {
    text.take('[');
    out_ += '[';
    for (std::size_t i = 0; !text.take(']'); ++i) {
      if (text.take(',')) out_ += ',';
      space();
      element(i, text);
      space();
    }
    out_ += ']';
  }

  /// A string spelled otherwise, an array of them, a number or a word.
  void plain(Text& text) {
    if (text.next() == '[') return array(text, [this](std::size_t, Text& inner) { plain(inner); });
    const std::string_view spelled = text.scalar();
    if (spelled.front() == '"') string(decoded(spelled));
    else out_ += spelled;
  }

  template <class Object>
  void list(Text& text, const std::vector<Object>& objects) {
    array(text, [&](std::size_t i, Text& inner) { object(inner, objects[i].unknown, [this](const std::string&, Text& value) { plain(value); }); });
  }

  void space() {
    static constexpr std::array<std::string_view, 5> spaces{"", "", " ", "\n", "\t \r\n"};
    out_ += spaces[random_.below(spaces.size())];
  }
  std::string take() { return std::move(out_); }

 private:
  static std::string decoded(std::string_view spelled) { return std::string(boost::json::parse({spelled.data(), spelled.size()}).as_string()); }

  /// Each character plain, by its short escape, or by number.
  void string(std::string_view text) {
    out_ += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const bool must = byte < 0x20 || c == '"' || c == '\\';
      if (byte < 0x80 && (must || random_.chance(20))) out_ += random_.chance(50) ? fmt::format("\\u{:04x}", byte) : fmt::format("\\u{:04X}", byte);
      else if (c == '/' && random_.chance(50)) out_ += "\\/";
      else out_ += c;
    }
    out_ += '"';
  }

  Generator& random_;
  std::string out_;
};

}  // namespace

std::string relayout(std::string_view text, const ClusterState& state, Generator& random) {
  Text in(text);
  Relayout out(random);
  out.space();
  out.object(in, state.unknown, [&](const std::string& name, Text& value) {
    if (name == "vms") out.list(value, state.vms);
    else if (name == "networks") out.list(value, state.networks);
    else if (name == "volumes") out.list(value, state.volumes);
    else if (name == "pools") out.list(value, state.pools);
    else if (name == "aihow") out.object(value, state.unknown_in_aihow, [&](const std::string&, Text& inner) { out.plain(inner); });
    else out.plain(value);
  });
  out.space();
  return out.take();
}
