/* SPDX-License-Identifier: MIT */
/* What the programs about a manager share: a cluster "lab", and looks at it. */
#ifndef AIHOW_TESTS_CAPI_LAB_H
#define AIHOW_TESTS_CAPI_LAB_H

#include "check.h"

static inline aihow_manager* open_at(const char* location) {
  aihow_manager* manager = NULL;
  OK(aihow_manager_open(location, NULL, &manager, &error));
  return manager;
}

/* A manager of a file that has the cluster "lab" with the VMs "a" and "b", both off. */
static inline aihow_manager* lab(const char* name) {
  aihow_manager* manager = open_at(path_of(name));
  aihow_state* state = NULL;
  aihow_vm vm = {sizeof vm};
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &state, &error));
  aihow_state_free(state);
  vm.name = "a";
  vm.cpu_cores = 2;
  vm.memory_gb = 4;
  vm.state = AIHOW_VM_STATE_SHUTOFF;
  OK(aihow_manager_add_vm(manager, &vm, NULL, &error));
  vm.name = "b";
  OK(aihow_manager_add_vm(manager, &vm, NULL, &error));
  return manager;
}

static inline const aihow_state* load(aihow_manager* manager) {
  const aihow_state* state = NULL;
  OK(aihow_manager_load(manager, &state, &error));
  return state;
}

static inline uint64_t revision_of(aihow_manager* manager) {
  const aihow_state* state = load(manager);
  aihow_cluster cluster = {sizeof cluster};
  if (state == NULL) return 0;
  OK(aihow_state_get_cluster(state, &cluster, &error));
  aihow_state_free(state);
  return cluster.revision;
}

/* The VM of that name in the newest state; its texts are gone, so only numbers may be looked at. */
static inline aihow_vm vm_of(aihow_manager* manager, const char* name) {
  const aihow_state* state = load(manager);
  aihow_vm vm = {sizeof vm};
  size_t index = 0;
  OK(aihow_state_find(state, AIHOW_KIND_VM, name, &index, &error));
  OK(aihow_state_get_vm(state, index, &vm, &error));
  aihow_state_free(state);
  return vm;
}

static inline void write_file(const char* name, const char* text) {
  FILE* file = fopen(path_of(name), "w");
  CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

#endif
