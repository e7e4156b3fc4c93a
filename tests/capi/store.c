/* SPDX-License-Identifier: MIT */
/* A manager over a store of the caller's, by table and by scheme; stores that answer nonsense or fail; observers. */
#include "check.h"
#include "dictionary_store.h"

static int destroyed = 0;
static void destroy(void* user_data) {
  (void)user_data;
  ++destroyed;
}

static int32_t open_dictionary(void* user_data, const char* rest, aihow_store_table* table, void** store, aihow_sink* failure) {
  const size_t size = table->struct_size;
  (void)user_data;
  if (strcmp(rest, "closed") == 0) {
    (void)aihow_sink_put(failure, "no such drawer", 14, NULL);
    return AIHOW_E_NOT_FOUND;
  }
  if (!dictionary_store_open(rest, table, store)) return AIHOW_E_OUT_OF_MEMORY;
  CHECK(size == table->struct_size);
  table->destroy = destroy;
  return AIHOW_OK;
}

static int32_t fail_with_text(void* user_data, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                              aihow_sink* failure) {
  (void)known;
  (void)timeout_ms;
  (void)cancel;
  (void)answer;
  (void)aihow_sink_put(failure, "the cable is out", 16, NULL);
  return *(int32_t*)user_data;
}
static int32_t say_unchanged(void* user_data, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                             aihow_sink* failure) {
  (void)user_data;
  (void)known;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  return aihow_answer_unchanged(answer, NULL);
}
static int32_t say_nonsense(void* user_data, const aihow_revision* known, int64_t timeout_ms, const aihow_cancel* cancel, aihow_answer* answer,
                            aihow_sink* failure) {
  (void)known;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  return aihow_answer_document(answer, user_data, strlen(user_data), NULL, NULL, NULL);
}

static void a_manager_keeps_a_state_in_it(void) {
  aihow_store_table table;
  void* store = NULL;
  aihow_manager* manager = NULL;
  aihow_manager* other = NULL;
  aihow_state* state = NULL;
  const aihow_state* loaded = NULL;
  aihow_text* location = NULL;
  aihow_records* records = NULL;
  aihow_vm vm = {sizeof vm};
  CHECK(dictionary_store_open("drawer", &table, &store));
  table.destroy = destroy;
  OK(aihow_manager_open_store(&table, store, NULL, &manager, &error));
  OK(aihow_manager_location(manager, &location, &error));
  CHECK(strcmp(aihow_text_get(location, 0, NULL), "drawer") == 0);
  aihow_text_free(location);
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &state, &error));
  aihow_state_free(state);
  vm.name = "a";
  vm.cpu_cores = vm.memory_gb = 1;
  vm.state = AIHOW_VM_STATE_SHUTOFF;
  OK(aihow_manager_add_vm(manager, &vm, NULL, &error));
  OK(aihow_store_register("drawer", open_dictionary, NULL, &error));
  FAILS(aihow_store_register("drawer", open_dictionary, NULL, &error), AIHOW_E_INVALID, "taken");
  FAILS(aihow_store_register("x", open_dictionary, NULL, &error), AIHOW_E_INVALID, "cannot be a scheme");
  FAILS(aihow_manager_open("drawer:closed", NULL, &other, &error), AIHOW_E_NOT_FOUND, "no such drawer");
  OK(aihow_manager_open("drawer:drawer", NULL, &other, &error));
  OK(aihow_manager_update_vm_state(other, "a", AIHOW_VM_STATE_RUNNING, NULL, &error));
  OK(aihow_manager_load(manager, &loaded, &error));
  OK(aihow_state_get_vm(loaded, 0, &vm, &error));
  CHECK(vm.state == AIHOW_VM_STATE_RUNNING);
  aihow_state_free(loaded);
  OK(aihow_manager_records(manager, NULL, &records, &error));
  CHECK(aihow_records_count(records) == 3);
  aihow_records_free(records);
  CHECK(destroyed == 0);
  aihow_manager_free(other);
  aihow_manager_free(manager);
  CHECK(destroyed == 2);
}

