// SPDX-License-Identifier: MIT
#include <boost/json.hpp>
#include "place.hpp"
#include "states.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

struct Filled : Place {
  explicit Filled(const std::string& kind) : Place(kind) { ClusterStateManager(location()).create(make_state(), "import"); }
};

std::string kind() { return GENERATE(from_range(kinds_of_places())); }

std::string status_after(const std::function<void(ClusterState&)>& change) {
  const Filled place("memory");
  return ClusterStateManager(place.location()).transaction("x", change)->state.status;
}

std::vector<boost::json::value> records_of(ClusterStateManager& manager) {
  std::vector<boost::json::value> out;
  for (const Record& record : manager.records({}).records) {
    CHECK(has(record.json, "\n") == false);
    CHECK(record.json.rfind("{\"revision\":" + std::to_string(record.revision) + ",", 0) == 0);
    out.push_back(boost::json::parse(record.json));
  }
  return out;
}

}  // namespace

TEST_CASE("a transaction is one revision; where it changes nothing nothing is written", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const auto before = manager.snapshot();
  const auto after = manager.transaction("scale", [](ClusterState& s) {
    for (VMInfo& vm : s.vms) vm.cpu_cores = 16;
    s.vms.push_back(make_vm("d"));
  });
  CHECK(after->version.revision == before->version.revision + 1);
  CHECK(after->state.revision == after->version.revision);
  CHECK(after->version.token != before->version.token);
  CHECK(manager.snapshot()->version == after->version);
  CHECK(earlier(before->state.last_modified, after->state.last_modified));

  const auto same = manager.transaction("nothing", [](ClusterState& s) { s.vms[0].cpu_cores = 16; });
  CHECK(same->version == after->version);
  CHECK(manager.records({}).records.size() == 2);
}

TEST_CASE("a change that throws commits nothing, and its exception passes through", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  struct Mine {};
  CHECK_THROWS_AS(manager.transaction("x",
                                      [](ClusterState& s) {
                                        s.vms.clear();
                                        throw Mine{};
                                      }),
                  Mine);
  CHECK(manager.snapshot()->version.revision == 1);
  CHECK(manager.transaction("y", [](ClusterState& s) { s.vms.pop_back(); })->version.revision == 2);
  CHECK(error_of([&] { manager.transaction("x", {}); }).code() == errc::invalid);
  CHECK(error_of([&] { manager.transaction("x", [](ClusterState&) { throw std::bad_alloc(); }); }).code() == errc::out_of_memory);
}

TEST_CASE("a change cannot start another one, but may read", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const Error error = error_of([&] { manager.transaction("x", [&](ClusterState&) { manager.remove_vm("a"); }); });
  CHECK(error.code() == errc::invalid);
  manager.transaction("y", [&](ClusterState& s) { s.vms[0].cpu_cores = manager.get_vm("a")->cpu_cores + 1; });
  CHECK(manager.get_vm("a")->cpu_cores == 3);
}

TEST_CASE("times and the order of addresses are a touch: same revision, no record, another token", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const auto before = manager.snapshot();
  const std::vector<std::function<void(ClusterState&)>> touches{
      [](ClusterState& s) { s.vms[0].last_seen = at_second(9); },
      [](ClusterState& s) { s.last_modified = at_second(9); },
      [](ClusterState& s) { std::swap(s.networks[0].active_ips[0], s.networks[0].active_ips[1]); },
  };
  std::string token = before->version.token;
  for (const auto& touch : touches) {
    const auto after = manager.transaction("touch", touch);
    CHECK(after->version.revision == before->version.revision);
    CHECK(after->version.token != token);
    CHECK(manager.snapshot()->version == after->version);
    token = after->version.token;
  }
  CHECK(manager.snapshot()->state.last_modified == at_second(9));
  CHECK(manager.records({}).records.size() == 1);
}

TEST_CASE("status is derived where VMs do something else, unless the change sets it", "[manager]") {
  CHECK(status_after([](ClusterState& s) {
          for (VMInfo& vm : s.vms) vm.state = VMState::RUNNING;
        }) == "running");
  CHECK(status_after([](ClusterState& s) { s.vms[1].state = VMState::RUNNING; }) == "partial");
  CHECK(status_after([](ClusterState& s) { s.vms[1].state = VMState::CRASHED; }) == "error");
  CHECK(status_after([](ClusterState& s) { s.vms[1].state_reason = "crashed"; }) == "error");
  CHECK(status_after([](ClusterState& s) { s.vms.push_back(make_vm("d", VMState::RUNNING)); }) == "partial");
  CHECK(status_after([](ClusterState& s) {
          s.vms[1].state = VMState::CRASHED;
          s.status = "running";
        }) == "running");
}

TEST_CASE("a status that stands stays where no VM does something else", "[manager]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  ClusterState state = make_state();
  state.status = "running";
  manager.create(state, "import");
  CHECK(manager.transaction("x", [](ClusterState& s) { s.vms[0].cpu_cores = 3; })->state.status == "running");
  CHECK(manager.transaction("x", [](ClusterState& s) { s.networks[0].bridge = "br0"; })->state.status == "running");
}

