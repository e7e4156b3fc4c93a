// SPDX-License-Identifier: MIT
#include <aihow/state/reconcile.hpp>
#include <functional>
#include <random>
#include "catch.hpp"
#include "states.hpp"

using namespace aihow::state;

namespace {

VmObservation see(const VMInfo& vm) {
  VmObservation out;
  out.name = vm.name;
  out.state = vm.state;
  out.state_reason = vm.state_reason;
  return out;
}

/// An observation that agrees with the state, made at second 100.
Observation agreeing(const ClusterState& state) {
  Observation out;
  out.when = at_second(100);
  for (const VMInfo& vm : state.vms) out.vms.push_back(see(vm));
  for (const NetworkInfo& network : state.networks) out.networks.push_back({network.name, true, true, network.uuid, network.active_ips});
  for (const VolumeInfo& volume : state.volumes) out.volumes.push_back({volume.name, true, volume.size_gb});
  for (const PoolInfo& pool : state.pools) out.pools.push_back({pool.name, true, true, pool.uuid});
  return out;
}

struct Row {
  std::string field, expected, found;
  std::function<void(Observation&)> edit;
  ObjectKind kind = ObjectKind::vm;
  std::string name = "a";
};

}  // namespace

TEST_CASE("an observation that agrees only touches last_seen", "[reconcile]") {
  ClusterState state = make_state();
  const Observation observation = agreeing(state);
  CHECK(reconcile(state, observation).empty());
  ClusterState expected = state;
  for (VMInfo& vm : expected.vms) vm.last_seen = at_second(100);
  const Applied applied = apply(state, observation);
  CHECK_FALSE(applied.changed);
  CHECK(applied.touched);
  CHECK(state == expected);
  CHECK_FALSE(apply(state, observation).touched);
}

TEST_CASE("each observed member is reported and then taken up", "[reconcile]") {
  const std::vector<Row> rows{
      {"state", "SHUTOFF", "RUNNING", [](Observation& o) { o.vms[0].state = VMState::RUNNING; }},
      {"state_reason", "", "booted", [](Observation& o) { o.vms[0].state_reason = "booted"; }},
      {"cpu_cores", "2", "8", [](Observation& o) { o.vms[0].cpu_cores = 8; }},
      {"memory_gb", "4", "16", [](Observation& o) { o.vms[0].memory_gb = 16; }},
      {"gpu_count", "0", "1", [](Observation& o) { o.vms[0].gpu_count = 1; }},
      {"volumes", "", "/x, /y",
       [](Observation& o) {
         o.vms[0].volumes = {"/x", "/y"};
       }},
      {"ip_address", "none", "192.168.100.10", [](Observation& o) { o.vms[0].ip_address = std::optional<std::string>("192.168.100.10"); }},
      {"domain_name", "", "demo-a", [](Observation& o) { o.vms[0].domain_name = "demo-a"; }},
      {"domain_uuid", "none", Uuid{{7}}.to_string(), [](Observation& o) { o.vms[0].domain_uuid = Uuid{{7}}; }},
      {"active_ips", "192.168.100.10, 192.168.100.11", "192.168.100.10", [](Observation& o) { o.networks[0].active_ips->pop_back(); },
       ObjectKind::network, "lan"},
      {"uuid", "none", Uuid{{7}}.to_string(), [](Observation& o) { o.networks[0].uuid = Uuid{{7}}; }, ObjectKind::network, "lan"},
      {"size_gb", "10", "12", [](Observation& o) { o.volumes[0].size_gb = 12; }, ObjectKind::volume, "a-disk"},
      {"uuid", "none", Uuid{{7}}.to_string(), [](Observation& o) { o.pools[0].uuid = Uuid{{7}}; }, ObjectKind::pool, "disks"},
      {"exists", "true", "false", [](Observation& o) { o.networks[0].exists = false; }, ObjectKind::network, "lan"},
      {"active", "true", "false", [](Observation& o) { o.networks[0].active = false; }, ObjectKind::network, "lan"},
      {"exists", "true", "false", [](Observation& o) { o.volumes[0].exists = false; }, ObjectKind::volume, "a-disk"},
      {"exists", "true", "false", [](Observation& o) { o.pools[0].exists = false; }, ObjectKind::pool, "disks"},
      {"active", "true", "false", [](Observation& o) { o.pools[0].active = false; }, ObjectKind::pool, "disks"},
  };
  for (const Row& row : rows) {
    ClusterState state = make_state();
    Observation observation = agreeing(state);
    row.edit(observation);
    const auto differences = reconcile(state, observation);
    INFO(row.field);
    REQUIRE(differences.size() == 1);
    const Difference& difference = differences[0];
    CHECK(difference.kind == row.kind);
    CHECK(difference.name == row.name);
    CHECK(difference.field == row.field);
    CHECK(difference.expected == row.expected);
    CHECK(difference.found == row.found);
    CHECK(apply(state, observation).changed);
    CHECK(reconcile(state, observation).empty());
    CHECK_FALSE(apply(state, observation).changed);
  }
}

