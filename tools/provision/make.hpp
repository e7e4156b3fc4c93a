// SPDX-License-Identifier: MIT
// Maker: the acts of `start`, each with its undo and its record.
#pragma once
#include <cstddef>
#include <vector>
#include "provision/recorder.hpp"
#include "provision/side_by_side.hpp"
#include "provision/start_work.hpp"
#include "provision/undo.hpp"
#include "provision/xml.hpp"

namespace aihow::tool {

/// Makes parts that run side by side. Everything it is given must outlive them.
class Maker {
 public:
  Maker(World& world, const libvirt::Hypervisor& hypervisor, const ClusterConfig& config, const StartWork& work, Recorder& recorder, UndoList& undo);

  struct Parts {
    std::vector<Part> parts;
    std::size_t steps = 0;
  };
  Parts foundation_parts() const;  ///< network and pool
  Parts vm_parts() const;          ///< each VM: disk, domain, power; needs the foundation

 private:
  void make_network() const;
  void start_network() const;
  void make_pool() const;
  void start_pool() const;
  void make_vm(const VmWork& vm, const std::stop_token& stop) const;
  void make_volume(const VmWork& vm, const std::stop_token& stop) const;
  void reserve_address(const VmWork& vm) const;
  void define(const VmWork& vm) const;
  void power(const VmWork& vm, const std::stop_token& stop) const;
  std::optional<state::Timestamp> recorded_creation(const std::string& vm) const;
  std::optional<std::size_t> add_power_undo(const VmWork& vm, const state::Uuid& uuid) const;

  libvirt::Network network() const;
  libvirt::Pool pool() const;
  libvirt::Domain domain(const VmWork& vm) const;

  World& world_;
  const libvirt::Hypervisor& hypervisor_;
  const ClusterConfig& config_;
  const StartWork& work_;
  Recorder& recorder_;
  UndoList& undo_;
  HostInfo host_;
};

}  // namespace aihow::tool
