// SPDX-License-Identifier: MIT
#include "place.hpp"
#include "states.hpp"
#include "support/faulty_store.hpp"
#include "support/forwarding_store.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// A memory store that notices things.
class NoticingStore final : public ForwardingStore {
 public:
  SnapshotPtr load(SnapshotPtr known, const Context& context) override {
    auto snapshot = inner.load(nullptr, context);
    if (!snapshot || (known && known->version == snapshot->version)) return known && snapshot ? known : snapshot;
    auto out = std::make_shared<Snapshot>(*snapshot);
    out->notices = {"edited by hand", "the backup is older"};
    return out;
  }
  CommitResult commit(const Commit& commit, const Context& context) override {
    CommitResult out = inner.commit(commit, context);
    out.notices = {"history was mended"};
    return out;
  }
};

}  // namespace

TEST_CASE("what loading and committing noticed is told once", "[manager][notices]") {
  std::vector<std::string> told;
  ManagerOptions options;
  options.notice = [&](std::string_view text) { told.emplace_back(text); };
  ClusterStateManager manager(std::make_unique<NoticingStore>(), options);
  manager.create(make_state(), "import");
  CHECK(told == std::vector<std::string>{"history was mended"});
  told.clear();
  const auto known = manager.snapshot();
  CHECK(told.empty());

  // Another content is noticed anew, and only once however it is looked at.
  manager.transaction("x", [](ClusterState& s) { s.vms[0].cpu_cores = 3; });
  CHECK(told == std::vector<std::string>{"history was mended"});
  manager.snapshot();
  manager.get_all_vms();
  CHECK(told.size() == 1);
}

TEST_CASE("notices of loading are told once for one content", "[manager][notices]") {
  const Place place("memory");
  ClusterStateManager(place.location()).create(make_state(), "import");
  std::vector<std::string> told;
  ManagerOptions options;
  options.notice = [&](std::string_view text) { told.emplace_back(text); };

  struct Edited final : public StateStore {
    explicit Edited(std::unique_ptr<StateStore> store) : inner(std::move(store)) {}
    SnapshotPtr load(SnapshotPtr, const Context& context) override {
      auto out = std::make_shared<Snapshot>(*inner->load(nullptr, context));
      out->notices = {"edited by hand"};
      return out;
    }
    CommitResult commit(const Commit& commit, const Context& context) override { return inner->commit(commit, context); }
    std::unique_ptr<Lock> lock(LockKind kind, const Holder& self, const Context& context) override { return inner->lock(kind, self, context); }
    std::optional<Holder> holder(LockKind kind, const Context& context) override { return inner->holder(kind, context); }
    RecordPage records(const RecordQuery& query, const Context& context) override { return inner->records(query, context); }
    bool wait(const std::optional<Version>& known, const Context& context) override { return inner->wait(known, context); }
    std::vector<std::string> verify(bool mend, const Context& context) override { return inner->verify(mend, context); }
    Capabilities capabilities() const noexcept override { return inner->capabilities(); }
    std::string location() const override { return inner->location(); }
    std::unique_ptr<StateStore> inner;
  };
  ClusterStateManager manager(std::make_unique<Edited>(open_store(place.location())), options);
  manager.snapshot();
  manager.get_state();
  manager.get_vm("a");
  CHECK(told == std::vector<std::string>{"edited by hand"});
  manager.transaction("x", [](ClusterState& s) { s.vms[0].cpu_cores = 3; });
  CHECK(told.size() == 1);
  manager.snapshot();
  CHECK(told.size() == 2);
}

TEST_CASE("a notice that throws makes no success a failure", "[manager][notices]") {
  ManagerOptions options;
  options.notice = [](std::string_view) { throw std::runtime_error("the listener fell over"); };
  ClusterStateManager manager(std::make_unique<NoticingStore>(), options);
  CHECK(manager.create(make_state(), "import")->version.revision == 1);
}
