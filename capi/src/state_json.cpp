// SPDX-License-Identifier: MIT
// JSON of states and objects, and the members that the models do not know.
#include <aihow/state/json.hpp>
#include <algorithm>
#include "convert.hpp"
#include "error.hpp"
#include "models.hpp"
#include "objects.hpp"
#include "state.hpp"

using namespace aihow::state;
using namespace aihow::capi;

namespace {

template <class List>
struct ListMember;
template <class Object>
struct ListMember<std::vector<Object> ClusterState::*> {
  using type = Object;
};
/// What is in a list that is given as a member of ClusterState.
template <class List>
using ObjectIn = typename ListMember<List>::type;

/// Calls `call` with the list that a state has of a kind.
template <class Call>
decltype(auto) with_list(int32_t kind, Call&& call) {
  switch (to_kind(kind)) {
    case ObjectKind::vm:
      return call(&ClusterState::vms);
    case ObjectKind::network:
      return call(&ClusterState::networks);
    case ObjectKind::volume:
      return call(&ClusterState::volumes);
    case ObjectKind::pool:
      return call(&ClusterState::pools);
    case ObjectKind::cluster:
      break;
  }
  refuse("kind", "is the cluster itself: its JSON is that of the whole state");
}

[[noreturn]] void no_object(int32_t kind, std::size_t index) {
  throw Error(errc::not_found, "there is no " + std::string(to_string(to_kind(kind))) + " " + std::to_string(index));
}

/// The unknown members of an object; nullptr where there is no such object.
template <class S>
auto unknown_of(S& state, ObjectKind kind, std::size_t index) -> decltype(&state.unknown) {
  const auto in = [&](auto& list) { return index < list.size() ? &list[index].unknown : nullptr; };
  switch (kind) {
    case ObjectKind::cluster:
      return index == 0 ? &state.unknown : nullptr;
    case ObjectKind::vm:
      return in(state.vms);
    case ObjectKind::network:
      return in(state.networks);
    case ObjectKind::volume:
      return in(state.volumes);
    case ObjectKind::pool:
      return in(state.pools);
  }
  return nullptr;
}

/// Throws Error invalid where a member cannot be among the unknown ones of such an object.
void require_unknown(ObjectKind kind, std::string_view name, std::string_view json) {
  const UnknownMembers members{{std::string(name), std::string(json)}};
  ClusterState probe;
  probe.vms.resize(1);
  probe.networks.resize(1);
  probe.volumes.resize(1);
  probe.pools.resize(1);
  *unknown_of(probe, kind, 0) = members;
  write_document(probe);
}

}  // namespace

extern "C" {

int32_t aihow_state_to_json(const aihow_state* state, aihow_text** json, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    out(json, "json");
    auto made = Text::of_one();
    made->set(write_document(from->read()));
    *json = made.open();
  });
}

int32_t aihow_state_from_json(const char* json, size_t length, const char* path, aihow_state** state, aihow_error** error) {
  return guard(error, [&] {
    const std::string_view document = text(json, length, "json");
    const std::string_view name = path == nullptr ? std::string_view() : bytes(path, "path");
    out(state, "state");
    *state = Fresh<State>(read_document(document, name).state).open();
  });
}

int32_t aihow_state_get_json(const aihow_state* state, int32_t kind, size_t index, int32_t form, aihow_text** json, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    if (form != AIHOW_JSON_LINE && form != AIHOW_JSON_DOCUMENT) refuse("form", "is " + std::to_string(form) + ", which is no AIHOW_JSON_");
    out(json, "json");
    auto made = Text::of_one();
    with_list(kind, [&](auto list_of) {
      const auto& list = from->read().*list_of;
      if (index >= list.size()) no_object(kind, index);
      made->set(to_json(list[index], form == AIHOW_JSON_LINE ? JsonForm::line : JsonForm::document));
    });
    *json = made.open();
  });
}

int32_t aihow_state_set_json(aihow_state* state, int32_t kind, size_t index, const char* json, size_t length, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    with_list(kind, [&](auto list_of) {
      if (index >= (to->read().*list_of).size()) no_object(kind, index);
      auto made = object_from_json<ObjectIn<decltype(list_of)>>(text(json, length, "json"));
      (to->write(to_kind(kind), index).*list_of)[index] = std::move(made);
    });
  });
}

int32_t aihow_state_insert_json(aihow_state* state, int32_t kind, size_t index, const char* json, size_t length, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    with_list(kind, [&](auto list_of) {
      const std::size_t count = (to->read().*list_of).size();
      const std::size_t at = index == SIZE_MAX ? count : index;
      if (at > count) no_object(kind, index);
      auto made = object_from_json<ObjectIn<decltype(list_of)>>(text(json, length, "json"));
      auto& list = to->write().*list_of;
      list.insert(list.begin() + static_cast<std::ptrdiff_t>(at), std::move(made));
    });
  });
}

size_t aihow_state_unknown_count(const aihow_state* state, int32_t kind, size_t index) {
  const auto found = look<State>(state);
  if (!found || kind < AIHOW_KIND_CLUSTER || kind > AIHOW_KIND_POOL) return 0;
  const auto* const members = unknown_of(found->read(), static_cast<ObjectKind>(kind), index);
  return members == nullptr ? 0 : members->size();
}

int32_t aihow_state_get_unknown(const aihow_state* state, int32_t kind, size_t index, size_t which, const char** name, const char** json,
                                aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    if (unknown_of(from->read(), to_kind(kind), index) == nullptr) no_object(kind, index);
    const UnknownMembers& members = from->unknown(to_kind(kind), index);
    if (which >= members.size()) throw Error(errc::not_found, "there is no unknown member " + std::to_string(which));
    out(name, "name");
    out(json, "json");
    *name = members[which].name.c_str();
    *json = members[which].json.c_str();
  });
}

int32_t aihow_state_set_unknown(aihow_state* state, int32_t kind, size_t index, const char* name, const char* json, aihow_error** error) {
  return guard(error, [&] {
    const auto to = use<State>(state);
    const ObjectKind wanted = to_kind(kind);
    const std::string member(text(name, "name"));
    const auto value = json == nullptr ? std::nullopt : std::optional(std::string(text(json, "json")));
    if (unknown_of(to->read(), wanted, index) == nullptr) no_object(kind, index);
    if (value) require_unknown(wanted, member, *value);
    UnknownMembers& members = *unknown_of(to->write(wanted, index), wanted, index);
    const auto found = std::find_if(members.begin(), members.end(), [&](const UnknownMember& each) { return each.name == member; });
    if (!value) {
      if (found == members.end()) throw Error(errc::not_found, "there is no unknown member \"" + member + "\"");
      members.erase(found);
    } else if (found != members.end()) {
      found->json = *value;
    } else {
      members.push_back({member, *value});
    }
  });
}
}
