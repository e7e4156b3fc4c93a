// SPDX-License-Identifier: MIT
// The addresses that a domain's guest agent tells.
#pragma once
#include <vector>
#include "libvirt/connection.hpp"

namespace aihow::libvirt::inline v0 {

/// On the worker thread. Loopback is left out. Throws Error.
std::vector<InterfaceAddress> agent_interfaces(const Caller& caller, virDomainPtr domain);

}  // namespace aihow::libvirt::inline v0
