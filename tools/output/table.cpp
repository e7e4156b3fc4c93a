// SPDX-License-Identifier: MIT
#include "output/table.hpp"
#include <algorithm>
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

// In Markdown `|` ends a cell and the other characters may begin something.
std::string markdown_cell(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    if (std::string_view("|`*_<>[]\\").find(letter) != std::string_view::npos) out += '\\';
    out += letter;
  }
  return out;
}

}  // namespace

Table::Table(std::vector<Column> titles) : columns_(std::move(titles)) {
  for (const Column& column : columns_) widths_.push_back(columns(column.title));
}

void Table::row(std::vector<Cell> cells) {
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const std::size_t begin = text_.size();
    text_ += cells[at].text.empty() ? "-" : escape(cells[at].text);
    const std::size_t width = columns(std::string_view(text_).substr(begin));
    widths_[at] = std::max(widths_[at], width);
    cells_.push_back({text_.size(), width, cells[at].style});
  }
}

template <class Visit>
void Table::each_cell(Visit&& visit) const {
  std::size_t begin = 0;
  for (std::size_t number = 0; number < cells_.size(); ++number) {
    const Shown& cell = cells_[number];
    visit(number % columns_.size(), std::string_view(text_).substr(begin, cell.end - begin), cell);
    begin = cell.end;
  }
}

std::string Table::text(bool color) const {
  std::string out;
  std::size_t line_width = 0;
  for (const std::size_t width : widths_) line_width += width + 2;
  out.reserve(line_width * (1 + cells_.size() / columns_.size()));
  const auto put = [&](std::size_t at, std::string_view cell, std::size_t width, std::string_view style) {
    const std::size_t padding = widths_[at] - width;
    const bool styled = color && !style.empty();
    if (at != 0) out += "  ";
    if (columns_[at].right) out.append(padding, ' ');
    if (styled) out.append("\033[").append(style).append("m");
    out += cell;
    if (styled) out += "\033[0m";
    if (at + 1 == columns_.size()) out += '\n';
    else if (!columns_[at].right) out.append(padding, ' ');
  };
  for (std::size_t at = 0; at < columns_.size(); ++at) put(at, columns_[at].title, columns(columns_[at].title), style::bold);
  each_cell([&](std::size_t at, std::string_view cell, const Shown& shown) { put(at, cell, shown.width, shown.style); });
  return out;
}

std::string Table::markdown() const {
  std::string out = "|";
  for (const Column& column : columns_) out += " " + markdown_cell(column.title) + " |";
  out += "\n|";
  for (const Column& column : columns_) out += column.right ? " ---: |" : " --- |";
  out += '\n';
  each_cell([&](std::size_t at, std::string_view cell, const Shown&) {
    out += (at == 0 ? "| " : " ") + markdown_cell(cell) + " |";
    if (at + 1 == columns_.size()) out += '\n';
  });
  return out;
}

}  // namespace aihow::tool
