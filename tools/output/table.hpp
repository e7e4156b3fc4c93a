// SPDX-License-Identifier: MIT
// Table: rows for people.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "output/terminal.hpp"

namespace aihow::tool {

struct Column {
  std::string title;
  bool right = false;  ///< numbers
};

struct Cell {
  std::string text;
  std::string_view style = style::none;  ///< a constant of namespace style
  Cell(std::string text_, std::string_view style_ = style::none) : text(std::move(text_)), style(style_) {}
  Cell(const char* text_) : text(text_) {}
};

/// Columns as wide as their widest cell, two spaces between them. Cells are escaped; an empty one shows `-`.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Requires: one cell per column.
  void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const noexcept { return rows_.empty(); }

  std::string text(bool color = false) const;
  std::string markdown() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace aihow::tool
