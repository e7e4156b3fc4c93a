// SPDX-License-Identifier: MIT
// state transitions: the life of a VM, as the library has it.
#include <fmt/format.h>
#include <aihow/state/lifecycle.hpp>
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "output/table.hpp"

namespace aihow::tool {
namespace {

class TransitionsView final : public View {
 public:
  std::string table(bool color) const override {
    Table out({{"FROM"}, {"ACTION"}, {"TO"}, {"NOTE"}});
    for (const state::Transition& arrow : state::transitions) {
      out.row({std::string(to_string(arrow.from)), std::string(to_string(arrow.action)), std::string(to_string(arrow.to)),
               arrow.addition ? "as libvirt has it" : ""});
    }
    return out.text(color);
  }

  void json(JsonWriter& out) const override {
    out.begin_object();
    out.key("states").begin_array();
    for (const state::VMState one : state::all_vm_states) out.value(to_string(one));
    out.end_array();
    out.key("transitions").begin_array();
    for (const state::Transition& arrow : state::transitions) {
      out.begin_object();
      out.member("from", to_string(arrow.from)).member("action", to_string(arrow.action)).member("to", to_string(arrow.to));
      out.member("addition", arrow.addition);
      out.end_object();
    }
    out.end_array();
    out.end_object();
  }

  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    out.reserve(state::all_vm_states.size());
    for (const state::VMState one : state::all_vm_states) out.emplace_back(to_string(one));
    return out;
  }

  /// Dashed: additions.
  std::string dot() const override {
    std::string out = "digraph lifecycle {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n";
    for (const std::string& name : names()) out += fmt::format("  {};\n", name);
    for (const state::Transition& arrow : state::transitions) {
      out += fmt::format("  {} -> {} [label=\"{}\"{}];\n", to_string(arrow.from), to_string(arrow.to), to_string(arrow.action),
                         arrow.addition ? ", style=dashed" : "");
    }
    return out + "}\n";
  }
};

}  // namespace

ExitCode run_state_transitions(Session& session) {
  session.show(TransitionsView());
  return ExitCode::done;
}

}  // namespace aihow::tool
