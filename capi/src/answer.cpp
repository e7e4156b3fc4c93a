// SPDX-License-Identifier: MIT
// What callbacks of stores answer with; opening and registering such stores.
#include <aihow/state/stores.hpp>
#include "callback.hpp"
#include "convert.hpp"
#include "holder.hpp"
#include "manager.hpp"
#include "store.hpp"

using namespace aihow::capi;
using aihow::state::StateStore;
using aihow::state::StoreOptions;
using aihow::state::Uuid;

namespace {

Uuid to_plain_uuid(const aihow_uuid& uuid) { return to_uuid(uuid).value_or(Uuid{}); }

std::unique_ptr<CallerStore> open_registered(aihow_store_open open, void* user_data, std::string_view rest, const StoreOptions& options) {
  const std::string name(rest);
  aihow_store_table table{};
  table.struct_size = sizeof table;
  void* store = nullptr;
  call_back("open", [&](aihow_sink* failure) { return open(user_data, name.c_str(), &table, &store, failure); });
  auto made = std::make_unique<CallerStore>(to_table(&table, "table"), store, options.strict);
  made->own_user_data();
  return made;
}

}  // namespace

extern "C" {

int32_t aihow_answer_unchanged(aihow_answer* answer, aihow_error** error) {
  return guard(error, [&] { use<Answer>(answer)->unchanged = true; });
}

int32_t aihow_answer_document(aihow_answer* answer, const char* json, size_t length, const char* token, const aihow_uuid* commit_id,
                              aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<Answer>(answer);
    to->json = text(json, length, "json");
    to->token = optional_text(token, "token");
    if (commit_id != nullptr) to->commit_id = to_plain_uuid(*commit_id);
  });
}

int32_t aihow_answer_highest(aihow_answer* answer, uint64_t revision, aihow_error** error) {
  return guard(error, [&] { use<Answer>(answer)->highest = revision; });
}

int32_t aihow_answer_committed(aihow_answer* answer, int32_t committed, aihow_error** error) {
  return guard(error, [&] { use<Answer>(answer)->committed = truth(committed, "committed"); });
}

int32_t aihow_answer_stands(aihow_answer* answer, const aihow_revision* version, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<Answer>(answer);
    const aihow_revision& given = out(version, "version");
    to->stands = aihow::state::Version{to_plain_uuid(given.lineage), given.revision, std::string(text(given.token, "version.token"))};
  });
}

int32_t aihow_answer_notice(aihow_answer* answer, const char* text, aihow_error** error) {
  return guard(error, [&] { use<Answer>(answer)->notices.emplace_back(aihow::capi::text(text, "text")); });
}

int32_t aihow_answer_record(aihow_answer* answer, uint64_t revision, const char* json, size_t length, aihow_error** error) {
  return guard(error, [&] { use<Answer>(answer)->page.records.push_back({revision, std::string(text(json, length, "json"))}); });
}

int32_t aihow_answer_oldest_kept(aihow_answer* answer, uint64_t revision, aihow_error** error) {
  return guard(error, [&] { use<Answer>(answer)->page.oldest_kept = revision; });
}

int32_t aihow_answer_holder(aihow_answer* answer, const aihow_holder* holder, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<Answer>(answer);
    to->holder = to_holder(take<first_holder_size>(holder, "holder"));
  });
}

int32_t aihow_manager_open_store(const aihow_store_table* table, void* user_data, const aihow_manager_options* options, aihow_manager** manager,
                                 aihow_error** error) {
  return guard(error, [&] {
    const auto given = to_table(table, "table");
    Options wanted(options);
    out(manager, "manager");
    auto store = std::make_unique<CallerStore>(given, user_data, wanted.values.store.strict);
    CallerStore& kept = *store;
    Fresh<Manager> made(std::move(store), std::move(wanted.values), wanted.notices);
    kept.own_user_data();
    made->own_notices();
    *manager = made.open();
  });
}

int32_t aihow_store_register(const char* scheme, aihow_store_open open, void* user_data, aihow_error** error) {
  return guard(error, [&] {
    const std::string_view name = text(scheme, "scheme");
    if (open == nullptr) refuse("open", "is NULL");
    aihow::state::register_store(name, [open, user_data](std::string_view rest, const StoreOptions& options) -> std::unique_ptr<StateStore> {
      return open_registered(open, user_data, rest, options);
    });
  });
}
}
