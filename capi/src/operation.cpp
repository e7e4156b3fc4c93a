// SPDX-License-Identifier: MIT
// Operations, and what is one: restore and import.
#include "convert.hpp"
#include "holder.hpp"
#include "manager.hpp"

using namespace aihow::capi;

extern "C" {

int32_t aihow_operation_begin(aihow_manager* manager, const char* what, const aihow_call* call, aihow_operation** operation, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    const auto named = text(what, "what");
    require_no_operation(terms);
    out(operation, "operation");
    Fresh<Operation> made;
    made->operation = of->begin_operation(named, terms.stop());
    *operation = made.open();
  });
}

int32_t aihow_operation_held(aihow_operation* operation) {
  const auto found = look<Operation>(operation);
  return found && found->operation.lock() != nullptr && found->operation.lock()->held() ? 1 : 0;
}

void aihow_operation_free(aihow_operation* operation) { close<Operation>(operation); }

int32_t aihow_operation_holder(aihow_manager* manager, int32_t* held, aihow_holder* holder, aihow_error** error) {
  return with_manager(manager, error, [&](Manager& of) {
    out(held, "held");
    require_size(out(holder, "holder").struct_size, first_holder_size, "holder");
    const auto found = of->operation_holder();
    if (found) {
      give<first_holder_size>(holder, to_c(*found), "holder");
    }
    *held = found ? 1 : 0;
  });
}

int32_t aihow_manager_restore(aihow_manager* manager, const char* path, const aihow_call* call, const aihow_state** after, aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    require_no_operation(terms);
    SnapshotResult result(after);
    result.give(of->restore(bytes(path, "path"), terms.stop()));
  });
}

int32_t aihow_manager_import(aihow_manager* manager, const char* path, int32_t replace, const aihow_call* call, const aihow_state** after,
                             aihow_error** error) {
  return with_manager(manager, call, error, [&](Manager& of, const Terms& terms) {
    require_no_operation(terms);
    SnapshotResult result(after);
    result.give(of->import_file(bytes(path, "path"), truth(replace, "replace"), terms.stop()));
  });
}
}
