// SPDX-License-Identifier: MIT
// Each allocation of each function fails once: AIHOW_E_OUT_OF_MEMORY with an error object, and the state as before; or it could do without.
// One list of calls, however long.
#include <cstdlib>
#include <cstring>
#include <functional>
#include <new>
#include <string>
#include <vector>
extern "C" {
#include "check.h"
}

namespace {

/// Allocations until one fails; negative: none does.
thread_local long countdown = -1;
thread_local bool struck = false;

void* allocate(std::size_t size) {
  if (countdown > 0 && --countdown == 0) {
    struck = true;
    throw std::bad_alloc();
  }
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

constexpr const char* old_name = "a-name-that-is-not-short";

int32_t observe(void*, const aihow_state*, int64_t, const aihow_cancel*, aihow_observation* observation, aihow_sink*) {
  static const char* const volumes[] = {"/a/path/that/is/not/short"};
  aihow_vm_observation vm{};
  vm.struct_size = sizeof vm;
  vm.name = old_name;
  vm.state = AIHOW_VM_STATE_SHUTOFF;
  vm.said = AIHOW_SAID_VOLUMES;
  vm.volumes = volumes;
  vm.volumes_count = 1;
  return aihow_observation_add_vm(observation, &vm, nullptr);
}

int32_t follow(void*, const aihow_state*, aihow_events* events, aihow_sink*) {
  aihow_world_event event{};
  event.struct_size = sizeof event;
  event.kind = AIHOW_WORLD_CONNECTED;
  event.hypervisor = "test:///a-name-that-is-not-short";
  return aihow_events_put(events, &event, nullptr);
}

int32_t change(void*, aihow_state* state, aihow_sink*) {
  aihow_vm vm{};
  vm.struct_size = sizeof vm;
  const int32_t status = aihow_state_get_vm(state, 0, &vm, nullptr);
  if (status != AIHOW_OK) return status;
  vm.cpu_cores += 1;
  return aihow_state_set_vm(state, 0, &vm, nullptr);
}

/// What calls are made on; made anew for each.
struct Subject {
  Subject() {
    static const char document[] =
        "{\"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"status\": \"stopped\", \"vms\": [{\"name\": \"a-name-that-is-not-short\", "
        "\"cpu_cores\": 1,"
        " \"memory_gb\": 1, \"state\": \"SHUTOFF\", \"volumes\": [\"/a/path/that/is/not/short\"], \"an unknown member\": \"with a value\"}], "
        "\"networks\": "
        "[{\"name\": \"n\", \"subnet\": \"10.0.0.0/8\", \"bridge\": \"b\", \"active_ips\": [\"10.10.10.10\"]}], \"volumes\": [{\"name\": \"v\", "
        "\"path\": "
        "\"/v\", \"size_gb\": 1, \"format\": \"raw\"}], \"pools\": [{\"name\": \"p\", \"path\": \"/p\"}]}";
    OK(aihow_state_from_json(document, std::strlen(document), nullptr, &first, &error));
    OK(aihow_manager_open(path_of("s.json"), nullptr, &manager, &error));
    OK(aihow_manager_create(manager, first, "create", nullptr, &snapshot, &error));
    OK(aihow_cancel_new(&cancel, &error));
    // A second revision, for what is about the past.
    OK(aihow_manager_transaction(manager, "change", change, nullptr, nullptr, &newest, &error));
    OK(aihow_state_copy(newest, &copy, &error));
    const aihow_observer_table seeing = {sizeof seeing, observe, nullptr};
    const aihow_event_source_table telling = {sizeof telling, follow, nullptr, nullptr};
    OK(aihow_observer_new(&seeing, nullptr, &observer, &error));
    OK(aihow_event_source_new(&telling, nullptr, &source, &error));
    OK(aihow_manager_backup(manager, path_of("copy.json"), nullptr, &error));
    vm.struct_size = sizeof vm;
    vm.name = "another-name-that-is-not-short";
    vm.cpu_cores = vm.memory_gb = 1;
    vm.state = AIHOW_VM_STATE_SHUTOFF;
    vm.volumes = volumes;
    vm.volumes_count = 1;
  }
  Subject(const Subject&) = delete;
  ~Subject() {
    aihow_event_source_free(source);
    aihow_observer_free(observer);
    aihow_cancel_free(cancel);
    aihow_state_free(newest);
    aihow_state_free(copy);
    aihow_state_free(snapshot);
    aihow_manager_free(manager);
    aihow_state_free(first);
    for (const char* file : {"s.json", "s.json.backup", "s.json.history", ".s.json.lock", "copy.json", "new.json", "s.json.tmp"})
      unlink(path_of(file));
  }

  const char* volumes[1] = {"/another/path/that/is/not/short"};
  aihow_state* first = nullptr;
  aihow_manager* manager = nullptr;
  const aihow_state* snapshot = nullptr;
  aihow_state* copy = nullptr;
  const aihow_state* newest = nullptr;  ///< what stands: one member differs
  aihow_cancel* cancel = nullptr;
  aihow_observer* observer = nullptr;
  aihow_event_source* source = nullptr;
  aihow_vm vm{};
};

struct Call {
  const char* name;
  std::function<int32_t(Subject&, aihow_error**)> run;
};

const std::vector<Call>& calls() {
  static const std::vector<Call> all{
      {"manager_open",
       [](Subject&, aihow_error** error) {
         aihow_manager* made = nullptr;
         const auto status = aihow_manager_open(path_of("s.json"), nullptr, &made, error);
         aihow_manager_free(made);
         return status;
       }},
      {"manager_load",
       [](Subject& s, aihow_error** error) {
         const aihow_state* made = nullptr;
         const auto status = aihow_manager_load(s.manager, &made, error);
         aihow_state_free(made);
         return status;
       }},
      {"manager_ensure",
       [](Subject& s, aihow_error** error) {
         aihow_state* made = nullptr;
         const auto status = aihow_manager_ensure(s.manager, "lab", "hpc", nullptr, &made, error);
         aihow_state_free(made);
         return status;
       }},
      {"manager_save",
       [](Subject& s, aihow_error** error) {
         const auto status = aihow_state_set_unknown(s.copy, AIHOW_KIND_VM, 0, "an unknown member", "\"with another value\"", error);
         return status != AIHOW_OK ? status : aihow_manager_save(s.manager, s.copy, nullptr, error);
       }},
      {"manager_add_vm", [](Subject& s, aihow_error** error) { return aihow_manager_add_vm(s.manager, &s.vm, nullptr, error); }},
      {"manager_update_vm_state",
       [](Subject& s, aihow_error** error) { return aihow_manager_update_vm_state(s.manager, old_name, AIHOW_VM_STATE_RUNNING, nullptr, error); }},
      {"manager_remove_vm", [](Subject& s, aihow_error** error) { return aihow_manager_remove_vm(s.manager, old_name, nullptr, error); }},
      {"manager_transaction",
       [](Subject& s, aihow_error** error) {
         const aihow_state* after = nullptr;
         const auto status = aihow_manager_transaction(s.manager, "x", change, nullptr, nullptr, &after, error);
         aihow_state_free(after);
         return status;
       }},
      {"manager_forget_vm", [](Subject& s, aihow_error** error) { return aihow_manager_forget_vm(s.manager, old_name, nullptr, nullptr, error); }},
      {"manager_rename_vm",
       [](Subject& s, aihow_error** error) {
         const aihow_state* after = nullptr;
         const auto status = aihow_manager_rename_vm(s.manager, old_name, "yet-another-name-for-it", nullptr, &after, error);
         aihow_state_free(after);
         return status;
       }},
      {"manager_erase", [](Subject& s, aihow_error** error) { return aihow_manager_erase(s.manager, "x", nullptr, error); }},
      {"manager_backup", [](Subject& s, aihow_error** error) { return aihow_manager_backup(s.manager, path_of("new.json"), nullptr, error); }},
      {"manager_restore",
       [](Subject& s, aihow_error** error) {
         const aihow_state* after = nullptr;
         const auto status = aihow_manager_restore(s.manager, path_of("copy.json"), nullptr, &after, error);
         aihow_state_free(after);
         return status;
       }},
      {"manager_verify",
       [](Subject& s, aihow_error** error) {
         aihow_text* made = nullptr;
         const auto status = aihow_manager_verify(s.manager, 1, nullptr, &made, error);
         aihow_text_free(made);
         return status;
       }},
      {"manager_files",
       [](Subject& s, aihow_error** error) {
         aihow_text* made = nullptr;
         const auto status = aihow_manager_files(s.manager, &made, error);
         aihow_text_free(made);
         return status;
       }},
      {"manager_records",
       [](Subject& s, aihow_error** error) {
         aihow_records* made = nullptr;
         const auto status = aihow_manager_records(s.manager, nullptr, &made, error);
         aihow_records_free(made);
         return status;
       }},
      {"manager_at",
       [](Subject& s, aihow_error** error) {
         const aihow_state* made = nullptr;
         const auto status = aihow_manager_at(s.manager, 1, &made, error);
         aihow_state_free(made);
         return status;
       }},
      {"manager_at_time",
       [](Subject& s, aihow_error** error) {
         aihow_time now{};
         auto status = aihow_time_now(&now, error);
         if (status != AIHOW_OK) return status;
         const aihow_state* made = nullptr;
         status = aihow_manager_at_time(s.manager, &now, &made, error);
         aihow_state_free(made);
         return status;
       }},
      {"manager_history, and what it says",
       [](Subject& s, aihow_error** error) {
         aihow_history* made = nullptr;
         aihow_history_query query{};
         query.struct_size = sizeof query;
         query.name = old_name;
         auto status = aihow_manager_history(s.manager, &query, &made, error);
         if (status != AIHOW_OK) return status;
         aihow_history_entry entry{};
         entry.struct_size = sizeof entry;
         aihow_changes* changes = nullptr;
         status = aihow_history_get_entry(made, 0, &entry, error);
         if (status == AIHOW_OK) status = aihow_history_get_changes(made, 0, &changes, error);
         aihow_changes_free(changes);
         aihow_history_free(made);
         return status;
       }},
      {"manager_changes_since",
       [](Subject& s, aihow_error** error) {
         aihow_history* made = nullptr;
         const auto status = aihow_manager_changes_since(s.manager, 0, 0, &made, error);
         aihow_history_free(made);
         return status;
       }},
      {"manager_wait",
       [](Subject& s, aihow_error** error) {
         const aihow_wait wait = {sizeof wait, s.snapshot, -1, s.cancel};
         int32_t changed = 0;
         return aihow_manager_wait(s.manager, &wait, &changed, error);
       }},
      {"manager_undo, and what it says",
       [](Subject& s, aihow_error** error) {
         aihow_reversal* made = nullptr;
         const auto status = aihow_manager_undo(s.manager, 1, nullptr, nullptr, &made, error);
         aihow_reversal_free(made);
         return status;
       }},
      {"reversal_state and reversal_changes",
       [](Subject& s, aihow_error** error) {
         aihow_reversal* made = nullptr;
         const aihow_revert_options dry = {sizeof dry, 0, 1, 0};
         auto status = aihow_manager_undo(s.manager, 1, &dry, nullptr, &made, error);
         if (status != AIHOW_OK) return status;
         const aihow_state* state = nullptr;
         aihow_changes* changes = nullptr;
         status = aihow_reversal_state(made, &state, error);
         if (status == AIHOW_OK) status = aihow_reversal_changes(made, &changes, error);
         aihow_changes_free(changes);
         aihow_state_free(state);
         aihow_reversal_free(made);
         return status;
       }},
      {"manager_restore_revision",
       [](Subject& s, aihow_error** error) { return aihow_manager_restore_revision(s.manager, 1, nullptr, nullptr, nullptr, error); }},
      {"state_changes and state_json_patch",
       [](Subject& s, aihow_error** error) {
         aihow_changes* changes = nullptr;
         aihow_text* patch = nullptr;
         auto status = aihow_state_changes(s.snapshot, s.newest, &changes, error);
         if (status == AIHOW_OK) status = aihow_state_json_patch(s.snapshot, s.newest, &patch, error);
         aihow_text_free(patch);
         aihow_changes_free(changes);
         return status;
       }},
      {"manager_drift, and what it says",
       [](Subject& s, aihow_error** error) {
         aihow_refresh* made = nullptr;
         auto status = aihow_manager_drift(s.manager, s.observer, nullptr, &made, error);
         if (status != AIHOW_OK) return status;
         aihow_vm_observation vm{};
         vm.struct_size = sizeof vm;
         status = aihow_refresh_seen_vm(made, 0, &vm, error);
         aihow_refresh_free(made);
         return status;
       }},
      {"manager_watch",
       [](Subject& s, aihow_error** error) {
         aihow_watch_options options{};
         options.struct_size = sizeof options;
         options.cancel = s.cancel;
         const auto stop = [](void* given, const aihow_watch_event*, aihow_sink*) -> int32_t {
           return aihow_cancel_request(static_cast<aihow_cancel*>(given), nullptr);
         };
         return aihow_manager_watch(s.manager, s.observer, s.source, stop, s.cancel, &options, error);
       }},
      {"event_source_new and observer_new",
       [](Subject&, aihow_error** error) {
         aihow_event_source* source = nullptr;
         aihow_observer* observer = nullptr;
         const aihow_event_source_table telling = {sizeof telling, follow, nullptr, nullptr};
         const aihow_observer_table seeing = {sizeof seeing, observe, nullptr};
         auto status = aihow_event_source_new(&telling, nullptr, &source, error);
         if (status == AIHOW_OK) status = aihow_observer_new(&seeing, nullptr, &observer, error);
         aihow_event_source_free(source);
         aihow_observer_free(observer);
         return status;
       }},
      {"operation_begin",
       [](Subject& s, aihow_error** error) {
         aihow_operation* made = nullptr;
         const aihow_call call = {sizeof call, 1000, s.cancel, nullptr};
         const auto status = aihow_operation_begin(s.manager, "an operation", &call, &made, error);
         aihow_operation_free(made);
         return status;
       }},
      {"operation_holder",
       [](Subject& s, aihow_error** error) {
         int32_t held = 0;
         aihow_holder holder{};
         holder.struct_size = sizeof holder;
         return aihow_operation_holder(s.manager, &held, &holder, error);
       }},
      {"inspection_of_file",
       [](Subject&, aihow_error** error) {
         aihow_inspection* made = nullptr;
         const auto status = aihow_inspection_of_file(path_of("s.json"), &made, error);
         aihow_inspection_free(made);
         return status;
       }},
      {"state_copy",
       [](Subject& s, aihow_error** error) {
         aihow_state* made = nullptr;
         const auto status = aihow_state_copy(s.snapshot, &made, error);
         aihow_state_free(made);
         return status;
       }},
      {"state_find",
       [](Subject& s, aihow_error** error) {
         size_t index = 0;
         return aihow_state_find(s.snapshot, AIHOW_KIND_VM, old_name, &index, error);
       }},
      {"state_get_vm, of a snapshot and of a copy",
       [](Subject& s, aihow_error** error) {
         aihow_vm vm{};
         vm.struct_size = sizeof vm;
         const auto status = aihow_state_get_vm(s.snapshot, 0, &vm, error);
         return status != AIHOW_OK ? status : aihow_state_get_vm(s.copy, 0, &vm, error);
       }},
      {"state_get_network",
       [](Subject& s, aihow_error** error) {
         aihow_network network{};
         network.struct_size = sizeof network;
         const auto status = aihow_state_get_network(s.snapshot, 0, &network, error);
         return status != AIHOW_OK ? status : aihow_state_get_network(s.copy, 0, &network, error);
       }},
      {"state_set_vm", [](Subject& s, aihow_error** error) { return aihow_state_set_vm(s.copy, 0, &s.vm, error); }},
      {"state_insert_vm", [](Subject& s, aihow_error** error) { return aihow_state_insert_vm(s.copy, 0, &s.vm, error); }},
      {"state_remove", [](Subject& s, aihow_error** error) { return aihow_state_remove(s.copy, AIHOW_KIND_VM, 0, error); }},
      {"state_to_json and back",
       [](Subject& s, aihow_error** error) {
         aihow_text* json = nullptr;
         auto status = aihow_state_to_json(s.snapshot, &json, error);
         if (status != AIHOW_OK) return status;
         aihow_state* made = nullptr;
         size_t length = 0;
         const char* const text = aihow_text_get(json, 0, &length);
         status = aihow_state_from_json(text, length, "x", &made, error);
         aihow_state_free(made);
         aihow_text_free(json);
         return status;
       }},
      {"state_set_json",
       [](Subject& s, aihow_error** error) {
         static const char json[] = "{\"name\": \"a-name-of-some-length\", \"path\": \"/a/path/of/some/length\"}";
         return aihow_state_set_json(s.copy, AIHOW_KIND_POOL, 0, json, std::strlen(json), error);
       }},
      {"cancel_new",
       [](Subject&, aihow_error** error) {
         aihow_cancel* made = nullptr;
         const auto status = aihow_cancel_new(&made, error);
         aihow_cancel_free(made);
         return status;
       }},
      {"cancel_share",
       [](Subject& s, aihow_error** error) {
         aihow_cancel* made = nullptr;
         const auto status = aihow_cancel_share(s.cancel, &made, error);
         aihow_cancel_free(made);
         return status;
       }},
  };
  return all;
}

std::string document() {
  FILE* const file = fopen(path_of("s.json"), "r");
  if (file == nullptr) return "none";
  std::string out(1 << 16, '\0');
  out.resize(fread(out.data(), 1, out.size(), file));
  CHECK(fclose(file) == 0);
  return out;
}

}  // namespace

int main() {
  // Some thousand commits: in memory, where there is such a place.
  make_folder_in(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  int points = 0;
  for (const Call& call : calls()) {
    for (long nth = 1;; ++nth) {
      Subject subject;
      const std::string before = document();
      aihow_error* error = nullptr;
      struck = false;
      countdown = nth;
      const int32_t status = call.run(subject, &error);
      countdown = -1;
      const bool told = status == AIHOW_OK ? error == nullptr : status == AIHOW_E_OUT_OF_MEMORY && aihow_error_code(error) == status;
      if (!told || (status != AIHOW_OK && document() != before)) {
        fprintf(stderr, "%s, allocation %ld: %d, %s\n", call.name, nth, status, aihow_error_message(error));
        ++failures;
      }
      aihow_error_free(error);
      if (!struck) break;
      ++points;
    }
  }
  printf("allocations that failed: %d points found and covered\n", points);
  CHECK(points > 1000);
  remove_folder();
  return failures == 0 ? 0 : 1;
}
