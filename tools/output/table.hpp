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
  explicit Table(std::vector<Column> titles);

  /// Requires: one cell per column.
  void row(std::vector<Cell> cells);
  bool empty() const noexcept { return cells_.empty(); }

  std::string text(bool color = false) const;
  std::string markdown() const;

 private:
  struct Shown {
    std::size_t end;  ///< of its text in text_
    std::size_t width;
    std::string_view style;
  };
  template <class Visit>
  void each_cell(Visit&& visit) const;

  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::string text_;  ///< of all cells, row by row, escaped
  std::vector<Shown> cells_;
};

}  // namespace aihow::tool
