// SPDX-License-Identifier: MIT
// The whole model: plain data with value semantics. No I/O, no libvirt, no JSON, no Boost.
#pragma once
#include <aihow/state/cluster_state.hpp>
#include <aihow/state/error.hpp>