TEST_CASE("an address that became another is reported with both and taken up", "[reconcile]") {
  ClusterState state = make_state();
  state.vms[0].ip_address = "192.168.100.10";
  Observation observation = agreeing(state);
  observation.vms[0].ip_address = std::optional<std::string>("192.168.100.77");
  const auto differences = reconcile(state, observation);
  REQUIRE(differences.size() == 1);
  CHECK(differences[0].name == "a");
  CHECK(differences[0].field == "ip_address");
  CHECK(differences[0].expected == "192.168.100.10");
  CHECK(differences[0].found == "192.168.100.77");
  CHECK(apply(state, observation).changed);
  CHECK(state.vms[0].ip_address == "192.168.100.77");
  CHECK(reconcile(state, observation).empty());
}

TEST_CASE("another identity than the recorded one is reported with both and taken up", "[reconcile]") {
  ClusterState state = make_state();
  state.vms[0].domain_uuid = Uuid{{1}};
  state.networks[0].uuid = Uuid{{1}};
  state.pools[0].uuid = Uuid{{1}};
  Observation observation = agreeing(state);
  observation.vms[0].domain_uuid = Uuid{{2}};
  observation.networks[0].uuid = Uuid{{2}};
  observation.pools[0].uuid = Uuid{{2}};
  const auto differences = reconcile(state, observation);
  REQUIRE(differences.size() == 3);
  for (const Difference& difference : differences) CHECK(difference.expected == Uuid{{1}}.to_string());
  CHECK(apply(state, observation).changed);
  CHECK(state.vms[0].domain_uuid == Uuid{{2}});
  CHECK(reconcile(state, observation).empty());
}

TEST_CASE("what is gone or off is so since it was first found, until it is back", "[reconcile]") {
  ClusterState state = make_state();
  const Observation there = agreeing(state);
  Observation gone = there;
  gone.networks[0].active = false;
  gone.volumes[0].exists = false;
  gone.pools[0].exists = false;
  CHECK(apply(state, gone).changed);
  gone.when = at_second(200);
  CHECK_FALSE(apply(state, gone).changed);
  CHECK(state.networks[0].inactive_since == at_second(100));
  CHECK_FALSE(state.networks[0].missing_since);
  CHECK(state.volumes[0].missing_since == at_second(100));
  CHECK(state.pools[0].missing_since == at_second(100));

  const auto back = reconcile(state, there);
  REQUIRE(back.size() == 3);
  CHECK(back[0] == Difference{ObjectKind::network, "lan", "active", "false", "true", {}});
  CHECK(back[1] == Difference{ObjectKind::volume, "a-disk", "exists", "false", "true", {}});
  CHECK(back[2] == Difference{ObjectKind::pool, "disks", "exists", "false", "true", {}});
  CHECK(apply(state, there).changed);
  CHECK_FALSE(state.networks[0].inactive_since);
  CHECK_FALSE(state.volumes[0].missing_since);
  CHECK_FALSE(state.pools[0].missing_since);
}

TEST_CASE("nothing is concluded from what was not said", "[reconcile]") {
  ClusterState state = make_state();
  state.vms[0].ip_address = "192.168.100.10";
  state.vms[0].volumes = {"/x"};
  state.vms[0].domain_name = "demo-a";
  state.vms[0].domain_uuid = Uuid{{1}};
  state.vms[0].hypervisor = "qemu:///system";
  Observation observation = agreeing(state);
  observation.networks[0].active_ips.reset();
  CHECK(reconcile(state, observation).empty());
  CHECK_FALSE(apply(state, observation).changed);

  observation.vms[0].ip_address = std::optional<std::string>();
  CHECK(reconcile(state, observation).at(0).found == "none");
  CHECK(apply(state, observation).changed);
  CHECK(state.vms[0].ip_address == std::nullopt);
}

TEST_CASE("objects that were not observed, and observations of unknown objects, change nothing", "[reconcile]") {
  ClusterState state = make_state();
  const ClusterState before = state;
  Observation observation;
  observation.when = at_second(100);
  observation.vms.push_back(see(make_vm("stranger", VMState::RUNNING)));
  observation.networks.push_back({"other", true, true, {}, {}});
  CHECK(reconcile(state, observation).empty());
  const Applied applied = apply(state, observation);
  CHECK_FALSE(applied.changed);
  CHECK_FALSE(applied.touched);
  CHECK(state == before);
}

