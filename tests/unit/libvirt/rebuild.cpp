// SPDX-License-Identifier: MIT
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/validate.hpp>
#include <set>
#include <stop_token>
#include <string>
#include "catch.hpp"
#include "cluster.hpp"
#include "error_of.hpp"

using namespace aihow::libvirt;
using aihow::state::ClusterState;
using aihow::state::VMState;

TEST_CASE("clusters are found by their marks", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  TestNode node = lab_node();
  Mark other = own_mark(lineage_b, "lab", ObjectKind::vm, "controller");
  other.type = "cloud";
  node.domains.push_back({"other", other.uuid, 1, 1, kib_per_gib, {other}, {}});
  const Mark alone = own_mark(lineage_b, "alone", ObjectKind::network, "alone-network");
  node.networks.push_back({"alone-network", alone.uuid, "virbr8", "10.0.0.1", "255.0.0.0", {alone}});
  // A clone, and one whose mark names a cluster of its own making.
  node.domains.push_back({"clone", *Uuid::parse("00000000-0000-4000-8000-0000000000aa"), 1, 1, kib_per_gib, {vm_mark("compute-07", "compute")}, {}});
  const auto found = find_clusters(Hypervisor::open(node.write(folder)));
  REQUIRE(found.size() == 3);
  CHECK(found[0].name == "alone");
  CHECK(found[0].domains == 0);
  CHECK(found[0].networks == 1);
  CHECK(found[1].name == "lab");
  CHECK(found[1].lineage == lineage_a);
  CHECK(found[1].type == "hpc");
  CHECK(found[1].domains == 2);
  CHECK(found[1].networks == 1);
  CHECK(found[2].name == "lab");
  CHECK(found[2].lineage == lineage_b);
  CHECK(found[2].type == "cloud");
}

TEST_CASE("the search and what follows it end where they are asked to stop", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(lab_node().write(folder));
  const FoundCluster cluster = find_clusters(hypervisor).at(0);
  std::stop_source source;
  source.request_stop();
  const aihow::state::Context context{.stop = source.get_token()};
  CHECK(error_of([&] { find_clusters(hypervisor, context); }).code() == aihow::state::errc::cancelled);
  CHECK(error_of([&] { rebuild(hypervisor, cluster, context); }).code() == aihow::state::errc::cancelled);
  CHECK(error_of([&] { read_own_domain(hypervisor, lab_state(hypervisor.uri()), "controller", context); }).code() == aihow::state::errc::cancelled);
}

TEST_CASE("a lost state is made again from the marks", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  TestNode node = lab_node();
  node.domains[0].marks[0].auto_start = false;
  node.domains.push_back({"clone", *Uuid::parse("00000000-0000-4000-8000-0000000000aa"), 1, 1, kib_per_gib, {vm_mark("compute-07", "compute")}, {}});
  const auto hypervisor = Hypervisor::open(node.write(folder));
  const auto found = find_clusters(hypervisor);
  REQUIRE(found.size() == 1);
  const ClusterState rebuilt = rebuild(hypervisor, found[0]).state;
  ClusterState expected = lab_state(hypervisor.uri());
  expected.vms[1].auto_start = false;
  expected.last_modified = rebuilt.last_modified;
  for (std::size_t i = 0; i < expected.vms.size(); ++i) {
    expected.vms[i].last_seen = rebuilt.vms.at(i).last_seen;
    expected.vms[i].state_reason = rebuilt.vms.at(i).state_reason;
  }
  CHECK(rebuilt.vms == expected.vms);
  CHECK(rebuilt.networks == expected.networks);
  CHECK(rebuilt.volumes == expected.volumes);
  CHECK(rebuilt.pools == expected.pools);
  CHECK(rebuilt == expected);
  CHECK(rebuilt.revision == 0);
}

