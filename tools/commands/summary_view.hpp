// SPDX-License-Identifier: MIT
// SummaryView: what a command did, where that is a few sentences for people and a few members for programs.
#pragma once
#include <functional>
#include <utility>
#include "commands/view.hpp"

namespace aihow::tool {

struct Summary {
  std::string text;                          ///< for people, escaped, final newline included
  std::vector<std::string> names;            ///< for -o name
  std::function<void(JsonWriter&)> members;  ///< of the JSON object
};

class SummaryView final : public View {
 public:
  explicit SummaryView(Summary summary) : summary_(std::move(summary)) {}
  std::string table(bool) const override { return summary_.text; }
  void json(JsonWriter& out) const override {
    out.begin_object();
    summary_.members(out);
    out.end_object();
  }
  std::vector<std::string> names() const override { return summary_.names; }

 private:
  Summary summary_;
};

}  // namespace aihow::tool
