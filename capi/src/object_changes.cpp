// SPDX-License-Identifier: MIT
#include "object_changes.hpp"
#include "convert.hpp"
#include "error.hpp"
#include "objects.hpp"
#include "state.hpp"

namespace aihow::capi {
namespace {

constexpr std::size_t first_change_size = offsetof(aihow_object_change, fields) + sizeof(std::size_t);
constexpr std::size_t first_field_size = offsetof(aihow_field_change, after) + sizeof(const char*);

}  // namespace
}  // namespace aihow::capi

using namespace aihow::capi;
using aihow::state::FieldChange;
using aihow::state::ObjectChange;

extern "C" {

size_t aihow_changes_count(const aihow_changes* changes) {
  const auto found = look<ObjectChanges>(changes);
  return found ? found->list->size() : 0;
}

int32_t aihow_changes_get(const aihow_changes* changes, size_t index, aihow_object_change* change, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<ObjectChanges>(changes);
    const ObjectChange& found = item(*of->list, index, "change");
    give<first_change_size>(change,
                            aihow_object_change{0, static_cast<int32_t>(found.kind), 0, found.name.c_str(), found.before.c_str(), found.after.c_str(),
                                                found.fields.size()},
                            "change");
  });
}

int32_t aihow_changes_field(const aihow_changes* changes, size_t index, size_t which, aihow_field_change* field, aihow_error** error) {
  return guard(error, [&] {
    const auto of = use<ObjectChanges>(changes);
    const FieldChange& found = item(item(*of->list, index, "change").fields, which, "field");
    give<first_field_size>(field, aihow_field_change{0, found.field.c_str(), found.before.c_str(), found.after.c_str()}, "field");
  });
}

void aihow_changes_free(aihow_changes* changes) { close<ObjectChanges>(changes); }

int32_t aihow_state_changes(const aihow_state* before, const aihow_state* after, aihow_changes** changes, aihow_error** error) {
  return guard(error, [&] {
    const auto one = use<State>(before, "before");
    const auto other = use<State>(after, "after");
    out(changes, "changes");
    Fresh<ObjectChanges> made;
    made->list = std::make_shared<std::vector<ObjectChange>>(aihow::state::object_changes(one->read(), other->read()));
    *changes = made.open();
  });
}

int32_t aihow_state_json_patch(const aihow_state* before, const aihow_state* after, aihow_text** patch, aihow_error** error) {
  return guard(error, [&] {
    const auto one = use<State>(before, "before");
    const auto other = use<State>(after, "after");
    out(patch, "patch");
    auto made = Text::of_one();
    made->set(aihow::state::json_patch(one->read(), other->read()));
    *patch = made.open();
  });
}
}