TEST_CASE("create keeps lineage and revision where they are set, and never makes a revision twice", "[manager]") {
  const Place place(kind());
  ClusterStateManager manager(place.location());
  ClusterState state = make_state();
  state.lineage = Uuid{{1, 2, 3}};
  state.revision = 7;
  CHECK(manager.create(state, "adopt")->version.revision == 7);
  CHECK(manager.snapshot()->state.lineage == state.lineage);
  CHECK(error_of([&] { manager.create(state, "adopt"); }).code() == errc::conflict);

  manager.erase("destroy");
  CHECK(manager.snapshot() == nullptr);
  state.revision = 0;
  const auto again = manager.create(state, "adopt");
  CHECK(again->state.lineage == state.lineage);
  CHECK(again->version.revision == 9);
}

TEST_CASE("after an erase a new state is a new lineage, from revision 1", "[manager]") {
  const Filled place(kind());
  ClusterStateManager manager(place.location());
  const auto before = manager.snapshot();
  manager.erase("destroy");
  const ClusterState made = manager.ensure_state("demo", "hpc");
  CHECK(made.revision == 1);
  CHECK(made.lineage != before->state.lineage);
}

TEST_CASE("records tell who changed what, before and after", "[manager]") {
  const Filled place(kind());
  ManagerOptions options;
  options.program = "a test";
  options.actor = "on behalf of \"me\"";
  ClusterStateManager manager(place.location(), options);
  manager.transaction("mixed", [](ClusterState& s) {
    s.vms[0].cpu_cores = 16;
    s.vms.erase(s.vms.begin() + 1);
    s.vms.push_back(make_vm("d"));
    s.volumes[0].unknown.push_back({"note", "{\n  \"x\": 1.50\n}"});
    s.pools[0].owned = true;
    s.networks.clear();
  });
  const auto records = records_of(manager);
  REQUIRE(records.size() == 2);
  CHECK(records[0].at("operation") == "import");
  CHECK(records[0].at("changes").as_array().size() == 8);
  CHECK(records[0].at("changes").at(0).at("before").is_null());

  const auto& record = records[1];
  CHECK(record.at("revision") == 2);
  CHECK(record.at("operation") == "mixed");
  CHECK(record.as_object().contains("token"));
  CHECK(Uuid::parse(record.at("commit").as_string()).has_value());
  CHECK(Timestamp::parse(record.at("time").as_string()).has_value());
  CHECK(record.at("actor").at("program") == "a test");
  CHECK(record.at("actor").at("text") == "on behalf of \"me\"");
  CHECK(record.at("actor").at("pid").as_int64() == ::getpid());
  CHECK(record.at("actor").as_object().contains("user"));
  CHECK(record.at("actor").as_object().contains("host"));

  const auto& changes = record.at("changes").as_array();
  REQUIRE(changes.size() == 7);
  CHECK(changes[0].at("kind") == "cluster");
  CHECK(changes[0].at("after").at("last_modified") != changes[0].at("before").at("last_modified"));
  CHECK(changes[1].at("name") == "a");
  CHECK(changes[1].at("before").at("cpu_cores") == 2);
  CHECK(changes[1].at("after").at("cpu_cores") == 16);
  CHECK_FALSE(changes[1].as_object().contains("at"));
  CHECK(changes[2].at("name") == "d");
  CHECK(changes[2].at("before").is_null());
  CHECK(changes[2].at("at") == 2);
  CHECK(changes[3].at("name") == "b");
  CHECK(changes[3].at("after").is_null());
  CHECK(changes[3].at("at") == 1);
  CHECK(changes[4].at("kind") == "network");
  CHECK(changes[5].at("after").at("note").at("x") == 1.5);
  CHECK(changes[6].at("after").at("owned") == true);
}

TEST_CASE("erasing is recorded with everything that was there", "[manager]") {
  const Filled place("memory");
  ClusterStateManager manager(place.location());
  manager.erase("hpc destroy");
  const auto records = records_of(manager);
  REQUIRE(records.size() == 2);
  CHECK(records[1].at("operation") == "hpc destroy");
  CHECK(records[1].at("changes").as_array().size() == 8);
  CHECK(records[1].at("changes").at(0).at("after").is_null());
}

TEST_CASE("many changed VMs are validated as a whole, with their own pointers", "[manager]") {
  const Filled place("memory");
  ClusterStateManager manager(place.location());
  const auto add = [](int count, int bad) {
    return [=](ClusterState& s) {
      for (int i = 0; i < count; ++i) s.vms.push_back(make_vm("n" + std::to_string(i)));
      if (bad >= 0) s.vms[static_cast<std::size_t>(3 + bad)].memory_gb = 0;
    };
  };
  CHECK(error_of([&] { manager.transaction("x", add(100, 57)); }).pointer() == "/vms/60/memory_gb");
  CHECK(error_of([&] { manager.transaction("x", add(2, 1)); }).pointer() == "/vms/4/memory_gb");
  CHECK(manager.transaction("x", add(100, -1))->state.vms.size() == 103);
  CHECK(manager.get_vm("n99")->name == "n99");
  CHECK(manager.get_vm("n100") == std::nullopt);
}
