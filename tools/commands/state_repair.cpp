// SPDX-License-Identifier: MIT
// state repair: what a mishap has left of the state's files is put in order.
#include <fmt/format.h>
#include <algorithm>
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/summary_view.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

void write_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

std::string lines(std::string_view title, const std::vector<std::string>& texts) {
  std::string out = fmt::format("{}\n", title);
  for (const std::string& text : texts) out += "  " + escape(text) + "\n";
  return out;
}

}  // namespace

ExitCode run_state_repair(Session& session) {
  state::ClusterStateManager manager = session.open_state();
  const state::Operation operation = manager.begin_operation("state repair", session.stop());
  const std::vector<std::string> found = manager.verify();
  for (const std::string& text : found) session.console().notice("found: " + text);
  std::vector<std::string> done;
  if (!found.empty()) {
    done = manager.verify(true);
    // What needs no mending is only said once more.
    std::erase_if(done, [&](const std::string& text) { return std::find(found.begin(), found.end(), text) != found.end(); });
  }
  const std::vector<std::string> left = found.empty() ? found : manager.verify();
  std::string text = done.empty() ? fmt::format("{}: there is nothing to repair\n", escape(manager.location())) : lines("Repaired:", done);
  if (!left.empty()) text += lines("As it is, and good to know:", left);
  session.show(SummaryView({std::move(text), done, [&](JsonWriter& out) {
                              out.member("state_location", manager.location());
                              write_texts(out, "found", found);
                              write_texts(out, "done", done);
                              write_texts(out, "left", left);
                            }}));
  return ExitCode::done;
}

}  // namespace aihow::tool
