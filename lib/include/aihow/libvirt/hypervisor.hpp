// SPDX-License-Identifier: MIT
// Hypervisor: one connection to libvirt, and the handles of what it manages. Thin: no policy lives here.
#pragma once
#include <aihow/state/error.hpp>
#include <aihow/state/state_store.hpp>
#include <aihow/state/uuid.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aihow::libvirt::inline v0 {

using state::Uuid;

struct HypervisorOptions {
  /// Bounds each answer, the opening included. A call that takes longer fails with `unreachable` and is left behind on its thread.
  std::chrono::milliseconds timeout{10'000};
  /// Bounds what makes the daemon work (starting, defining, building, creating, deleting) as long as it answers a probe meanwhile; a daemon that
  /// does not is left after `timeout`.
  std::chrono::milliseconds work_timeout{300'000};
  /// Told before and after each call to libvirt: "call virDomainCreate hpc-controller", "done virDomainCreate hpc-controller (12 ms)",
  /// "failed virDomainCreate hpc-controller: …". Called from the calling thread; must be thread-safe; may be empty.
  std::function<void(std::string_view)> trace;
};

/// A domain as the bulk call reports it.
struct DomainStatus {
  std::string name;
  Uuid uuid;
  int state = 0;   ///< virDomainState
  int reason = 0;  ///< virDomain…Reason of that state
  std::int32_t vcpus = 0;
  std::uint64_t max_memory_kib = 0;
  bool autostart = false;
};
struct NetworkStatus {
  std::string name;
  Uuid uuid;
  bool active = false;
  std::string bridge;
};
struct PoolStatus {
  std::string name;
  Uuid uuid;
  bool active = false;
};
struct VolumeStatus {
  std::string name;
  std::string path;
  std::uint64_t capacity_bytes = 0;
  std::uint64_t allocation_bytes = 0;
};
struct Lease {
  std::string mac;  ///< lower case, colons
  std::string address;
  std::string hostname;
  bool ipv6 = false;
  std::int64_t expires = 0;  ///< seconds since 1970; 0: never
};
struct InterfaceAddress {
  std::string interface;  ///< as the guest or libvirt names it
  std::string mac;
  std::string address;
};

class Connection;  // private: the virConnectPtr and the threads that call it
struct Access;     // private: makes these classes

/// A domain. Copies share one handle. Every method asks libvirt and throws Error: not_found where it is gone, unreachable, permission,
/// conflict where its present state does not allow the call ("domain is already running"), invalid (XML), unsupported, io; each with libvirt's
/// own message.
/// Threads: all classes here are safe from any thread.
class Domain {
 public:
  const std::string& name() const noexcept { return name_; }
  const Uuid& uuid() const noexcept { return uuid_; }

  DomainStatus status() const;  ///< state, reason, vcpus, memory
  std::string xml(bool inactive = false) const;
  std::vector<InterfaceAddress> agent_addresses() const;  ///< from the guest agent; loopback left out
  bool has_managed_save() const;

  void start() const;
  void shutdown() const;  ///< asks the guest (ACPI); returns at once
  void destroy() const;   ///< pulls the plug
  void reboot() const;
  void suspend() const;  ///< pause
  void resume() const;
  void wake() const;      ///< from PMSUSPENDED
  void undefine() const;  ///< with managed save, snapshot metadata and NVRAM
  void set_autostart(bool on) const;

 private:
  friend struct Access;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<void> handle_;
  std::string name_;
  Uuid uuid_;
};

class Network {
 public:
  const std::string& name() const noexcept { return name_; }
  const Uuid& uuid() const noexcept { return uuid_; }
  NetworkStatus status() const;
  std::string xml() const;
  std::vector<Lease> leases() const;  ///< empty where the network is not active
  void start() const;
  void destroy() const;  ///< deactivates it
  void undefine() const;
  /// Adds or removes a static DHCP reservation (a `<host>` element), in the definition and, where it is active, in the running network.
  void add_dhcp_host(std::string_view host_xml) const;
  void remove_dhcp_host(std::string_view host_xml) const;
  void set_autostart(bool on) const;

 private:
  friend struct Access;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<void> handle_;
  std::string name_;
  Uuid uuid_;
};

class Volume {
 public:
  const std::string& name() const noexcept { return name_; }
  const std::string& path() const noexcept { return path_; }
  VolumeStatus status() const;
  std::string xml() const;
  void remove() const;  ///< deletes the file

 private:
  friend struct Access;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<void> handle_;
  std::string name_;
  std::string path_;
};

class Pool {
 public:
  const std::string& name() const noexcept { return name_; }
  const Uuid& uuid() const noexcept { return uuid_; }
  PoolStatus status() const;
  std::string xml() const;
  void build() const;  ///< makes the directory
  void start() const;
  void refresh() const;
  void destroy() const;           ///< deactivates it; the files stay
  void remove_directory() const;  ///< virStoragePoolDelete: only an empty directory goes
  void undefine() const;
  void set_autostart(bool on) const;

  std::vector<VolumeStatus> volumes() const;  ///< one bulk list, plus one call per volume
  std::optional<Volume> find_volume(std::string_view name) const;
  Volume create_volume(std::string_view xml) const;

 private:
  friend struct Access;
  std::shared_ptr<Connection> connection_;
  std::shared_ptr<void> handle_;
  std::string name_;
  Uuid uuid_;
};

/// One connection. Opening loads libvirt at first need (Error unsupported where it is not installed), registers its event loop before, turns
/// keep-alive on where the transport has it, and is bounded by the timeout. Closing never waits for a daemon that hangs.
class Hypervisor {
 public:
  /// Throws Error unreachable (names the URI, libvirt's message, and what to check), permission, unsupported, invalid (a malformed URI), cancelled.
  static Hypervisor open(std::string_view uri, HypervisorOptions options = {}, const state::Context& context = {});

  const std::string& uri() const noexcept;
  bool alive() const;

  std::vector<DomainStatus> domains() const;  ///< all, active or not; one bulk call where the driver has it
  std::vector<NetworkStatus> networks() const;
  std::vector<PoolStatus> pools() const;

  std::optional<Domain> find_domain(std::string_view name) const;
  std::optional<Domain> find_domain(const Uuid& uuid) const;
  std::optional<Network> find_network(std::string_view name) const;
  std::optional<Network> find_network(const Uuid& uuid) const;
  std::optional<Pool> find_pool(std::string_view name) const;
  std::optional<Pool> find_pool(const Uuid& uuid) const;
  std::optional<Volume> find_volume_by_path(std::string_view path) const;

  /// Defines from XML. Never use it where an object of that name exists: libvirt replaces one of the same name and UUID in silence.
  Domain define_domain(std::string_view xml) const;
  Network define_network(std::string_view xml) const;
  Pool define_pool(std::string_view xml) const;

  std::string capabilities_xml() const;
  /// PCI addresses (`0000:01:00.0`) of the host's devices; unsupported where the driver cannot tell.
  std::vector<std::string> pci_devices() const;

 private:
  friend struct Access;
  explicit Hypervisor(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  std::shared_ptr<Connection> connection_;
};

/// libvirt's reason for a domain's state, in words: reason_to_string(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED) is "crashed". A state
/// that is not known: "state N"; a known state's unknown reason: "reason N"; VIR_DOMAIN_*_UNKNOWN: "".
std::string reason_to_string(int state, int reason);

}  // namespace aihow::libvirt::inline v0
