// SPDX-License-Identifier: MIT
#include "output/table.hpp"
#include <algorithm>
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

std::string shown(const std::string& text) { return text.empty() ? "-" : escape(text); }

std::string styled(std::string text, std::string_view style, bool color) {
  if (!color || style.empty()) return text;
  return "\033[" + std::string(style) + "m" + std::move(text) + "\033[0m";
}

// In Markdown `|` ends a cell and the other characters may begin something.
std::string markdown_cell(const std::string& text) {
  std::string out;
  for (const char letter : shown(text)) {
    if (std::string_view("|`*_<>[]\\").find(letter) != std::string_view::npos) out += '\\';
    out += letter;
  }
  return out;
}

}  // namespace

std::string Table::text(bool color) const {
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(columns(column.title));
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < row.size(); ++at) widths[at] = std::max(widths[at], columns(shown(row[at].text)));
  }
  std::string out;
  const auto line = [&](const auto& text_of, const auto& style_of) {
    for (std::size_t at = 0; at < columns_.size(); ++at) {
      const std::string cell = text_of(at);
      const std::string padding(widths[at] - columns(cell), ' ');
      if (at != 0) out += "  ";
      if (columns_[at].right) out += padding;
      out += styled(cell, style_of(at), color);
      if (!columns_[at].right && at + 1 != columns_.size()) out += padding;
    }
    out += '\n';
  };
  line([&](std::size_t at) { return columns_[at].title; }, [](std::size_t) { return style::bold; });
  for (const auto& row : rows_) {
    line([&](std::size_t at) { return shown(row[at].text); }, [&](std::size_t at) { return row[at].style; });
  }
  return out;
}

std::string Table::markdown() const {
  std::string out = "|";
  for (const Column& column : columns_) out += " " + markdown_cell(column.title) + " |";
  out += "\n|";
  for (const Column& column : columns_) out += column.right ? " ---: |" : " --- |";
  out += '\n';
  for (const auto& row : rows_) {
    out += '|';
    for (const Cell& cell : row) out += " " + markdown_cell(cell.text) + " |";
    out += '\n';
  }
  return out;
}

}  // namespace aihow::tool
