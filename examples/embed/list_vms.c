/* SPDX-License-Identifier: MIT */
/* list_vms STATE: says what a cluster's VMs are doing.
 *
 *   gcc -std=c11 list_vms.c $(pkg-config --cflags --libs aihow) -o list_vms */
#include <aihow/aihow.h>
#include <inttypes.h>
#include <stdio.h>

static int fail(aihow_error* error) {
  (void)fprintf(stderr, "list_vms: %s\n", aihow_error_message(error));
  aihow_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  aihow_manager* manager = NULL;
  const aihow_state* state = NULL;
  aihow_error* error = NULL;
  aihow_cluster cluster = {.struct_size = sizeof cluster};
  aihow_vm vm = {.struct_size = sizeof vm};
  size_t i = 0;

  if (argc != 2) {
    (void)fprintf(stderr, "usage: list_vms STATE\n");
    return 2;
  }
  if (aihow_manager_open(argv[1], NULL, &manager, &error) != AIHOW_OK) return fail(error);
  if (aihow_manager_load(manager, &state, &error) != AIHOW_OK) return fail(error);
  aihow_manager_free(manager); /* a snapshot lives on */
  if (state == NULL) {
    (void)printf("there is no state\n");
    return 0;
  }
  if (aihow_state_get_cluster(state, &cluster, &error) != AIHOW_OK) return fail(error);
  (void)printf("%s (%s) is %s, revision %" PRIu64 "\n", cluster.cluster_name, cluster.cluster_type, cluster.status, cluster.revision);
  for (i = 0; i < aihow_state_count(state, AIHOW_KIND_VM); ++i) {
    if (aihow_state_get_vm(state, i, &vm, &error) != AIHOW_OK) return fail(error);
    (void)printf("%s %s %s\n", vm.name, aihow_vm_state_name(vm.state), vm.ip_address == NULL ? "-" : vm.ip_address);
  }
  aihow_state_free(state);
  return 0;
}
