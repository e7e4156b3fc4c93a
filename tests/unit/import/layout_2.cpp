// SPDX-License-Identifier: MIT
// States of the existing Python tool, converted.
#include "layout_2.hpp"
#include <aihow/state/import.hpp>
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include "catch.hpp"
#include "unit/json/golden.hpp"

using namespace aihow::state;
using aihow::test::layout_2;

namespace {

ClusterState with_vm(const std::string& members) { return import_layout_2(layout_2(members)); }

UnknownMember unknown(std::string name, std::string json) { return {std::move(name), std::move(json)}; }

}  // namespace

TEST_CASE("a file that the tool wrote becomes this document, and what has no place in it is kept to the letter", "[import][golden]") {
  const ClusterState state = import_layout_2(read_golden("layout-2.json"), "old.json");
  CHECK(validate(state).empty());
  CHECK_FALSE(state.lineage);
  CHECK(state.revision == 0);
  check_golden("layout-2-imported.json", write_document(state));
}

TEST_CASE("every state of a VM has its own", "[import]") {
  struct Row {
    std::string there;
    VMState here;
    std::string reason;
  };
  for (const Row& row :
       {Row{"undefined", VMState::UNDEFINED, ""}, Row{"running", VMState::RUNNING, ""}, Row{"blocked", VMState::RUNNING, ""},
        Row{"paused", VMState::PAUSED, ""}, Row{"shutdown", VMState::DYING, ""}, Row{"shutoff", VMState::SHUTOFF, ""},
        Row{"crashed", VMState::CRASHED, ""}, Row{"pmsuspended", VMState::PMSUSPENDED, ""}, Row{"error", VMState::CRASHED, "error"}}) {
    CAPTURE(row.there);
    const VMInfo vm = import_layout_2(layout_2("", row.there)).vms.at(0);
    CHECK(vm.state == row.here);
    CHECK(vm.state_reason == row.reason);
  }
}

TEST_CASE("status follows from the VMs", "[import]") {
  CHECK(import_layout_2(layout_2("", "running")).status == "running");
  CHECK(import_layout_2(layout_2("", "shutoff")).status == "stopped");
  CHECK(import_layout_2(layout_2("", "error")).status == "error");
  CHECK(import_layout_2(R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "state_file_version": "2.0"})").status == "stopped");
}

TEST_CASE("disks of newer and older files", "[import]") {
  using Paths = std::vector<std::string>;
  CHECK(with_vm(R"("volume_path": "/a.qcow2")").vms.at(0).volumes == Paths{"/a.qcow2"});
  CHECK(with_vm(R"("disk_path": "/a.qcow2")").vms.at(0).volumes == Paths{"/a.qcow2"});
  CHECK(with_vm(R"("volume_path": null, "disk_path": "/a.qcow2")").vms.at(0).volumes == Paths{"/a.qcow2"});
  CHECK(with_vm(R"("volume_path": "")").vms.at(0).volumes.empty());
  const VMInfo both = with_vm(R"("volume_path": "/a.qcow2", "disk_path": "/b.qcow2")").vms.at(0);
  CHECK(both.volumes == Paths{"/a.qcow2"});
  CHECK(both.unknown == UnknownMembers{unknown("disk_path", "\"/b.qcow2\"")});
}

TEST_CASE("a GPU by its name, or in older files only that there is one", "[import]") {
  const VMInfo named = with_vm(R"("gpu_assigned": "A\u00363000")").vms.at(0);
  CHECK(named.gpu_count == 1);
  CHECK(named.unknown == UnknownMembers{unknown("gpu_assigned", R"("A\u00363000")")});
  for (const auto& [text, count] : {std::pair{"true", 1}, {"false", 0}, {"null", 0}, {"\"\"", 0}}) {
    CAPTURE(text);
    const VMInfo vm = with_vm(std::string("\"gpu_assigned\": ") + text).vms.at(0);
    CHECK(vm.gpu_count == count);
    CHECK(vm.unknown.empty());
  }
}

TEST_CASE("a VM's type is its role, and kept only where it says something else", "[import]") {
  CHECK(with_vm(R"("vm_type": "compute")").vms.at(0).unknown.empty());
  CHECK(with_vm(R"("vm_type": "gpu")").vms.at(0).unknown == UnknownMembers{unknown("vm_type", "\"gpu\"")});
  CHECK(with_vm(R"("vm_type": 3)").vms.at(0).unknown == UnknownMembers{unknown("vm_type", "3")});
}

