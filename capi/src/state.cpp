// SPDX-License-Identifier: MIT
// State handles: making, copying, comparing.
#include "state.hpp"
#include <aihow/state/impl/objects.ipp>
#include <aihow/state/validate.hpp>
#include "convert.hpp"
#include "error.hpp"
#include "models.hpp"
#include "objects.hpp"

namespace aihow::capi {

using namespace state;

template <class Objects, class Member>
const char* const* Frozen::list(Lists& lists, const Objects& objects, Member member, std::size_t index) {
  lists.made.once([&] {
    TextList texts;
    std::vector<std::size_t> begins;
    begins.reserve(objects.size());
    for (const auto& object : objects) {
      begins.push_back(texts.size());
      for (const std::string& each : object.*member) texts.push_back(each.c_str());
    }
    lists.texts = std::move(texts);
    lists.begins = std::move(begins);
  });
  return lists.texts.data() + lists.begins[index];
}

const char* const* Frozen::volumes(std::size_t index) const { return list(volumes_, snapshot_->state.vms, &VMInfo::volumes, index); }
const char* const* Frozen::active_ips(std::size_t index) const {
  return list(active_ips_, snapshot_->state.networks, &NetworkInfo::active_ips, index);
}

std::size_t Frozen::find_vm(std::string_view name) const {
  indexed_.once([&] {
    const auto& vms = snapshot_->state.vms;
    std::unordered_map<std::string_view, std::size_t> index;
    index.reserve(vms.size());
    for (std::size_t i = 0; i < vms.size(); ++i) index.try_emplace(vms[i].name, i);
    index_ = std::move(index);
  });
  const auto found = index_.find(name);
  return found == index_.end() ? SIZE_MAX : found->second;
}

template <class T>
struct State::Shown : ShownBase {
  explicit Shown(const T& from) : object(from) {
    if constexpr (requires { object.volumes.front().c_str(); }) list_texts(object.volumes);
    else if constexpr (requires { object.active_ips; }) list_texts(object.active_ips);
  }
  void list_texts(const std::vector<std::string>& from) {
    for (const std::string& each : from) texts.push_back(each.c_str());
  }
  T object;
  TextList texts;
};

template <class T>
const State::Shown<T>& State::show(ObjectKind kind, std::size_t index, const T& object) const {
  auto& place = shown_[{kind, index}];
  if (!place) place = std::make_unique<Shown<T>>(object);
  return static_cast<const Shown<T>&>(*place);
}

ClusterState& State::write(ObjectKind kind, std::size_t index) {
  if (frozen_) refuse(name, "is a snapshot, which never changes: make a working copy with aihow_state_copy()");
  if (const auto found = shown_.find({kind, index}); found != shown_.end()) {
    shown_before_.push_back(std::move(found->second));
    shown_.erase(found);
  }
  return lent_ != nullptr ? *lent_ : own_;
}

ClusterState& State::write(const char* argument) {
  if (frozen_) refuse(argument, "is a snapshot, which never changes: make a working copy with aihow_state_copy()");
  shown_before_.reserve(shown_before_.size() + shown_.size());
  for (auto& [key, shown] : shown_) shown_before_.push_back(std::move(shown));
  shown_.clear();
  return lent_ != nullptr ? *lent_ : own_;
}

void State::forget_shown() noexcept {
  shown_.clear();
  shown_before_.clear();
}

ClusterState State::copy() const {
  ClusterState out = read();
  if (frozen_) out.origin.snapshot = frozen_->snapshot();
  return out;
}

aihow_cluster State::cluster() const { return view(frozen_ ? read() : show(ObjectKind::cluster, 0, state::detail::root_of(read())).object); }
aihow_vm State::vm(std::size_t index) const {
  const VMInfo& vm = read().vms[index];
  if (frozen_) return view(vm, frozen_->volumes(index));
  const auto& shown = show(ObjectKind::vm, index, vm);
  return view(shown.object, shown.texts.data());
}
aihow_network State::network(std::size_t index) const {
  const NetworkInfo& network = read().networks[index];
  if (frozen_) return view(network, frozen_->active_ips(index));
  const auto& shown = show(ObjectKind::network, index, network);
  return view(shown.object, shown.texts.data());
}
aihow_volume State::volume(std::size_t index) const {
  const VolumeInfo& volume = read().volumes[index];
  return view(frozen_ ? volume : show(ObjectKind::volume, index, volume).object);
}
aihow_pool State::pool(std::size_t index) const {
  const PoolInfo& pool = read().pools[index];
  return view(frozen_ ? pool : show(ObjectKind::pool, index, pool).object);
}

const UnknownMembers& State::unknown(ObjectKind kind, std::size_t index) const {
  const auto of = [&](const auto& object) -> const UnknownMembers& { return frozen_ ? object.unknown : show(kind, index, object).object.unknown; };
  switch (kind) {
    case ObjectKind::vm:
      return of(read().vms[index]);
    case ObjectKind::network:
      return of(read().networks[index]);
    case ObjectKind::volume:
      return of(read().volumes[index]);
    case ObjectKind::pool:
      return of(read().pools[index]);
    case ObjectKind::cluster:
      break;
  }
  return frozen_ ? read().unknown : show(kind, 0, state::detail::root_of(read())).object.unknown;
}

std::size_t State::find_vm(std::string_view name) const {
  if (frozen_) return frozen_->find_vm(name);
  const auto& vms = read().vms;
  const VMInfo* const found = find_by_name(vms, name);
  return found == nullptr ? SIZE_MAX : static_cast<std::size_t>(found - vms.data());
}

}  // namespace aihow::capi

using namespace aihow::state;
using namespace aihow::capi;

extern "C" {

int32_t aihow_state_new(const char* cluster_name, const char* cluster_type, aihow_state** state, aihow_error** error) {
  return guard(error, [&] {
    ClusterState made;
    made.cluster_name = text(cluster_name, "cluster_name");
    made.cluster_type = text(cluster_type, "cluster_type");
    made.status = derive_status(made.vms);
    out(state, "state");
    *state = Fresh<State>(std::move(made)).open();
  });
}

int32_t aihow_state_copy(const aihow_state* state, aihow_state** copy, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    out(copy, "copy");
    *copy = Fresh<State>(from->copy()).open();
  });
}

void aihow_state_free(const aihow_state* state) {
  {
    const auto found = look<State>(state);
    if (!found || found->is_lent()) return;
  }
  close<State>(state);
}

int32_t aihow_state_validate(const aihow_state* state, aihow_error** error) {
  return guard(error, [&] { require_valid(use<State>(state)->read()); });
}

int32_t aihow_state_equal(const aihow_state* a, const aihow_state* b, int32_t* equal, aihow_error** error) {
  return guard(error, [&] {
    const auto left = use<State>(a, "a");
    const auto right = use<State>(b, "b");
    out(equal, "equal") = left->read() == right->read() ? 1 : 0;
  });
}

int32_t aihow_state_notices(const aihow_state* state, aihow_text** notices, aihow_error** error) {
  return guard(error, [&] {
    const auto from = use<State>(state);
    out(notices, "notices");
    Fresh<Text> made;
    if (from->frozen() != nullptr) made->texts = from->frozen()->snapshot()->notices;
    *notices = made.open();
  });
}

const char* aihow_state_token(const aihow_state* state) {
  const auto found = look<State>(state);
  return found && found->frozen() != nullptr ? found->frozen()->snapshot()->version.token.c_str() : "";
}
}