TEST_CASE("an unreachable VM keeps what was known of it, since the first silence", "[reconcile]") {
  ClusterState state = make_state();
  state.vms[0].hypervisor = "qemu+ssh://one/system";
  state.vms[0].state = VMState::RUNNING;
  state.vms[1].hypervisor = "qemu+ssh://two/system";
  state.vms[2].hypervisor = "";
  Observation silence = agreeing(state);
  silence.vms.erase(silence.vms.begin());
  silence.vms.pop_back();
  silence.unreachable = {{"qemu+ssh://one/system", "no answer within 10 s"}};

  const auto differences = reconcile(state, silence);
  REQUIRE(differences.size() == 2);
  CHECK(differences[0].name == "a");
  CHECK(differences[0].field == "unreachable_since");
  CHECK(differences[0].reason == "no answer within 10 s");
  CHECK(differences[1].name == "c");

  CHECK(apply(state, silence).changed);
  CHECK(state.vms[0].unreachable_since == at_second(100));
  CHECK(state.vms[0].state == VMState::RUNNING);
  CHECK(state.vms[0].last_seen == at_second(0));
  CHECK(state.vms[1].unreachable_since == std::nullopt);
  CHECK(state.vms[1].last_seen == at_second(100));

  silence.when = at_second(200);
  CHECK(reconcile(state, silence).empty());
  CHECK_FALSE(apply(state, silence).changed);
  CHECK(state.vms[0].unreachable_since == at_second(100));

  const Observation back = agreeing(state);
  CHECK(reconcile(state, back).size() == 2);
  CHECK(apply(state, back).changed);
  CHECK(state.vms[0].unreachable_since == std::nullopt);
  CHECK(state.vms[0].last_seen == at_second(100));
}

TEST_CASE("pending stays, and a pending object is not reported as gone", "[reconcile]") {
  ClusterState state = make_state();
  state.networks[0].pending = Pending::create;
  state.volumes[0].pending = Pending::remove;
  state.pools[0].pending = Pending::create;
  Observation observation = agreeing(state);
  observation.networks[0].exists = false;
  observation.volumes[0].exists = false;
  observation.pools[0].exists = false;
  CHECK(reconcile(state, observation).empty());
  const ClusterState before = state;
  CHECK_FALSE(apply(state, observation).changed);
  CHECK(state.networks == before.networks);

  // One that is there is missing no more, whatever is to be done with it.
  state.pools[0].missing_since = at_second(50);
  observation.pools[0].exists = true;
  observation.pools[0].active = false;
  CHECK(reconcile(state, observation).size() == 1);
  CHECK(apply(state, observation).changed);
  CHECK_FALSE(state.pools[0].missing_since);
  CHECK_FALSE(state.pools[0].inactive_since);
}

TEST_CASE("where things are is reported and taken up, where both say it", "[reconcile]") {
  ClusterState state = make_state();
  state.vms[0].hypervisor = "qemu+ssh://one/system";
  state.pools[0].owns_directory = true;
  const ClusterState before = state;
  Observation observation = agreeing(state);
  observation.vms[0].hypervisor = "qemu+ssh://two/system";
  observation.networks[0].subnet = "10.0.0.0/8";
  observation.networks[0].bridge = "virbr7";
  observation.pools[0].path = "/elsewhere";
  const auto differences = reconcile(state, observation);
  std::vector<std::string> fields;
  fields.reserve(differences.size());
  for (const Difference& difference : differences) fields.push_back(difference.field);
  CHECK(fields == std::vector<std::string>{"hypervisor", "subnet", "bridge", "path"});
  CHECK(differences[0].expected == "qemu+ssh://one/system");
  CHECK(differences[3].found == "/elsewhere");
  CHECK(apply(state, observation).changed);
  CHECK(state.vms[0].hypervisor == "qemu+ssh://two/system");
  CHECK(state.networks[0].subnet == "10.0.0.0/8");
  CHECK(state.networks[0].bridge == "virbr7");
  CHECK(state.pools[0].path == "/elsewhere");
  CHECK_FALSE(state.pools[0].owns_directory);  // that one was not made
  CHECK(reconcile(state, observation).empty());

  state = before;
  state.vms[0].hypervisor.clear();
  observation.networks[0].subnet = "";
  observation.networks[0].bridge.reset();
  observation.pools[0].path.reset();
  CHECK(reconcile(state, observation).empty());
  CHECK_FALSE(apply(state, observation).changed);
  CHECK(state.pools[0].owns_directory);
}

TEST_CASE("a VM's difference says when it was last seen as recorded", "[reconcile]") {
  ClusterState state = make_state();
  state.vms[1].last_seen = Timestamp();
  Observation observation = agreeing(state);
  observation.vms[0].memory_gb = 9;
  observation.vms[1].memory_gb = 9;
  observation.networks[0].active = false;
  const auto differences = reconcile(state, observation);
  REQUIRE(differences.size() == 3);
  CHECK(differences[0].since == at_second(0));
  CHECK_FALSE(differences[1].since);
  CHECK_FALSE(differences[2].since);
}

