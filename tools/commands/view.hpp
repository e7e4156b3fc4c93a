// SPDX-License-Identifier: MIT
// View: what a command has to show, in every form of output.
#pragma once
#include <string>
#include <vector>
#include "commands/global_options.hpp"
#include "output/json_writer.hpp"

namespace aihow::tool {

class View {
 public:
  View() = default;
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  virtual ~View() = default;

  virtual std::string table(bool color) const = 0;
  virtual void json(JsonWriter& out) const = 0;  ///< one value
  virtual std::vector<std::string> names() const = 0;
  virtual std::string markdown() const { return table(false); }
  virtual std::string dot() const { return table(false); }  ///< for Graphviz
};

/// The text of a form, final newline included.
std::string render(const View& view, OutputForm form, bool color);

}  // namespace aihow::tool
