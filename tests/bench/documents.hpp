// SPDX-License-Identifier: MIT
// The states that the benchmarks read, write and look at.
#pragma once
#include <aihow/state/model.hpp>
#include <cstddef>

namespace aihow::bench {

/// A cluster as the command leaves it once started: `vms` running machines, each with an address, its disk, and libvirt's name and UUID.
/// Equal counts give equal states. At most 4 million.
state::ClusterState cluster(std::size_t vms);

}  // namespace aihow::bench