TEST_CASE("VMs come in order, with the roles of the lists that they were in", "[import]") {
  const std::string vm = R"({"cpu_cores": 1, "memory_gb": 1, "state": "running", "name": )";
  for (const auto& [type, controller] : {std::pair{"hpc", "controller"}, {"cloud", "control_plane"}}) {
    const ClusterState state = import_layout_2(std::string(R"({"worker_nodes": [)") + vm + R"("w"}], "compute_nodes": [)" + vm + R"("x"}, )" + vm +
                                               R"("y"}], "controller": )" + vm + R"("c"}, "cluster_name": "n", "cluster_type": ")" + type + "\"}");
    std::string told;
    for (const VMInfo& one : state.vms) told += one.name + "=" + one.role + " ";
    CHECK(told == std::string("c=") + controller + " x=compute y=compute w=worker ");
  }
}

TEST_CASE("times are kept as they are spelled; a VM was last seen when it was last changed", "[import]") {
  const VMInfo vm = with_vm(R"("created_at": "2025-09-01T10:00:00", "last_modified": "2025-09-01T10:00:00.5+02:00")").vms.at(0);
  CHECK(vm.created_at.to_string() == "2025-09-01T10:00:00");
  CHECK(vm.last_seen.to_string() == "2025-09-01T10:00:00.5+02:00");
  CHECK(with_vm(R"("created_at": "2025-09-01T10:00:00", "last_modified": null)").vms.at(0).last_seen.to_string() == "2025-09-01T10:00:00");
}

TEST_CASE("a member of another meaning does not take the place of one of ours", "[import]") {
  const VMInfo vm = with_vm(R"("pending": 1, "hypervisor": [1.0], "layout_2_pending": 2)").vms.at(0);
  CHECK(vm.pending == Pending::none);
  CHECK(vm.hypervisor.empty());
  CHECK(vm.unknown ==
        UnknownMembers{unknown("layout_2_layout_2_pending", "1"), unknown("layout_2_hypervisor", "[1.0]"), unknown("layout_2_pending", "2")});
}

TEST_CASE("very many members without a place are kept in time that grows with them", "[import]") {
  std::string members;
  constexpr int count = 100'000;  // Compared with each other, they would take minutes.
  for (int i = 0; i < count; ++i) members += (i == 0 ? "\"extra-" : ", \"extra-") + std::to_string(i) + "\": 1";
  CHECK(with_vm(members).vms.at(0).unknown.size() == count);
}

TEST_CASE("a size that is no whole number is rounded, and kept", "[import]") {
  const auto volume_of = [](const std::string& size) {
    return import_layout_2(R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "storage_pool": {"name": "p", "path": "/p", "volumes":
      [{"name": "v", "path": "/p/v", "format": "qcow2", "size_gb": )" +
                           size + "}]}}")
        .volumes.at(0);
  };
  CHECK(volume_of("20").unknown.empty());
  CHECK(volume_of("20").pool == "p");
  CHECK(volume_of("20.50").size_gb == 21);
  CHECK(volume_of("20.50").unknown == UnknownMembers{unknown("layout_2_size_gb", "20.50")});
  CHECK(volume_of("2e1").size_gb == 20);
}

TEST_CASE("a network has the name that it says, or the cluster's", "[import]") {
  const std::string start =
      R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "network_config": {"subnet": "10.0.0.0/24", "bridge": "b")";
  CHECK(import_layout_2(start + "}}").networks.at(0).name == "c-network");
  CHECK(import_layout_2(start + R"(, "name": "n"}})").networks.at(0).name == "n");
  CHECK(import_layout_2(R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "network_config": null, "storage_pool": null})")
            .networks.empty());
}

TEST_CASE("what is kept deep inside can be written and read again", "[import]") {
  // The deepest that is taken: one more is refused, since the controller's members lie deeper here than they did.
  const auto nested = [](int depth) {
    return R"({"cluster_name": "c", "cluster_type": "hpc", "controller": {"name": "a", "cpu_cores": 1, "memory_gb": 1, "state": "running", "x": )" +
           std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']') + "}}";
  };
  const ClusterState state = import_layout_2(nested(61));
  CHECK(read_document(write_document(state)).state == state);
  CHECK_THROWS_WITH(import_layout_2(nested(62)), Catch::Contains("at most 63 objects and arrays"));
}
