// SPDX-License-Identifier: MIT
// Finding a VM by its name: through the manager, against the same snapshot and a map that is ready.
#include <fmt/format.h>
#include <aihow/state/manager.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>
#include "documents.hpp"
#include "manager/cache.hpp"
#include "table.hpp"

namespace {

using namespace aihow;
using namespace aihow::bench;

constexpr std::size_t at_once = 2'000;  ///< look-ups in one measurement

/// A cluster in a store in memory, the least that a manager can stand on, and its names in no order.
struct Subject {
  explicit Subject(std::size_t vms) : manager(fmt::format("memory:lookup-{}", vms)), indexed(manager.create(cluster(vms), "bench")) {
    std::mt19937 random(1);
    const auto& all = indexed.snapshot()->state.vms;
    for (std::size_t i = 0; i < all.size(); ++i) map.emplace(all[i].name, i);
    while (names.size() < at_once) names.push_back(all[random() % all.size()].name);
  }

  state::ClusterStateManager manager;
  state::IndexedSnapshot indexed;
  boost::unordered_flat_map<std::string, std::size_t> map;
  std::vector<std::string> names;
};

const state::VMInfo& found(const state::VMInfo* vm) {
  if (vm == nullptr) throw std::logic_error("a VM was not found");
  return *vm;
}

template <class Find>
std::size_t each(const Subject& subject, Find find) {
  std::size_t cores = 0;
  for (const std::string& name : subject.names) cores += static_cast<std::size_t>(found(find(name)).cpu_cores);
  return cores;
}

/// The same with what get_vm() does beside: the newest snapshot is asked for, and the VM is copied.
template <class Find>
std::size_t each_copied(Subject& subject, Find find) {
  std::size_t cores = 0;
  for (const std::string& name : subject.names) {
    const state::SnapshotPtr snapshot = subject.manager.snapshot();
    const state::VMInfo copy = found(find(*snapshot, name));
    cores += static_cast<std::size_t>(copy.cpu_cores);
  }
  return cores;
}

void register_size(std::size_t vms, std::vector<Row>& table) {
  const auto subject = std::make_shared<Subject>(vms);
  const auto name = [&](std::string_view work) { return fmt::format("{}/{}", work, vms); };
  const auto scan = [](const state::Snapshot& snapshot, const std::string& wanted) { return find_by_name(snapshot.state.vms, wanted); };
  const auto look = [subject](const state::Snapshot& snapshot, const std::string& wanted) -> const state::VMInfo* {
    const auto place = subject->map.find(wanted);
    return place == subject->map.end() ? nullptr : &snapshot.state.vms[place->second];
  };
  const bool few = vms <= 4;
  add(name("get_vm"), [subject] {
    std::size_t cores = 0;
    for (const std::string& wanted : subject->names) cores += static_cast<std::size_t>(subject->manager.get_vm(wanted).value().cpu_cores);
    return cores;
  });
  add(name("index"), [subject] { return each(*subject, [&](const std::string& wanted) { return subject->indexed.find_vm(wanted); }); });
  add(name("map, through snapshot()"), [=] { return each_copied(*subject, look); });
  add(name("map"), [=] { return each(*subject, [&](const std::string& wanted) { return look(*subject->indexed.snapshot(), wanted); }); });
  const auto row = [&](std::string_view work, std::string_view ours, std::string_view against, double at_most) {
    table.push_back({fmt::format("{}, {} VMs", work, vms), name(ours), name(against), at_most});
  };
  if (few) {
    add(name("scan, through snapshot()"), [=] { return each_copied(*subject, scan); });
    add(name("scan"), [=] { return each(*subject, [&](const std::string& wanted) { return scan(*subject->indexed.snapshot(), wanted); }); });
    row("find by name, get_vm", "get_vm", "scan, through snapshot()", 1.0);
    row("find by name, the index alone", "index", "scan", 0);
  }
  row("find by name, get_vm", "get_vm", "map, through snapshot()", 1.0);
  row("find by name, the index alone", "index", "map", 0);
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::vector<Row> table;
  for (const std::size_t vms : {3, 10, 100, 1'000, 10'000, 100'000}) register_size(vms, table);
  return run_table(argc, argv, table);
}
