// SPDX-License-Identifier: MIT
#include "libvirt/lifecycle_event.hpp"
#include <libvirt/libvirt.h>
#include <aihow/libvirt/hypervisor.hpp>
#include <vector>
#include "catch.hpp"

using namespace aihow::libvirt;
using aihow::state::VMState;

TEST_CASE("every event that libvirt has for a state means that state", "[libvirt][events]") {
  struct Row {
    int event;
    int details;  ///< 0 … details - 1 are known
    VMState state;
    int libvirt_state;
  };
  const std::vector<Row> rows{
      {VIR_DOMAIN_EVENT_STARTED, 5, VMState::RUNNING, VIR_DOMAIN_RUNNING},
      {VIR_DOMAIN_EVENT_SUSPENDED, 9, VMState::PAUSED, VIR_DOMAIN_PAUSED},
      {VIR_DOMAIN_EVENT_RESUMED, 5, VMState::RUNNING, VIR_DOMAIN_RUNNING},
      {VIR_DOMAIN_EVENT_STOPPED, 7, VMState::SHUTOFF, VIR_DOMAIN_SHUTOFF},
      {VIR_DOMAIN_EVENT_SHUTDOWN, 3, VMState::DYING, VIR_DOMAIN_SHUTDOWN},
      {VIR_DOMAIN_EVENT_PMSUSPENDED, 2, VMState::PMSUSPENDED, VIR_DOMAIN_PMSUSPENDED},
      {VIR_DOMAIN_EVENT_CRASHED, 1, VMState::CRASHED, VIR_DOMAIN_CRASHED},
  };
  for (const Row& row : rows) {
    for (int detail = 0; detail < row.details; ++detail) {
      CAPTURE(row.event, detail);
      const auto meaning = meaning_of(row.event, detail);
      REQUIRE(meaning);
      CHECK(meaning->state == row.state);
      // Its reason is one that the domain can have in that state.
      bool is_reason = meaning->reason.empty();
      for (int reason = 0; reason < 16; ++reason) is_reason = is_reason || reason_to_string(row.libvirt_state, reason) == meaning->reason;
      CHECK(is_reason);
    }
  }
  CHECK(meaning_of(VIR_DOMAIN_EVENT_STOPPED, VIR_DOMAIN_EVENT_STOPPED_CRASHED)->reason == "crashed");
  CHECK(meaning_of(VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_IOERROR)->reason == "ioerror");
}

TEST_CASE("a detail that is not known keeps the event's state, an event that is not known says nothing", "[libvirt][events]") {
  CHECK(meaning_of(VIR_DOMAIN_EVENT_STOPPED, 99)->state == VMState::SHUTOFF);
  CHECK(meaning_of(VIR_DOMAIN_EVENT_STOPPED, 99)->reason.empty());
  CHECK_FALSE(meaning_of(99, 0));
  for (const int event : {VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_UNDEFINED}) CHECK_FALSE(meaning_of(event, 0));
  CHECK_FALSE(meaning_of(VIR_DOMAIN_EVENT_CRASHED, VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED));
}