TEST_CASE("what carries the cluster's mark under a UUID that does not fit is left out, and told", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  TestNode node = lab_node();
  // A copy; a machine whose mark was given another lineage; a copied network; and a copy of another cluster's.
  node.domains.push_back({"clone", *Uuid::parse("00000000-0000-4000-8000-0000000000aa"), 1, 1, kib_per_gib, {vm_mark("compute-07", "compute")}, {}});
  Mark edited = vm_mark("compute-08", "compute");
  edited.lineage = lineage_b;
  node.domains.push_back({"edited", edited.uuid, 1, 1, kib_per_gib, {edited}, {}});
  const Mark network = own_mark(lineage_a, "lab", ObjectKind::network, "copied");
  node.networks.push_back({"copied", *Uuid::parse("00000000-0000-4000-8000-0000000000bb"), "virbr8", "10.0.0.1", "255.0.0.0", {network}});
  node.domains.push_back(
      {"other", *Uuid::parse("00000000-0000-4000-8000-0000000000cc"), 1, 1, kib_per_gib, {own_mark(lineage_b, "other", ObjectKind::vm, "x")}, {}});
  const auto hypervisor = Hypervisor::open(node.write(folder));
  const Rebuilt rebuilt = rebuild(hypervisor, find_clusters(hypervisor).at(0));
  CHECK(rebuilt.state.vms.size() == 2);
  REQUIRE(rebuilt.left_out.size() == 3);
  std::set<std::string> names;
  for (const auto& one : rebuilt.left_out) {
    names.insert(one.name);
    CHECK_FALSE(one.own);
    CHECK_THAT(one.why, Catch::Matchers::Contains("does not follow from that and the lineage") && Catch::Matchers::Contains("of the cluster lab"));
  }
  CHECK(names == std::set<std::string>{"clone", "edited", "copied"});
}

TEST_CASE("a pool of another UUID is used, not owned", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  TestNode node = lab_node();
  node.pools[0].uuid = *Uuid::parse("00000000-0000-4000-8000-0000000000dd");
  const auto hypervisor = Hypervisor::open(node.write(folder));
  const ClusterState rebuilt = rebuild(hypervisor, find_clusters(hypervisor).at(0)).state;
  REQUIRE(rebuilt.pools.size() == 1);
  CHECK_FALSE(rebuilt.pools[0].owned);
  CHECK_FALSE(rebuilt.pools[0].owns_directory);
}

TEST_CASE("an owned pool is found without any domain that names it", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  TestNode node = lab_node();
  node.domains.clear();
  const auto hypervisor = Hypervisor::open(node.write(folder));
  const ClusterState rebuilt = rebuild(hypervisor, find_clusters(hypervisor).at(0)).state;
  CHECK(rebuilt.vms.empty());
  REQUIRE(rebuilt.pools.size() == 1);
  CHECK(rebuilt.pools[0].owned);
  CHECK(rebuilt.status == "stopped");
}

TEST_CASE("a domain of the cluster is read as a state's records", "[libvirt][rebuild]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(lab_node().write(folder));
  const DomainRecords records = read_own_domain(hypervisor, lab_state(hypervisor.uri()), "lab-compute-01");
  CHECK(records.vm.name == "compute-01");
  CHECK(records.vm.role == "compute");
  CHECK(records.vm.cpu_cores == 4);
  CHECK(records.vm.state == VMState::SHUTOFF);
  CHECK(records.vm.hypervisor == hypervisor.uri());
  REQUIRE(records.volume);
  CHECK(records.volume->name == "compute-01-disk");
  CHECK(records.volume->pool == "lab-pool");
}

TEST_CASE("a domain that is not the cluster's own is not read as one", "[libvirt][rebuild]") {
  using aihow::state::errc;
  TemporaryFolder folder;
  TestNode node = lab_node();
  node.domains.push_back({"clone", *Uuid::parse("00000000-0000-4000-8000-0000000000aa"), 1, 1, kib_per_gib, {vm_mark("compute-07", "compute")}, {}});
  const Mark other = own_mark(lineage_b, "other", ObjectKind::vm, "x");
  node.domains.push_back({"other-x", other.uuid, 1, 1, kib_per_gib, {other}, {}});
  const auto hypervisor = Hypervisor::open(node.write(folder));
  const ClusterState state = lab_state(hypervisor.uri());
  const auto refused = [&](const char* name, errc code, const char* text) {
    const auto error = error_of([&] { read_own_domain(hypervisor, state, name); });
    CHECK(error.code() == code);
    CHECK_THAT(error.what(), Catch::Matchers::Contains(text));
  };
  refused("none", errc::not_found, "there is no domain none at");
  refused("somebody-elses", errc::invalid, "carries no cluster's mark");
  refused("clone", errc::invalid, "carries the mark of VM compute-07 under another UUID");
  refused("other-x", errc::invalid, "is of the hpc cluster other of another lineage");
}