static void what_a_store_says_wrong_is_told(void) {
  aihow_store_table table;
  void* store = NULL;
  aihow_manager* manager = NULL;
  const aihow_state* loaded = NULL;
  int32_t status = AIHOW_E_UNREACHABLE;
  CHECK(dictionary_store_open("wrong", &table, &store));
  table.load = fail_with_text;
  OK(aihow_manager_open_store(&table, &status, NULL, &manager, &error));
  FAILS(aihow_manager_load(manager, &loaded, &error), AIHOW_E_UNREACHABLE, "wrong: the cable is out");
  status = 12345;
  FAILS(aihow_manager_load(manager, &loaded, &error), AIHOW_E_UNEXPECTED, "the cable is out");
  aihow_manager_free(manager);
  table.load = say_unchanged;
  OK(aihow_manager_open_store(&table, NULL, NULL, &manager, &error));
  FAILS(aihow_manager_load(manager, &loaded, &error), AIHOW_E_IO, "it never was");
  aihow_manager_free(manager);
  table.load = say_nonsense;
  OK(aihow_manager_open_store(&table, "{", NULL, &manager, &error));
  FAILS(aihow_manager_load(manager, &loaded, &error), AIHOW_E_CORRUPT, "wrong:1");
  aihow_manager_free(manager);
  OK(aihow_manager_open_store(&table, "{\"cluster_name\": \"-\", \"cluster_type\": \"hpc\", \"status\": \"stopped\"}", NULL, &manager, &error));
  FAILS(aihow_manager_load(manager, &loaded, &error), AIHOW_E_CORRUPT, "/cluster_name");
  aihow_manager_free(manager);
  table.verify = NULL;
  FAILS(aihow_manager_open_store(&table, NULL, NULL, &manager, &error), AIHOW_E_INVALID, "lacks a function");
  CHECK(dictionary_store_open("wrong", &table, &store));
  table.wait = NULL;
  FAILS(aihow_manager_open_store(&table, NULL, NULL, &manager, &error), AIHOW_E_INVALID, "AIHOW_STORE_WAIT");
}

static int looked = 0;

static int32_t observe(void* user_data, const aihow_state* state, int64_t timeout_ms, const aihow_cancel* cancel, aihow_observation* observation,
                       aihow_sink* failure) {
  static const char* const disks[] = {"/disk"};
  static const char* const ips[] = {"10.0.0.9", "10.0.0.7"};
  aihow_vm_observation vm = {sizeof vm};
  aihow_network_observation network = {sizeof network};
  aihow_volume_observation volume = {sizeof volume};
  aihow_pool_observation pool = {sizeof pool};
  ++looked;
  (void)failure;
  CHECK(aihow_state_count(state, AIHOW_KIND_VM) == 1 && timeout_ms > 0 && aihow_cancel_requested(cancel) == 0);
  vm.name = "a";
  vm.state = AIHOW_VM_STATE_RUNNING;
  vm.state_reason = "booted";
  vm.cpu_cores = 4;
  vm.said = AIHOW_SAID_GPU_COUNT | AIHOW_SAID_VOLUMES | AIHOW_SAID_IP_ADDRESS;
  vm.gpu_count = 2;
  vm.volumes = disks;
  vm.volumes_count = 1;
  vm.ip_address = "10.0.0.7";
  OK(aihow_observation_add_vm(observation, &vm, &error));
  network.name = "n";
  network.exists = network.active = 1;
  network.said = AIHOW_SAID_ACTIVE_IPS;
  network.active_ips = ips;
  network.active_ips_count = 2;
  OK(aihow_observation_add_network(observation, &network, &error));
  volume.name = "v";
  volume.exists = 1;
  volume.size_gb = 7;
  OK(aihow_observation_add_volume(observation, &volume, &error));
  pool.name = "p";
  OK(aihow_observation_add_pool(observation, &pool, &error));
  OK(aihow_observation_add_unreachable(observation, "test:///far", "no route", &error));
  OK(aihow_observation_add_stranger(observation, AIHOW_KIND_VM, "clone", NULL, "it has another UUID", &error));
  if (user_data != NULL) { /* a manager and an observer: it comes back with itself */
    void* const* const both = user_data;
    FAILS(aihow_manager_refresh(both[0], both[1], NULL, NULL, NULL, &error), AIHOW_E_LOCKED, "at work");
  }
  return AIHOW_OK;
}

static int32_t observe_nothing(void* user_data, const aihow_state* state, int64_t timeout_ms, const aihow_cancel* cancel,
                               aihow_observation* observation, aihow_sink* failure) {
  (void)state;
  (void)timeout_ms;
  (void)cancel;
  (void)observation;
  (void)aihow_sink_put(failure, "blind", 5, NULL);
  return *(int32_t*)user_data;
}

