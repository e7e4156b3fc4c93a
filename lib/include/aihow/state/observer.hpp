// SPDX-License-Identifier: MIT
// Observer: what the library asks about the world, and the answer.
#pragma once
#include <aihow/state/model.hpp>
#include <aihow/state/state_store.hpp>
#include <optional>
#include <string>
#include <vector>

namespace aihow::state::inline v0 {

/// What a hypervisor says of one VM. An empty optional: it did not say (and nothing is concluded from that).
struct VmObservation {
  std::string name;  ///< the VM's name in the cluster, not the domain's
  VMState state = VMState::UNDEFINED;
  std::string state_reason;
  std::string domain_name;
  std::optional<Uuid> domain_uuid;
  std::string hypervisor;  ///< connection URI that answered
  std::optional<std::int32_t> cpu_cores;
  std::optional<std::int32_t> memory_gb;
  std::optional<std::int32_t> gpu_count;
  std::optional<std::vector<std::string>> volumes;
  /// Outer nullopt: addresses could not be asked for; inner: it has none now.
  std::optional<std::optional<std::string>> ip_address;
};
struct NetworkObservation {
  std::string name;
  bool exists = false;
  bool active = false;
  std::optional<Uuid> uuid;
  std::optional<std::vector<std::string>> active_ips;  ///< sorted
  std::optional<std::string> subnet{};                 ///< CIDR; in the state's own spelling where both mean the same
  std::optional<std::string> bridge{};
};
struct VolumeObservation {
  std::string name;
  bool exists = false;
  std::int64_t size_gb = 0;
};
struct PoolObservation {
  std::string name;
  bool exists = false;
  bool active = false;
  std::optional<Uuid> uuid;
  std::optional<std::string> path{};
};

/// A hypervisor that could not be asked. Its VMs are in no list: they keep what was last known of them.
struct Unreachable {
  std::string hypervisor;
  std::string why;
};

/// Something that carries the cluster's mark or name, and that the state does not know.
struct Stranger {
  ObjectKind kind = ObjectKind::vm;
  std::string name;  ///< the hypervisor's name for it
  std::optional<Uuid> uuid;
  std::string why;   ///< a sentence
  bool own = false;  ///< by mark and UUID it is a member of the cluster; else a clone with copied metadata, or a namesake
};

struct Observation {
  Timestamp when;
  std::vector<VmObservation> vms;
  std::vector<NetworkObservation> networks;
  std::vector<VolumeObservation> volumes;
  std::vector<PoolObservation> pools;
  std::vector<Unreachable> unreachable;
  std::vector<Stranger> strangers;
};

/// Answers "what do you see of this cluster now, and by when must I know?".
/// Threads: one object, one thread at a time.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  /// Asks every hypervisor of the state's VMs, in bulk, and returns by the context's deadline: a hypervisor that has not answered by then is
  /// in `unreachable`. A VM that its hypervisor does not have is there as UNDEFINED. Changes nothing.
  /// Throws Error cancelled, out_of_memory; never for a hypervisor that is down.
  virtual Observation observe(const ClusterState& state, const Context& context) = 0;
};

}  // namespace aihow::state::inline v0