TEST_CASE("drift has the cluster's own that the state does not know, and not what was only not answered", "[reconcile][drift]") {
  ClusterState state = make_state();
  Observation observation = agreeing(state);
  CHECK(drift(state, observation).empty());
  observation.vms[0].state = VMState::CRASHED;
  observation.vms[0].state_reason = "panicked";
  observation.vms[1].state_reason = "destroyed";
  observation.vms.pop_back();
  observation.unreachable.push_back({"qemu:///system", "no daemon"});
  observation.strangers = {{ObjectKind::vm, "demo-d", Uuid{{4}}, "the state does not know it", true},
                           {ObjectKind::vm, "copy", Uuid{{5}}, "a clone", false}};
  const auto differences = drift(state, observation);
  REQUIRE(differences.size() == 3);
  CHECK(differences[0].field == "state");
  CHECK(differences[0].reason == "panicked");
  CHECK(differences[1].name == "b");
  CHECK(differences[1].field == "state_reason");
  CHECK(differences[2] == Difference{ObjectKind::vm, "demo-d", "exists", "false", "true", "the state does not know it"});
  CHECK(reconcile(state, observation).size() == 4);

  // One that answers again is a difference: the state says that it does not.
  apply(state, observation);
  CHECK(state.vms[2].unreachable_since);
  CHECK(drift(state, agreeing(state)).at(0).field == "unreachable_since");
}

TEST_CASE("the order of addresses is a touch", "[reconcile]") {
  ClusterState state = make_state();
  std::swap(state.networks[0].active_ips[0], state.networks[0].active_ips[1]);
  Observation observation = agreeing(make_state());
  observation.vms.clear();
  CHECK(reconcile(state, observation).empty());
  const Applied applied = apply(state, observation);
  CHECK_FALSE(applied.changed);
  CHECK(applied.touched);
}

TEST_CASE("the reason of a state difference is the hypervisor's", "[reconcile]") {
  const ClusterState state = make_state();
  Observation observation = agreeing(state);
  observation.vms[1].state = VMState::CRASHED;
  observation.vms[1].state_reason = "panicked";
  const auto differences = reconcile(state, observation);
  REQUIRE(differences.size() == 2);
  CHECK(differences[0].reason == "panicked");
}

TEST_CASE("after apply no difference is left, for random observations in any order", "[reconcile][property]") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto one_of = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    ClusterState state = make_state();
    Observation observation = agreeing(state);
    for (VmObservation& vm : observation.vms) {
      vm.state = all_vm_states[static_cast<std::size_t>(one_of(7))];
      if (one_of(2) == 0) vm.state_reason = "user";
      if (one_of(2) == 0) vm.cpu_cores = 1 + one_of(3);
      if (one_of(2) == 0) vm.ip_address = one_of(2) == 0 ? std::optional<std::string>("192.168.100.77") : std::nullopt;
      if (one_of(3) == 0) vm.domain_uuid = Uuid{{static_cast<std::uint8_t>(one_of(3))}};
    }
    std::shuffle(observation.vms.begin(), observation.vms.end(), random);
    if (one_of(2) == 0) {
      observation.vms.pop_back();
      observation.unreachable = {{"qemu:///system", "down"}};
    }
    observation.networks[0].exists = one_of(2) == 0;
    observation.networks[0].active = one_of(2) == 0;
    if (one_of(2) == 0) observation.networks[0].subnet = "10.0.0.0/8";
    if (one_of(2) == 0) observation.networks[0].uuid = Uuid{{static_cast<std::uint8_t>(one_of(3))}};
    for (VolumeObservation& volume : observation.volumes) volume.exists = one_of(2) == 0;
    observation.pools[0].exists = one_of(2) == 0;
    observation.pools[0].active = one_of(2) == 0;
    if (one_of(2) == 0) observation.pools[0].path = "/elsewhere";
    if (one_of(2) == 0) state.pools[0].missing_since = at_second(1);
    if (one_of(2) == 0) state.networks[0].inactive_since = at_second(1);
    if (one_of(3) == 0) state.networks[0].pending = Pending::create;
    if (one_of(3) == 0) state.pools[0].pending = Pending::remove;
    const bool had = !reconcile(state, observation).empty();
    const ClusterState before = state;
    const Applied applied = apply(state, observation);
    if (applied.changed) REQUIRE(had);
    if (!applied.changed && !applied.touched) REQUIRE(state == before);
    REQUIRE(reconcile(state, observation).empty());
    REQUIRE_FALSE(apply(state, observation).changed);
  }
}
