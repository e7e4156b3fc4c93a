/* SPDX-License-Identifier: MIT */
/* Many threads on one manager and one snapshot, while others free handles under their hands. */
#include <pthread.h>
#include "check.h"

enum { threads = 8, rounds = 200, commits = 10 };

static aihow_manager* manager;
static const aihow_state* snapshot;
static aihow_state* victim;

static int32_t grow(void* user_data, aihow_state* state, aihow_sink* failure) {
  aihow_vm vm = {sizeof vm};
  (void)user_data;
  (void)failure;
  if (aihow_state_get_vm(state, 0, &vm, NULL) != AIHOW_OK) return AIHOW_E_NOT_FOUND;
  vm.cpu_cores += 1;
  return aihow_state_set_vm(state, 0, &vm, NULL);
}

static void* work(void* bad) {
  int i = 0;
  for (i = 0; i < rounds; ++i) {
    aihow_vm vm = {sizeof vm};
    const aihow_state* newest = NULL;
    size_t index = 0;
    if (aihow_state_find(snapshot, AIHOW_KIND_VM, "b", &index, NULL) != AIHOW_OK || index != 1) *(int*)bad = 1;
    if (aihow_state_get_vm(snapshot, index, &vm, NULL) != AIHOW_OK || strcmp(vm.name, "b") != 0 || strcmp(vm.volumes[0], "/b") != 0) *(int*)bad = 2;
    if (aihow_manager_load(manager, &newest, NULL) != AIHOW_OK || aihow_state_count(newest, AIHOW_KIND_VM) != 2) *(int*)bad = 3;
    aihow_state_free(newest);
    /* Freed by whoever comes first; from then on it is an error. */
    (void)aihow_state_count(victim, AIHOW_KIND_VM);
    if (i == rounds / 2) aihow_state_free(victim);
    if (i < commits && aihow_manager_transaction(manager, "grow", grow, NULL, NULL, NULL, NULL) != AIHOW_OK) *(int*)bad = 4;
  }
  return NULL;
}

int main(void) {
  static const char document[] =
      "{\"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"status\": \"stopped\", \"vms\": ["
      "{\"name\": \"a\", \"cpu_cores\": 1, \"memory_gb\": 1, \"state\": \"SHUTOFF\"},"
      "{\"name\": \"b\", \"cpu_cores\": 1, \"memory_gb\": 1, \"state\": \"SHUTOFF\", \"volumes\": [\"/b\"]}]}";
  aihow_state* first = NULL;
  const aihow_state* last = NULL;
  aihow_vm vm = {sizeof vm};
  pthread_t all[threads];
  int bad[threads] = {0};
  int i = 0;
  make_folder();
  OK(aihow_manager_open(path_of("s.json"), NULL, &manager, &error));
  OK(aihow_state_from_json(document, strlen(document), NULL, &first, &error));
  OK(aihow_manager_create(manager, first, "create", NULL, &snapshot, &error));
  OK(aihow_state_copy(snapshot, &victim, &error));
  for (i = 0; i < threads; ++i) CHECK(pthread_create(&all[i], NULL, work, &bad[i]) == 0);
  for (i = 0; i < threads; ++i) {
    CHECK(pthread_join(all[i], NULL) == 0);
    CHECK(bad[i] == 0);
  }
  CHECK(aihow_state_count(victim, AIHOW_KIND_VM) == 0);
  OK(aihow_manager_load(manager, &last, &error));
  OK(aihow_state_get_vm(last, 0, &vm, &error));
  CHECK(vm.cpu_cores == 1 + threads * commits);
  aihow_state_free(last);
  aihow_state_free(snapshot);
  aihow_state_free(first);
  aihow_manager_free(manager);
  remove_folder();
  return failures == 0 ? 0 : 1;
}
