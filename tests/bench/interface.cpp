// SPDX-License-Identifier: MIT
// The C interface: what reading through it costs beside a function that does nothing. The medians are of `at_once` calls.
#include <aihow/aihow.h>
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>
#include "documents.hpp"
#include "table.hpp"

namespace {

using namespace aihow::bench;

constexpr std::size_t at_once = 2'000;

void require(int32_t status) {
  if (status != AIHOW_OK) throw std::logic_error("a call failed");
}

/// A snapshot of a cluster in memory, and places in it in no order.
struct Subject {
  explicit Subject(std::size_t vms) {
    const std::string json = aihow::state::write_document(cluster(vms));
    aihow_state* first = nullptr;
    require(aihow_state_from_json(json.data(), json.size(), nullptr, &first, nullptr));
    require(aihow_manager_open(fmt::format("memory:interface-{}", vms).c_str(), nullptr, &manager, nullptr));
    require(aihow_manager_create(manager, first, "bench", nullptr, &state, nullptr));
    aihow_state_free(first);
    std::mt19937 random(1);
    while (places.size() < at_once) places.push_back(random() % vms);
    for (const std::size_t place : places) {
      aihow_vm vm{};
      vm.struct_size = sizeof vm;
      require(aihow_state_get_vm(state, place, &vm, nullptr));
      names.emplace_back(vm.name);
    }
  }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  ~Subject() {
    aihow_state_free(state);
    aihow_manager_free(manager);
  }

  aihow_manager* manager = nullptr;
  const aihow_state* state = nullptr;
  std::vector<std::size_t> places;
  std::vector<std::string> names;
};

/// Into one structure, again and again, as a loop in C does.
int32_t cores_of(const aihow_state* state, std::size_t place) {
  static aihow_vm vm{};
  vm.struct_size = sizeof vm;
  require(aihow_state_get_vm(state, place, &vm, nullptr));
  return vm.cpu_cores;
}

std::size_t place_of(const aihow_state* state, const std::string& name) {
  std::size_t place = 0;
  require(aihow_state_find(state, AIHOW_KIND_VM, name.c_str(), &place, nullptr));
  return place;
}

void register_size(std::size_t vms, std::vector<Row>& table) {
  const auto subject = std::make_shared<Subject>(vms);
  const auto name = [&](std::string_view work) { return fmt::format("{}/{}", work, vms); };
  add(name("a function that does nothing"), [] {
    int32_t sum = 0;
    for (std::size_t i = 0; i < at_once; ++i) sum += aihow_version();
    return sum;
  });
  add(name("one number"), [subject] {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < at_once; ++i) sum += aihow_state_count(subject->state, AIHOW_KIND_VM);
    return sum;
  });
  add(name("all members of a VM"), [subject] {
    int32_t sum = 0;
    for (const std::size_t place : subject->places) sum += cores_of(subject->state, place);
    return sum;
  });
  add(name("a VM by its name"), [subject] {
    int32_t sum = 0;
    for (const std::string& each : subject->names) sum += cores_of(subject->state, place_of(subject->state, each));
    return sum;
  });
  add(name("a VM by its name, of the newest state"), [subject] {
    int32_t sum = 0;
    for (const std::string& each : subject->names) {
      const aihow_state* newest = nullptr;
      require(aihow_manager_load(subject->manager, &newest, nullptr));
      sum += cores_of(newest, place_of(newest, each));
      aihow_state_free(newest);
    }
    return sum;
  });
  for (const char* work : {"one number", "all members of a VM", "a VM by its name", "a VM by its name, of the newest state"}) {
    table.push_back({fmt::format("{}, {} VMs", work, vms), name(work), name("a function that does nothing"), 0});
  }
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::vector<Row> table;
  for (const std::size_t vms : {3, 1'000, 100'000}) register_size(vms, table);
  return run_table(argc, argv, table);
}
