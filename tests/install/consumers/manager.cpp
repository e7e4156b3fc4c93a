// SPDX-License-Identifier: MIT
// A C++ program against the installed library: makes a state in a file, changes it, reads it again.
#include <aihow/state/manager.hpp>
#include <iostream>

using namespace aihow::state;

int main(int argc, char** argv) {
  if (argc != 2) return 4;
  ClusterStateManager manager(argv[1]);
  manager.ensure_state("consumer", "hpc");
  VMInfo vm;
  vm.name = "controller";
  vm.state = VMState::SHUTOFF;
  manager.add_vm(vm);
  manager.update_vm_state("controller", VMState::RUNNING);
  const auto read = ClusterStateManager(argv[1]).get_vm("controller");
  std::cout << (read ? to_string(read->state) : "absent") << '\n';
}
