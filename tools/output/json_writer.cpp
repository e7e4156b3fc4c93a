// SPDX-License-Identifier: MIT
#include "output/json_writer.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include "output/utf8.hpp"

namespace aihow::tool {

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (;;) {
    const auto plain = [](char letter) { return letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\'; };
    const auto count = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), plain) - text.begin());
    out.append(text.substr(0, count));
    text.remove_prefix(count);
    if (text.empty()) return out += '"';
    const Utf8Char next = next_char(text);
    if (!next.valid) {
      out += "\\ufffd";
    } else if (next.code == '"' || next.code == '\\') {
      out += '\\';
      out += text.front();
    } else if (next.code == '\n') {
      out += "\\n";
    } else if (next.code == '\t') {
      out += "\\t";
    } else if (is_control(next.code)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(next.code));
    } else {
      out.append(text.substr(0, next.bytes));
    }
    text.remove_prefix(next.bytes);
  }
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_ += json_text(name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

}  // namespace aihow::tool
