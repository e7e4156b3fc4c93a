// SPDX-License-Identifier: MIT
#include "output/render.hpp"
#include <aihow/state/error.hpp>
#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <vector>
#include "output/json_writer.hpp"

namespace aihow::tool {
namespace {

using boost::json::string_view;
using Code = boost::system::error_code;

// The parser's events, put together from their parts, for a Writer with begin(list), end(), key(text), text(text), word(spelling).
template <class Writer>
struct Handler {
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  Writer writer{};
  std::string part{};

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return writer.begin(false), true; }
  bool on_object_end(std::size_t, Code&) { return writer.end(), true; }
  bool on_array_begin(Code&) { return writer.begin(true), true; }
  bool on_array_end(std::size_t, Code&) { return writer.end(), true; }
  bool on_key_part(string_view text, std::size_t, Code&) { return add(text); }
  bool on_key(string_view text, std::size_t, Code&) { return add(text), writer.key(part), reset(); }
  bool on_string_part(string_view text, std::size_t, Code&) { return add(text); }
  bool on_string(string_view text, std::size_t, Code&) { return add(text), writer.text(part), reset(); }
  bool on_number_part(string_view text, Code&) { return add(text); }
  bool on_int64(std::int64_t, string_view text, Code&) { return add(text), writer.word(part), reset(); }
  bool on_uint64(std::uint64_t, string_view text, Code&) { return add(text), writer.word(part), reset(); }
  bool on_double(double, string_view text, Code&) { return add(text), writer.word(part), reset(); }
  bool on_bool(bool yes, Code&) { return writer.word(yes ? "true" : "false"), true; }
  bool on_null(Code&) { return writer.word("null"), true; }
  bool on_comment_part(string_view, Code&) { return true; }
  bool on_comment(string_view, Code&) { return true; }

  bool add(string_view text) {
    part.append(text.data(), text.size());
    return true;
  }
  bool reset() {
    part.clear();
    return true;
  }
};

template <class Writer>
std::string render(std::string_view json) {
  boost::json::basic_parser<Handler<Writer>> parser(boost::json::parse_options{});
  parser.handler().writer.out.reserve(json.size() + json.size() / 2);  // with the blanks of typical objects
  Code code;
  const std::size_t read = parser.write_some(false, json.data(), json.size(), code);
  if (code || read != json.size()) throw state::Error(state::errc::invalid, "not one JSON value" + (code ? ": " + code.message() : std::string()));
  return std::move(parser.handler().writer.out) + "\n";
}

struct Frame {
  bool list = false;
  std::size_t indent = 0;
  bool empty = true;
};

struct IndentedWriter {
  std::string out{};
  std::vector<Frame> frames{};
  bool after_key = false;

  void begin(bool list) {
    item();
    out += list ? '[' : '{';
    frames.push_back({list, frames.size() * 2 + 2});
  }
  void end() {
    const Frame frame = frames.back();
    frames.pop_back();
    if (!frame.empty) out.append("\n").append(frame.indent - 2, ' ');
    out += frame.list ? ']' : '}';
  }
  void key(std::string_view name) {
    item();
    out += json_text(name) + ": ";
    after_key = true;
  }
  void text(std::string_view value) { word(json_text(value)); }
  void word(std::string_view spelling) {
    item();
    out += spelling;
  }

 private:
  void item() {
    if (after_key || frames.empty()) {
      after_key = false;
      return;
    }
    if (!frames.back().empty) out += ',';
    frames.back().empty = false;
    out.append("\n").append(frames.back().indent, ' ');
  }
};

// A word that every YAML reader takes for a string without quotes.
bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 9> taken{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  if (text.empty() || (std::isalpha(static_cast<unsigned char>(text.front())) == 0 && text.front() != '/')) return false;
  const auto plain = [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '.' || letter == '/';
  };
  if (!std::all_of(text.begin(), text.end(), plain)) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::find(taken.begin(), taken.end(), lower) == taken.end();
}

struct YamlWriter {
  std::string out{};
  std::vector<Frame> frames{};
  bool on_line = true;  ///< the place where the next item begins is already written ("- ", or the document's beginning)

  void begin(bool list) {
    const bool inside = !frames.empty();
    const std::size_t indent = inside ? frames.back().indent + 2 : 0;
    if (inside && frames.back().list) {
      item();
      out += "- ";
      on_line = true;
    }
    frames.push_back({list, indent});
  }
  void end() {
    const Frame frame = frames.back();
    frames.pop_back();
    if (!frame.empty) return;
    if (!on_line) out += ' ';
    on_line = false;
    out += frame.list ? "[]" : "{}";
  }
  void key(std::string_view name) {
    item();
    out += scalar(name) + ":";
  }
  void text(std::string_view value) { word(scalar(value)); }
  void word(std::string_view spelling) {
    if (frames.empty()) {
      out += spelling;
    } else if (frames.back().list) {
      item();
      out.append("- ").append(spelling);
    } else {
      out.append(" ").append(spelling);
    }
  }

 private:
  static std::string scalar(std::string_view text) { return is_plain(text) ? std::string(text) : json_text(text); }
  void item() {
    frames.back().empty = false;
    if (on_line) {
      on_line = false;
      return;
    }
    out.append("\n").append(frames.back().indent, ' ');
  }
};

}  // namespace

std::string indented_json(std::string_view json) { return render<IndentedWriter>(json); }
std::string yaml(std::string_view json) { return render<YamlWriter>(json); }

}  // namespace aihow::tool