static void what_an_observer_sees_is_recorded(void) {
  static const char document[] =
      "{\"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"status\": \"stopped\", \"vms\": [{\"name\": \"a\", \"cpu_cores\": 1, \"memory_gb\": "
      "1,"
      " \"state\": \"SHUTOFF\"}], \"networks\": [{\"name\": \"n\", \"subnet\": \"10.0.0.0/8\", \"bridge\": \"b\"}], \"volumes\": [{\"name\": \"v\","
      " \"path\": \"/v\", \"size_gb\": 1, \"format\": \"raw\"}], \"pools\": [{\"name\": \"p\", \"path\": \"/p\"}]}";
  aihow_observer_table table = {sizeof table, observe, destroy};
  aihow_observer* observer = NULL;
  aihow_observer* blind = NULL;
  aihow_manager* manager = NULL;
  aihow_state* state = NULL;
  const aihow_state* after = NULL;
  aihow_refresh* refresh = NULL;
  aihow_refresh_summary summary = {sizeof summary};
  aihow_difference difference = {sizeof difference};
  aihow_vm vm = {sizeof vm};
  aihow_network network = {sizeof network};
  aihow_volume volume = {sizeof volume};
  void* both[2];
  const char* one = NULL;
  const char* two = NULL;
  int32_t kind = 0;
  int32_t status = AIHOW_E_CANCELLED;
  size_t i = 0;
  int seen = 0;
  destroyed = 0;
  OK(aihow_manager_open("memory:", NULL, &manager, &error));
  OK(aihow_observer_new(&table, both, &observer, &error));
  both[0] = manager;
  both[1] = observer;
  FAILS(aihow_manager_refresh(manager, observer, NULL, NULL, &refresh, &error), AIHOW_E_NOT_FOUND, "no state");
  OK(aihow_state_from_json(document, strlen(document), NULL, &state, &error));
  OK(aihow_manager_create(manager, state, "create", NULL, NULL, &error));
  OK(aihow_manager_refresh(manager, observer, NULL, NULL, &refresh, &error));
  OK(aihow_refresh_get(refresh, &summary, &error));
  CHECK(looked == 1 && summary.committed == 1 && summary.unreachable == 1 && summary.strangers == 1 && summary.differences > 4);
  for (i = 0; i < summary.differences; ++i) {
    OK(aihow_refresh_difference(refresh, i, &difference, &error));
    if (strcmp(difference.field, "state") != 0) continue;
    ++seen;
    CHECK(difference.kind == AIHOW_KIND_VM && strcmp(difference.name, "a") == 0 && strcmp(difference.expected, "SHUTOFF") == 0);
    CHECK(strcmp(difference.found, "RUNNING") == 0 && strcmp(difference.reason, "booted") == 0);
  }
  CHECK(seen == 1);
  FAILS(aihow_refresh_difference(refresh, i, &difference, &error), AIHOW_E_NOT_FOUND, "no difference");
  OK(aihow_refresh_unreachable(refresh, 0, &one, &two, &error));
  CHECK(strcmp(one, "test:///far") == 0 && strcmp(two, "no route") == 0);
  OK(aihow_refresh_stranger(refresh, 0, &kind, &one, &two, &error));
  CHECK(kind == AIHOW_KIND_VM && strcmp(one, "clone") == 0 && strcmp(two, "it has another UUID") == 0);
  FAILS(aihow_refresh_stranger(refresh, 1, &kind, &one, &two, &error), AIHOW_E_NOT_FOUND, "no stranger");
  OK(aihow_refresh_state(refresh, &after, &error));
  aihow_refresh_free(refresh);
  OK(aihow_state_get_vm(after, 0, &vm, &error));
  CHECK(vm.state == AIHOW_VM_STATE_RUNNING && vm.cpu_cores == 4 && vm.memory_gb == 1 && vm.gpu_count == 2 && strcmp(vm.ip_address, "10.0.0.7") == 0);
  CHECK(vm.volumes_count == 1 && strcmp(vm.volumes[0], "/disk") == 0);
  OK(aihow_state_get_network(after, 0, &network, &error));
  CHECK(network.active_ips_count == 2 && strcmp(network.active_ips[0], "10.0.0.7") == 0);
  OK(aihow_state_get_volume(after, 0, &volume, &error));
  CHECK(volume.size_gb == 7);
  aihow_state_free(after);
  table.observe = observe_nothing;
  OK(aihow_observer_new(&table, &status, &blind, &error));
  FAILS(aihow_manager_refresh(manager, blind, NULL, NULL, NULL, &error), AIHOW_E_CANCELLED, "blind");
  table.observe = NULL;
  FAILS(aihow_observer_new(&table, NULL, &blind, &error), AIHOW_E_INVALID, "table.observe");
  CHECK(destroyed == 0);
  aihow_observer_free(blind);
  aihow_observer_free(observer);
  CHECK(destroyed == 2);
  aihow_state_free(state);
  aihow_manager_free(manager);
}

int main(void) {
  a_manager_keeps_a_state_in_it();
  what_a_store_says_wrong_is_told();
  what_an_observer_sees_is_recorded();
  return failures == 0 ? 0 : 1;
}
