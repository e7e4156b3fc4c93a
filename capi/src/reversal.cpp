// SPDX-License-Identifier: MIT
// Taking back: undo and restore, and what they say of what they did.
#include <aihow/history.h>
#include <utility>
#include "convert.hpp"
#include "manager.hpp"
#include "object_changes.hpp"

namespace aihow::capi {
namespace {

/// Made before the commit, so that taking over its outcome needs no memory.
struct Reversal {
  using Handle = aihow_reversal;
  static constexpr Noun noun = Noun::reversal;
  static constexpr const char* name = "reversal";
  state::Reversal result;
  std::shared_ptr<Frozen> frozen = std::make_shared<Frozen>();
  std::shared_ptr<std::vector<state::ObjectChange>> changes = std::make_shared<std::vector<state::ObjectChange>>();

  void set(state::Reversal done) noexcept {
    result = std::move(done);
    frozen->set(result.snapshot);
    *changes = std::move(result.changes);
  }
};

constexpr std::size_t first_options_size = offsetof(aihow_revert_options, reserved) + sizeof(int32_t);
constexpr std::size_t first_summary_size = offsetof(aihow_reversal_summary, reserved) + sizeof(int32_t);

state::RevertOptions to_options(const aihow_revert_options* given, const Terms& terms) {
  state::RevertOptions options;
  options.stop = terms.stop();
  if (given == nullptr) return options;
  const auto wanted = take<first_options_size>(given, "options");
  if (wanted.seen != 0) options.seen = wanted.seen;
  options.dry_run = truth(wanted.dry_run, "options.dry_run");
  return options;
}

template <class Revert>
int32_t revert(aihow_manager* manager, const aihow_revert_options* options, const aihow_call* call, aihow_reversal** reversal, aihow_error** error,
               Revert&& run) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    require_no_operation(terms);
    const auto wanted = to_options(options, terms);
    Fresh<Reversal> made;
    made->set(run(*of, wanted));
    if (reversal != nullptr) *reversal = made.open();
  });
}

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;

extern "C" {

int32_t aihow_manager_undo(aihow_manager* manager, size_t steps, const aihow_revert_options* options, const aihow_call* call,
                           aihow_reversal** reversal, aihow_error** error) {
  return revert(manager, options, call, reversal, error, [&](auto& of, const auto& wanted) { return of.undo(steps, wanted); });
}

int32_t aihow_manager_restore_revision(aihow_manager* manager, uint64_t revision, const aihow_revert_options* options, const aihow_call* call,
                                       aihow_reversal** reversal, aihow_error** error) {
  return revert(manager, options, call, reversal, error, [&](auto& of, const auto& wanted) { return of.restore_revision(revision, wanted); });
}

int32_t aihow_reversal_get(const aihow_reversal* reversal, aihow_reversal_summary* summary, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Reversal>(reversal);
    const auto& result = of->result;
    give<first_summary_size>(
        summary, aihow_reversal_summary{0, result.from, result.to, of->changes->size(), result.conflicts.size(), result.committed ? 1 : 0, 0},
        "summary");
  });
}

int32_t aihow_reversal_state(const aihow_reversal* reversal, const aihow_state** state, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Reversal>(reversal);
    out(state, "state");
    *state = Fresh<State>(of->frozen).open();
  });
}

int32_t aihow_reversal_changes(const aihow_reversal* reversal, aihow_changes** changes, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Reversal>(reversal);
    out(changes, "changes");
    Fresh<ObjectChanges> made;
    made->list = of->changes;
    *changes = made.open();
  });
}

int32_t aihow_reversal_conflict(const aihow_reversal* reversal, size_t index, const char** conflict, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<Reversal>(reversal);
    const auto& found = item(of->result.conflicts, index, "conflict");
    out(conflict, "conflict");
    *conflict = found.c_str();
  });
}

void aihow_reversal_free(aihow_reversal* reversal) { close<Reversal>(reversal); }
}
