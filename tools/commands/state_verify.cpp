// SPDX-License-Identifier: MIT
#include "commands/session.hpp"
#include "commands/state_commands.hpp"
#include "commands/state_view.hpp"

namespace aihow::tool {
namespace {

Verification verify_file(const std::string& path) {
  Verification out;
  out.documents.push_back(state::inspect_file(path));
  if (out.documents.front().verdict == state::Verdict::absent) throw state::Error(state::errc::not_found, "there is no such file", {.path = path});
  return out;
}

Verification verify_state(const Session& session) {
  state::ClusterStateManager manager = session.open_state();
  Verification out;
  try {
    // It has patience with a document that is being copied, so it goes first.
    out.notices = manager.verify();
  } catch (const state::Error& error) {
    if (error.code() != state::errc::unsupported_version) throw;
    out.notices.emplace_back(error.what());
  }
  out.documents = manager.inspect();
  if (out.documents.empty() || out.documents.front().verdict == state::Verdict::absent) throw no_state(manager.location());
  return out;
}

}  // namespace

ExitCode run_state_verify(Session& session) {
  const bool whole_state = session.arguments().empty();
  Verification found = whole_state ? verify_state(session) : verify_file(session.arguments().front());
  const bool refused = found.is_refused(session.line().has(Option::strict));
  session.show(VerificationView(std::move(found)));
  return refused ? ExitCode::corrupt : ExitCode::done;
}

}  // namespace aihow::tool
