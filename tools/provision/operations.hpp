// SPDX-License-Identifier: MIT
// The operations on a cluster: start, stop, destroy, and those on one VM. Each holds the operation lock from first look to last commit.
#pragma once
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/state/manager.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>
#include "config/model.hpp"
#include "output/reporter.hpp"

namespace aihow::tool {

/// What an operation works with. `hypervisor` opens the connection at its first use.
struct World {
  state::ClusterStateManager& manager;
  std::function<libvirt::Hypervisor()> connect;
  std::string uri;  ///< recorded as the VMs' hypervisor
  Reporter& reporter;
  std::stop_token stop;  ///< Ctrl-C
  std::chrono::milliseconds timeout{10'000};
};

/// An operation that failed in an orderly way (exit 1 unless `code` says otherwise). what() says what failed, why, what was undone, what to do.
class OperationFailed : public std::runtime_error {
 public:
  explicit OperationFailed(const std::string& text, std::optional<state::errc> cause = std::nullopt) : std::runtime_error(text), cause_(cause) {}
  const std::optional<state::errc>& cause() const noexcept { return cause_; }

 private:
  std::optional<state::errc> cause_;
};

/// A difference between the configuration and what exists, which an operation does not change: `vm compute-01: memory_gb is 4, the configuration says
/// 8`.
struct ConfigDifference {
  std::string object;  ///< `vm compute-01`
  std::string field;   ///< `memory_gb`; empty: the object as a whole
  std::string exists;
  std::string wanted;
  std::string sentence() const;
};

struct StartOptions {
  std::optional<std::chrono::seconds> wait;  ///< return when every VM has an address
  bool trust_image = false;
  bool skip_host_checks = false;
  bool skip_pcie_validation = false;
};
struct StartResult {
  state::SnapshotPtr snapshot;
  std::vector<ConfigDifference> differences;  ///< not empty: exit 1
  std::vector<std::string> without_address;   ///< names of VMs; not empty: the wait ended; exit 1
  bool cancelled = false;                     ///< by Ctrl-C, when the cluster was made already; exit 1
};
/// Makes the cluster of a configuration run: creates what is missing, starts what is stopped. Idempotent and resumable.
StartResult start_cluster(World& world, const ClusterConfig& config, const StartOptions& options);

struct StopOptions {
  std::chrono::seconds shutdown_timeout{60};
};
/// Shuts the VMs of the state down (ACPI, then force). `config`, where given, must be the state's cluster. `type`: `hpc` or `cloud`.
state::SnapshotPtr stop_cluster(World& world, std::string_view type, const ClusterConfig* config, std::string_view cluster_name,
                                const StopOptions& options);

struct DestroyOptions {
  std::chrono::seconds shutdown_timeout{60};
  /// Asked with what goes, before anything is done; false: nothing happens. Empty: not asked.
  std::function<bool(const std::vector<std::string>& goes)> confirm;
};
/// Removes everything that is the cluster's own, and its state. Returns its name; nullopt where `confirm` declined.
std::optional<std::string> destroy_cluster(World& world, std::string_view type, const ClusterConfig* config, std::string_view cluster_name,
                                           const DestroyOptions& options);

/// Refreshes the state from libvirt. Where there is no state: adopts the marked cluster of that type (and name, where given), and says so.
/// Throws Error not_found with a sentence that says how to make a cluster; invalid where several fit.
/// `min_interval`: as ClusterStateManager::refresh().
state::Refresh cluster_status(World& world, std::string_view type, std::string_view cluster_name, std::chrono::milliseconds min_interval = {});

enum class VmAction : std::uint8_t { start, stop, restart, pause, resume };
/// One VM of the cluster in the state; returns what libvirt reports afterwards. Throws Error not_found, OperationFailed.
state::VMInfo vm_action(World& world, std::string_view name, VmAction action, const StopOptions& options);

}  // namespace aihow::tool
