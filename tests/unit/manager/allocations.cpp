// SPDX-License-Identifier: MIT
// Each allocation of each call of the manager fails once: the error is out_of_memory, and the state as before.
#include <aihow/state/json.hpp>
#include <functional>
#include <iostream>
#include "file_bytes.hpp"
#include "place.hpp"
#include "states.hpp"
#include "unit/import/layout_2.hpp"
#include "unit/json_file/fault_calls.hpp"

using namespace aihow::state;
using namespace aihow::test;

namespace {

/// Sees what the state says.
class Mirror final : public Observer {
 public:
  Observation observe(const ClusterState& state, const Context&) override {
    Observation out;
    out.when = at_second(100);
    for (const VMInfo& vm : state.vms) {
      auto& seen = out.vms.emplace_back();
      seen.name = vm.name;
      seen.state = VMState::PAUSED;
    }
    return out;
  }
};

/// A manager and what its calls take, made beforehand: only the manager's own allocations are to fail.
struct Subject {
  explicit Subject(const std::string& kind, bool stands) : place(kind) {
    if (stands) {
      ClusterStateManager before(place.location());
      before.create(make_state(), "import");
      before.update_vm_state("a", VMState::RUNNING);
    }
    write(place.file("old.json"), layout_2());
    write(place.file("copy.json"), write_document([] {
            ClusterState state = make_state();
            state.vms.pop_back();
            return state;
          }()));
    manager.emplace(place.location());
    if (stands) loaded = manager->get_state();
    added = make_vm("added");
  }

  Place place;
  std::optional<ClusterStateManager> manager;
  std::optional<ClusterState> loaded;
  VMInfo added;
  Mirror observer;
  const std::string old_file = place.file("old.json");
  const std::string copy_file = place.file("copy.json");
  const std::string new_file = place.file("new.json");
  ClusterState whole = make_state();
  const Context context = within(std::chrono::seconds(10));
};

struct Call {
  const char* name;
  bool stands;  ///< whether a state stands before
  std::function<void(Subject&)> run;
};

const std::vector<Call>& calls() {
  static const std::vector<Call> all{
      {"open", true, [](Subject& s) { s.manager.emplace(s.place.location()); }},
      {"location", true, [](Subject& s) { s.manager->location(); }},
      {"snapshot", true, [](Subject& s) { s.manager->snapshot(); }},
      {"get_state", true, [](Subject& s) { s.manager->get_state(); }},
      {"get_all_vms", true, [](Subject& s) { s.manager->get_all_vms(); }},
      {"get_vm", true, [](Subject& s) { s.manager->get_vm("c"); }},
      {"ensure_state, which makes it", false, [](Subject& s) { s.manager->ensure_state("lab", "hpc"); }},
      {"ensure_state, which finds it", true, [](Subject& s) { s.manager->ensure_state(s.whole.cluster_name, s.whole.cluster_type); }},
      {"save_state", true,
       [](Subject& s) {
         s.loaded->vms[1].cpu_cores += 1;
         s.manager->save_state(*s.loaded);
       }},
      {"add_vm", true, [](Subject& s) { s.manager->add_vm(std::move(s.added)); }},
      {"update_vm_state", true, [](Subject& s) { s.manager->update_vm_state("a", VMState::PAUSED); }},
      {"remove_vm", true, [](Subject& s) { s.manager->remove_vm("b"); }},
      {"forget_vm", true, [](Subject& s) { s.manager->forget_vm("b"); }},
      {"rename_vm", true, [](Subject& s) { s.manager->rename_vm("b", "another"); }},
      {"transaction", true, [](Subject& s) { s.manager->transaction("t", [](ClusterState& state) { state.vms[0].cpu_cores += 1; }); }},
      {"create", false, [](Subject& s) { s.manager->create(std::move(s.whole), "import"); }},
      {"erase", true, [](Subject& s) { s.manager->erase("destroy"); }},
      {"an operation with a change", true,
       [](Subject& s) {
         const Operation operation = s.manager->begin_operation("start");
         s.manager->transaction(
             "t", [](ClusterState& state) { state.vms[0].cpu_cores += 1; }, &operation);
       }},
      {"operation_holder", true, [](Subject& s) { s.manager->operation_holder(); }},
      {"refresh", true, [](Subject& s) { s.manager->refresh(s.observer, s.context); }},
      {"backup", true, [](Subject& s) { s.manager->backup(s.new_file); }},
      {"restore", true, [](Subject& s) { s.manager->restore(s.copy_file); }},
      {"import_file", false, [](Subject& s) { s.manager->import_file(s.old_file); }},
      {"undo", true, [](Subject& s) { s.manager->undo(); }},
      {"restore_revision", true, [](Subject& s) { s.manager->restore_revision(1); }},
      {"at", true, [](Subject& s) { s.manager->at(1); }},
      {"changes_since", true, [](Subject& s) { s.manager->changes_since(1); }},
      {"wait", true, [](Subject& s) { s.manager->wait(std::nullopt, s.context); }},
      {"records", true, [](Subject& s) { s.manager->records({}); }},
      {"document_files", true, [](Subject& s) { s.manager->document_files(); }},
      {"verify", true, [](Subject& s) { s.manager->verify(); }},
      {"verify, which mends", true, [](Subject& s) { s.manager->verify(true); }},
      {"inspect", true, [](Subject& s) { s.manager->inspect(); }},
  };
  return all;
}

/// The newest state as another manager sees it.
std::optional<Version> version_of(const Place& place) {
  const SnapshotPtr now = ClusterStateManager(place.location()).snapshot();
  return now ? std::optional(now->version) : std::nullopt;
}

void goes_on(const Place& place) {
  ClusterStateManager manager(place.location());
  if (!manager.snapshot()) manager.create(make_state(), "import");
  manager.add_vm(make_vm("next"));
}

}  // namespace

TEST_CASE("an allocation that fails in a call is out of memory, and the state as before", "[manager][allocations]") {
  std::size_t points = 0;
  for (const std::string& kind : kinds_of_places()) {
    for (const Call& call : calls()) {
      for (std::size_t nth = 1;; ++nth) {
        Subject subject(kind, call.stands);
        const auto before = version_of(subject.place);
        errc code{};
        bool escaped = false;
        bool struck = false;
        {
          const Armed armed({Strike::Kind::allocation_fails, nth, 0});
          try {
            call.run(subject);
          } catch (const Error& error) {
            code = static_cast<errc>(error.code().value());
          } catch (const std::bad_alloc&) {
            escaped = true;
          }
          struck = armed.struck();
        }
        INFO(kind << ": " << call.name << ": allocation " << nth);
        if (!struck) break;
        ++points;
        CHECK_FALSE(escaped);
        // It may do without: what it only wanted to remember, say.
        CHECK((code == errc::out_of_memory || code == errc{}));
        if (code != errc{}) REQUIRE(version_of(subject.place) == before);
        REQUIRE_NOTHROW(goes_on(subject.place));
      }
    }
  }
  std::cout << "allocations of the manager's calls that failed: " << points << " points found and covered\n";
  constexpr std::size_t least = 3'000;
  REQUIRE(points >= least);
}
