// SPDX-License-Identifier: MIT
// ClusterView: a cluster as status, start and stop show it.
#pragma once
#include <aihow/state/json.hpp>
#include <aihow/state/observer.hpp>
#include <aihow/state/reconcile.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include "commands/view.hpp"
#include "output/table.hpp"
#include "provision/operations.hpp"

namespace aihow::tool {

/// What a command knows of a cluster.
struct ClusterFacts {
  state::SnapshotPtr snapshot;             ///< not null
  std::string location;                    ///< of the state
  std::optional<state::Holder> operation;  ///< who is at work on it
  std::vector<state::Difference> changes;  ///< what a refresh changed
  std::vector<state::Unreachable> unreachable;
  std::vector<state::Stranger> strangers;
  std::vector<ConfigDifference> differences;  ///< between configuration and what exists
  std::vector<std::string> without_address;   ///< VMs that start waited for in vain
};

class ClusterView final : public View {
 public:
  explicit ClusterView(ClusterFacts facts) : facts_(std::move(facts)) {}
  std::string table(bool color) const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override;

 private:
  ClusterFacts facts_;
};

/// One VM: as a table the same row, as JSON the document's object.
class VmView final : public View {
 public:
  explicit VmView(state::VMInfo vm) : vm_(std::move(vm)) {}
  std::string table(bool color) const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override { return {vm_.name}; }

 private:
  state::VMInfo vm_;
};

/// A VM's state, in its colour: `RUNNING (unreachable since 2025-10-21T14:32:15.123456Z)`.
Cell state_cell(const state::VMInfo& vm);

/// A member: a list of the document's own objects.
template <class Objects>
void write_list(JsonWriter& out, std::string_view name, const Objects& objects) {
  constexpr std::size_t typical = 512;
  out.expect(typical * (1 + objects.size())).key(name).begin_array();
  for (const auto& object : objects) out.raw(state::to_json(object));
  out.end_array();
}
/// The members `vms`, `networks`, `volumes`, `pools`.
void write_objects(JsonWriter& out, const state::ClusterState& cluster);

/// Who is at work: `hpc start (pid 4711 on lab, since 2025-10-21T14:32:15.123456Z)`, escaped; as JSON an object, or null.
std::string holder_text(const state::Holder& holder);
void write_holder(JsonWriter& out, const std::optional<state::Holder>& holder);

/// A UUID's text, nullopt for none.
std::optional<std::string> text_of(const std::optional<state::Uuid>& uuid);

/// What a refresh found wrong with a network, volume or pool: `missing since 2025-10-21T14:32:15.123456Z`, `off since …`; empty: nothing.
template <class Object>
std::string trouble_text(const Object& object) {
  if (object.missing_since) return "missing since " + object.missing_since->to_string();
  if constexpr (requires { object.inactive_since; }) {
    if (object.inactive_since) return "off since " + object.inactive_since->to_string();
  }
  return {};
}

/// `partial (2 unreachable since 2025-10-21T14:32:15.123456Z)`.
std::string status_text(const state::ClusterState& cluster);

/// `vm compute-01: state was RUNNING, is SHUTOFF (destroyed)`.
std::string sentence(const state::Difference& difference);

/// The sentences of what changed. A new reason of a VM whose state changed is in the sentence about the state.
std::vector<std::string> sentences(std::span<const state::Difference> changes);

/// `vm/compute-01`, each object once.
std::vector<std::string> changed_objects(std::span<const state::Difference> changes);

/// The members `unreachable` and `strangers` (or another name's).
void write_unreachable(JsonWriter& out, std::span<const state::Unreachable> unreachable);
void write_strangers(JsonWriter& out, std::span<const state::Stranger> strangers, std::string_view name = "strangers");
void write_changes(JsonWriter& out, std::span<const state::Difference> changes);
void write_differences(JsonWriter& out, std::span<const ConfigDifference> differences);

}  // namespace aihow::tool
