// SPDX-License-Identifier: MIT
#include <boost/json.hpp>
#include "catch.hpp"
#include "commands/cluster_view.hpp"
#include "commands/plan_view.hpp"
#include "commands/validation_view.hpp"

using namespace aihow::tool;
using namespace aihow;

namespace {

const state::Timestamp then = *state::Timestamp::parse("2025-10-21T14:32:15.123456Z");

state::VMInfo vm(std::string name, state::VMState vm_state) {
  state::VMInfo out;
  out.name = std::move(name);
  out.cpu_cores = 2;
  out.memory_gb = 4;
  out.state = vm_state;
  return out;
}

ClusterFacts facts_of(std::vector<state::VMInfo> vms) {
  auto snapshot = std::make_shared<state::Snapshot>();
  snapshot->state.cluster_name = "demo";
  snapshot->state.cluster_type = "hpc";
  snapshot->state.status = "partial";
  snapshot->state.vms = std::move(vms);
  snapshot->state.revision = 7;
  ClusterFacts out;
  out.snapshot = snapshot;
  out.location = "output/state.json";
  return out;
}

boost::json::object object_of(const View& view) { return boost::json::parse(render(view, OutputForm::json, false)).as_object(); }

}  // namespace

TEST_CASE("the status table shows each VM, and what is not known is not claimed", "[commands][view]") {
  state::VMInfo lost = vm("compute-01", state::VMState::RUNNING);
  lost.unreachable_since = then;
  state::VMInfo off = vm("compute-02", state::VMState::SHUTOFF);
  off.state_reason = "destroyed";
  off.auto_start = false;
  off.pending = state::Pending::remove;
  off.gpu_count = 1;
  state::VMInfo up = vm("controller", state::VMState::RUNNING);
  up.ip_address = "192.168.100.10";
  const ClusterView view(facts_of({up, lost, off}));
  CHECK(view.table(false) ==
        "Cluster  demo (hpc)\n"
        "Status   partial (1 unreachable since 2025-10-21T14:32:15.123456Z)\n"
        "State    output/state.json, revision 7\n"
        "\n"
        "NAME        STATE                                                    IP              VCPUS  MEMORY  GPUS  NOTES\n"
        "controller  RUNNING                                                  192.168.100.10      2   4 GiB     0  -\n"
        "compute-01  RUNNING (unreachable since 2025-10-21T14:32:15.123456Z)  -                   2   4 GiB     0  -\n"
        "compute-02  SHUTOFF                                                  -                   2   4 GiB     1  destroyed; being removed; no "
        "auto-start\n");
  CHECK(view.names() == std::vector<std::string>{"controller", "compute-01", "compute-02"});
}

TEST_CASE("the status says which networks, disks and pools are gone or off", "[commands][view]") {
  ClusterFacts facts = facts_of({});
  auto changed = std::make_shared<state::Snapshot>(*facts.snapshot);
  changed->state.networks.push_back({"lab\x1b-net", {}, {}, {}, {}, {}, then, {}, {}});
  changed->state.volumes.push_back({"a-disk", {}, 1, {}, {}, {}, then, {}, {}});
  changed->state.volumes.push_back({"b-disk", {}, 1, {}, {}, {}, {}, {}, {}});
  changed->state.pools.push_back({"disks", {}, {}, true, false, then, then, {}, {}});
  facts.snapshot = changed;
  const std::string table = ClusterView(facts).table(false);
  CHECK_THAT(table, Catch::Contains("\n"
                                    "Network  lab\\x1b-net is off since 2025-10-21T14:32:15.123456Z\n"
                                    "Volume   a-disk is missing since 2025-10-21T14:32:15.123456Z\n"
                                    "Pool     disks is missing since 2025-10-21T14:32:15.123456Z\n\n"));
}

TEST_CASE("a hostile state cannot act on the terminal", "[commands][view]") {
  state::VMInfo evil = vm("a\033[2J", state::VMState::RUNNING);
  evil.state_reason = "x\ny";
  ClusterFacts facts = facts_of({evil});
  facts.location = "s\033.json";
  const ClusterView view(std::move(facts));
  for (const OutputForm form : {OutputForm::table, OutputForm::json, OutputForm::yaml, OutputForm::name}) {
    CHECK(render(view, form, false).find('\033') == std::string::npos);
  }
  CHECK(render(view, OutputForm::name, false) == "a\\x1b[2J\n");
}

TEST_CASE("who is at work is shown", "[commands][view]") {
  ClusterFacts facts = facts_of({});
  facts.operation = state::Holder{"node1", "ai-how", "hpc start", 4711, then};
  CHECK_THAT(ClusterView(facts).table(false), Catch::Contains("At work  hpc start (pid 4711 on node1, since 2025-10-21T14:32:15.123456Z)\n"));
  const boost::json::object json = object_of(ClusterView(facts));
  CHECK(json.at("operation").at("pid") == 4711);
}

