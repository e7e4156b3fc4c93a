// SPDX-License-Identifier: MIT
// orchestrator STATE: a program that keeps its cluster's state in a store of its own. This one keeps it in a file, as usual, and tells the
// program's other parts of each commit, in the moment in which it is durable.
//
//   g++ -std=c++20 orchestrator.cpp $(pkg-config --cflags --libs aihow-state) -o orchestrator
#include <aihow/state/manager.hpp>
#include <functional>
#include <iostream>
#include <memory>
#include <utility>

using namespace aihow::state;

namespace {

/// Everything goes to another store; what was committed is published.
class PublishingStore final : public StateStore {
 public:
  using Publish = std::function<void(std::uint64_t revision, std::span<const Change> changes)>;
  PublishingStore(std::unique_ptr<StateStore> inner, Publish publish) : inner_(std::move(inner)), publish_(std::move(publish)) {}

  CommitResult commit(const Commit& commit, const Context& context) override {
    CommitResult result = inner_->commit(commit, context);
    if (result.committed && result.version) publish_(result.version->revision, commit.changes);
    return result;
  }

  SnapshotPtr load(SnapshotPtr known, const Context& context) override { return inner_->load(std::move(known), context); }
  std::unique_ptr<Lock> lock(LockKind kind, const Holder& self, const Context& context) override { return inner_->lock(kind, self, context); }
  std::optional<Holder> holder(LockKind kind, const Context& context) override { return inner_->holder(kind, context); }
  RecordPage records(const RecordQuery& query, const Context& context) override { return inner_->records(query, context); }
  bool wait(const std::optional<Version>& known, const Context& context) override { return inner_->wait(known, context); }
  std::vector<std::string> verify(bool mend, const Context& context) override { return inner_->verify(mend, context); }
  Capabilities capabilities() const noexcept override { return inner_->capabilities(); }
  std::string location() const override { return inner_->location(); }

 private:
  std::unique_ptr<StateStore> inner_;
  Publish publish_;
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::cerr << "usage: orchestrator STATE\n";
    return 2;
  }
  const auto publish = [](std::uint64_t revision, std::span<const Change> changes) {
    std::cout << "revision " << revision << ':';
    for (const Change& change : changes) std::cout << ' ' << to_string(change.kind) << (change.name.empty() ? "" : " ") << change.name;
    std::cout << '\n';
  };
  ClusterStateManager manager(std::make_unique<PublishingStore>(open_store(argv[1]), publish));
  manager.ensure_state("lab", "hpc");

  // One operation at a time: whoever else starts or stops this cluster waits, or is told who is at work.
  const Operation operation = manager.begin_operation("orchestrator start");
  manager.transaction(
      "plan two nodes",
      [](ClusterState& state) {
        for (const char* name : {"node-1", "node-2"}) {
          VMInfo vm;
          vm.name = name;
          vm.cpu_cores = 4;
          vm.memory_gb = 16;
          vm.state = VMState::SHUTOFF;
          state.vms.push_back(vm);
        }
      },
      &operation);
  manager.update_vm_state("node-1", VMState::RUNNING);
  std::cout << manager.snapshot()->state.status << '\n';
} catch (const Error& error) {
  std::cerr << "orchestrator: " << error.what() << '\n';
  return 1;
}
