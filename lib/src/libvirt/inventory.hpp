// SPDX-License-Identifier: MIT
// Reading what only an object's own XML, or a call of its own, tells: for many objects, several calls on their way at once.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>
#include "libvirt/connection.hpp"
#include "libvirt/object_xml.hpp"

namespace aihow::libvirt::inline v0 {

/// An element a domain, network or pool; nullopt: it went away meanwhile. Throws Error as the calls do.
std::vector<std::optional<DomainFacts>> read_domains(Connection& connection, const std::vector<Domain>& domains);
std::vector<std::optional<NetworkFacts>> read_networks(Connection& connection, const std::vector<Network>& networks);

/// An element a domain; nullopt: its agent did not answer within `patience`, for whatever reason.
std::vector<std::optional<std::vector<InterfaceAddress>>> ask_agents(Connection& connection, const std::vector<Domain>& domains,
                                                                     std::chrono::milliseconds patience);

/// Capacities in bytes; nullopt: the volume is gone (also: libvirt still lists it, and its file is not there).
std::vector<std::optional<std::uint64_t>> ask_capacities(Connection& connection, const std::vector<Volume>& volumes);

/// Which of the PCI devices (`0000:01:00.0`) are displays; one that the host does not have is none.
std::vector<bool> are_displays(Connection& connection, const std::vector<std::string>& pci);

}  // namespace aihow::libvirt::inline v0