TEST_CASE("the JSON has every member always, and VMs as the document has them", "[commands][view]") {
  ClusterFacts facts = facts_of({vm("controller", state::VMState::SHUTOFF)});
  facts.changes = {{state::ObjectKind::vm, "controller", "state", "RUNNING", "SHUTOFF", "destroyed"}};
  facts.unreachable = {{"qemu:///system", "no daemon"}};
  facts.strangers = {{state::ObjectKind::vm, "demo-copy", std::nullopt, "a clone"}};
  facts.without_address = {"controller"};
  facts.differences = {{"vm controller", "memory_gb", "4", "8"}};
  const boost::json::object json = object_of(ClusterView(facts));
  std::vector<std::string> members;
  for (const auto& member : json) members.emplace_back(member.key());
  CHECK(members == std::vector<std::string>{"cluster_name", "cluster_type", "status", "created_at", "last_modified", "revision", "lineage",
                                            "state_location", "operation", "unreachable", "changes", "strangers", "differences", "without_address",
                                            "vms", "networks", "volumes", "pools"});
  CHECK(json.at("revision") == 7);
  CHECK(json.at("lineage").is_null());
  CHECK(json.at("operation").is_null());
  CHECK(json.at("vms").at(0).at("state") == "SHUTOFF");
  CHECK(json.at("vms").at(0).at("cpu_cores") == 2);
  CHECK(json.at("changes").at(0).at("found") == "SHUTOFF");
  CHECK(json.at("unreachable").at(0).at("why") == "no daemon");
  CHECK(json.at("strangers").at(0).at("uuid").is_null());
  CHECK(json.at("without_address").at(0) == "controller");
  CHECK(json.at("differences").at(0).at("wanted") == "8");
}

TEST_CASE("a change reads as a sentence", "[commands][view]") {
  CHECK(sentence({state::ObjectKind::vm, "a", "state", "RUNNING", "SHUTOFF", "destroyed"}) == "vm a: state was RUNNING, is SHUTOFF (destroyed)");
  CHECK(sentence({state::ObjectKind::vm, "a", "ip_address", "", "10.0.0.2", ""}) == "vm a: ip_address was nothing, is 10.0.0.2");
  CHECK(sentence({state::ObjectKind::cluster, "", "status", "running", "error", ""}) == "cluster: status was running, is error");
}

TEST_CASE("a reason that came with a state is said once", "[commands][view]") {
  using state::ObjectKind;
  const std::vector<state::Difference> changes{{ObjectKind::vm, "a", "state", "RUNNING", "SHUTOFF", "destroyed"},
                                               {ObjectKind::vm, "a", "state_reason", "booted", "destroyed", ""},
                                               {ObjectKind::vm, "b", "state_reason", "booted", "unpaused", ""}};
  CHECK(sentences(changes) ==
        std::vector<std::string>{"vm a: state was RUNNING, is SHUTOFF (destroyed)", "vm b: state_reason was booted, is unpaused"});
}

TEST_CASE("one VM is a row, and the document's object", "[commands][view]") {
  const VmView view(vm("controller", state::VMState::PAUSED));
  CHECK(view.table(false) == "NAME        STATE   IP  VCPUS  MEMORY  GPUS  NOTES\ncontroller  PAUSED  -       2   4 GiB     0  -\n");
  CHECK(object_of(view).at("name") == "controller");
  CHECK(view.names() == std::vector<std::string>{"controller"});
}

TEST_CASE("a plan as table, Markdown, JSON and names", "[commands][view]") {
  ClusterPlan plan;
  plan.cluster = "demo";
  plan.type = "hpc";
  plan.items = {{PlanAction::keep, state::ObjectKind::network, "demo-network", "192.168.100.0/24"},
                {PlanAction::create, state::ObjectKind::vm, "compute-01", "2 cores, 4 GiB"}};
  plan.differences = {{"vm controller", "memory_gb", "4", "8"}};
  const PlanView view({plan});
  CHECK(view.table(false) ==
        "hpc cluster demo\n\n"
        "ACTION  KIND     NAME          DETAIL\n"
        "keep    network  demo-network  192.168.100.0/24\n"
        "create  vm       compute-01    2 cores, 4 GiB\n"
        "\nDiffers from what exists, and is not changed:\n  " +
            plan.differences[0].sentence() + "\n");
  CHECK(view.markdown() ==
        "## hpc cluster demo\n\n"
        "| ACTION | KIND | NAME | DETAIL |\n| --- | --- | --- | --- |\n"
        "| keep | network | demo-network | 192.168.100.0/24 |\n"
        "| create | vm | compute-01 | 2 cores, 4 GiB |\n"
        "\nDiffers from what exists, and is not changed:\n\n"
        "| DIFFERS | FIELD | EXISTS | WANTED |\n| --- | --- | --- | --- |\n"
        "| vm controller | memory\\_gb | 4 | 8 |\n");
  CHECK(render(view, OutputForm::name, false) == "network/demo-network\nvm/compute-01\n");
  const boost::json::object json = object_of(view);
  CHECK(json.at("clusters").at(0).at("items").at(1).at("action") == "create");
  CHECK(json.at("clusters").at(0).at("differences").at(0).at("exists") == "4");
}

TEST_CASE("what validate found", "[commands][view]") {
  Validation found;
  found.path = "c.yaml";
  found.clusters = {{"demo", "hpc", 3}};
  CHECK(ValidationView(found).table(false) == "c.yaml: hpc cluster demo, 3 VMs: valid\n");
  found.state_location = "state.json";
  CHECK_THAT(ValidationView(found).table(false), Catch::Contains("state.json: the state is as libvirt has it\n"));
  found.changes = {{state::ObjectKind::vm, "a", "state", "RUNNING", "SHUTOFF", ""}};
  found.host_problems = {{"clusters.hpc", "no IOMMU"}};
  CHECK(ValidationView(found).table(false) ==
        "c.yaml: hpc cluster demo, 3 VMs: not usable on this machine\n"
        "state.json: refreshed from libvirt:\n  vm a: state was RUNNING, is SHUTOFF\n");
  found.problems = {{3, 5, "clusters.hpc.name", "missing"}};
  const boost::json::object json = object_of(ValidationView(found));
  CHECK(json.at("valid") == false);
  CHECK(json.at("problems").at(0).at("line") == 3);
  CHECK(json.at("host_problems").at(0).at("message") == "no IOMMU");
  CHECK(render(ValidationView(found), OutputForm::name, false) == "demo\n");
}
