// SPDX-License-Identifier: MIT
#include "commands/reversal_view.hpp"
#include <fmt/format.h>
#include "commands/history_view.hpp"
#include "output/escape.hpp"

namespace aihow::tool {
namespace {

class ReversalView final : public View {
 public:
  ReversalView(const state::Reversal& reversal, std::string location, bool dry_run)
      : reversal_(reversal), location_(std::move(location)), dry_run_(dry_run) {}

  std::string table(bool color) const override {
    const std::string where = escape(location_);
    std::string out;
    if (dry_run_) {
      out = fmt::format("{}: this would bring back revision {}, and change:\n\n", where, reversal_.to) + changes_table(reversal_.changes, color);
      for (const std::string& conflict : reversal_.conflicts)
        out += fmt::format("\nConflict: {} was changed since, and it would be refused\n", escape(conflict));
      return out;
    }
    if (!reversal_.committed) return fmt::format("{}: what stands is as revision {} was: nothing was changed\n", where, reversal_.to);
    return fmt::format("{}: back at revision {}, as revision {}. The machines are as they were; 'ai-how {} status' looks at them\n\n", where,
                       reversal_.to, reversal_.snapshot->state.revision, escape(reversal_.snapshot->state.cluster_type)) +
           changes_table(reversal_.changes, color);
  }

  void json(JsonWriter& out) const override {
    out.begin_object().member("state_location", location_).member("dry_run", dry_run_).member("committed", reversal_.committed);
    out.member("from", reversal_.from).member("to", reversal_.to).member("revision", reversal_.snapshot->state.revision);
    write_object_changes(out, reversal_.changes);
    out.key("conflicts").begin_array();
    for (const std::string& conflict : reversal_.conflicts) out.value(conflict);
    out.end_array().end_object();
  }
  std::vector<std::string> names() const override { return {std::to_string(reversal_.to)}; }

 private:
  const state::Reversal& reversal_;
  std::string location_;
  bool dry_run_;
};

}  // namespace

ExitCode show_reversal(Session& session, const state::Reversal& reversal, const std::string& location, bool dry_run) {
  session.show(ReversalView(reversal, location, dry_run));
  return reversal.conflicts.empty() ? ExitCode::done : ExitCode::conflict;
}

}  // namespace aihow::tool
