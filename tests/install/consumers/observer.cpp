// SPDX-License-Identifier: MIT
// A C++ program against the installed library and what libvirt says: makes the state of the cluster that a hypervisor carries the marks of,
// and refreshes it.
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/manager.hpp>
#include <chrono>
#include <iostream>

using namespace aihow;

int main(int argc, char** argv) {
  if (argc != 3) return 4;
  const auto hypervisor = libvirt::Hypervisor::open(argv[2]);
  const auto found = libvirt::find_clusters(hypervisor);
  if (found.size() != 1) return 2;
  state::ClusterStateManager manager(argv[1]);
  manager.create(libvirt::rebuild(hypervisor, found.front()).state, "adopt");
  libvirt::ObserverOptions options;
  options.uri = argv[2];
  const auto observer = libvirt::make_observer(options);
  const auto refresh = manager.refresh(*observer, state::within(std::chrono::seconds(10)));
  for (const auto& vm : refresh.snapshot->state.vms) std::cout << vm.name << ' ' << to_string(vm.state) << '\n';
}
