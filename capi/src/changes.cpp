// SPDX-License-Identifier: MIT
// Changing a state through its manager. What a call hands out is made before it commits: after that nothing may fail.
#include "callback.hpp"
#include "convert.hpp"
#include "manager.hpp"
#include "models.hpp"

using namespace aihow::capi;
using aihow::state::ClusterState;
using aihow::state::VMInfo;

namespace {

/// Throws Error invalid for a state that is lent: its transaction commits it.
ClusterState& require_own(State& copy) {
  if (copy.is_lent()) refuse("copy", "is a transaction's, which commits it when the callback returns");
  return copy.write("copy");
}

}  // namespace

extern "C" {

int32_t aihow_manager_ensure(aihow_manager* manager, const char* cluster_name, const char* cluster_type, const aihow_call* call, aihow_state** copy,
                             aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms&) {
    const auto name = text(cluster_name, "cluster_name");
    const auto type = text(cluster_type, "cluster_type");
    out(copy, "copy");
    Fresh<State> made;
    made->write() = of->ensure_state(name, type);
    *copy = made.open();
  });
}

int32_t aihow_manager_save(aihow_manager* manager, aihow_state* copy, const aihow_call* call, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms&) {
    const auto state = use<State>(copy, "copy");
    of->save_state(require_own(*state));
    state->forget_shown();
  });
}

int32_t aihow_manager_add_vm(aihow_manager* manager, const aihow_vm* vm, const aihow_call* call, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms&) {
    VMInfo made;
    assign(made, take<first_size<aihow_vm>>(vm, "vm"));
    of->add_vm(std::move(made));
  });
}

int32_t aihow_manager_update_vm_state(aihow_manager* manager, const char* name, int32_t state, const aihow_call* call, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms&) { of->update_vm_state(text(name, "name"), to_vm_state(state, "state")); });
}

int32_t aihow_manager_remove_vm(aihow_manager* manager, const char* name, const aihow_call* call, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms&) { of->remove_vm(text(name, "name")); });
}

int32_t aihow_manager_forget_vm(aihow_manager* manager, const char* name, const aihow_call* call, const aihow_state** after, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    SnapshotResult result(after);
    result.give(of->forget_vm(text(name, "name"), terms.operation()));
  });
}

int32_t aihow_manager_rename_vm(aihow_manager* manager, const char* name, const char* new_name, const aihow_call* call, const aihow_state** after,
                                aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    SnapshotResult result(after);
    result.give(of->rename_vm(text(name, "name"), text(new_name, "new_name"), terms.operation()));
  });
}

int32_t aihow_manager_transaction(aihow_manager* manager, const char* operation, aihow_change change, void* user_data, const aihow_call* call,
                                  const aihow_state** after, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    const auto named = text(operation, "operation");
    if (change == nullptr) refuse("change", "is NULL");
    SnapshotResult result(after);
    const auto run = [&](ClusterState& next) {
      State state(&next);
      const Lent<State> lent(state);
      call_back("change", [&](aihow_sink* failure) { return change(user_data, lent.get(), failure); });
    };
    result.give(of->transaction(named, run, terms.operation()));
  });
}

int32_t aihow_manager_create(aihow_manager* manager, const aihow_state* state, const char* operation, const aihow_call* call,
                             const aihow_state** after, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    const auto named = text(operation, "operation");
    ClusterState first = use<State>(state)->read();
    SnapshotResult result(after);
    result.give(of->create(std::move(first), named, terms.operation()));
  });
}

int32_t aihow_manager_erase(aihow_manager* manager, const char* operation, const aihow_call* call, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) { of->erase(text(operation, "operation"), terms.operation()); });
}
}
