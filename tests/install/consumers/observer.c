/* SPDX-License-Identifier: MIT */
/* A C program against the installed libraries: records what libvirt says of two VMs, and of one whose hypervisor is not there. */
#include <aihow/aihow-libvirt.h>
#include <stdio.h>
#include <string.h>

/* The lineage is the one of the domains' marks. */
static const char document[] =
    "{\"cluster_name\": \"demo\", \"cluster_type\": \"hpc\", \"status\": \"stopped\", \"vms\": ["
    "{\"name\": \"compute-01\", \"cpu_cores\": 1, \"memory_gb\": 1, \"state\": \"SHUTOFF\", \"domain_name\": \"demo-compute-01\"},"
    "{\"name\": \"controller\", \"cpu_cores\": 1, \"memory_gb\": 1, \"state\": \"SHUTOFF\", \"domain_name\": \"demo-controller\"},"
    "{\"name\": \"far\", \"cpu_cores\": 1, \"memory_gb\": 1, \"state\": \"SHUTOFF\", \"hypervisor\": \"test:///nowhere.xml\"}],"
    " \"aihow\": {\"format_version\": 1, \"revision\": 1, \"lineage\": \"11111111-2222-4333-8444-555555555555\"}}";

static int fail(aihow_error* error) {
  (void)fprintf(stderr, "%s\n", aihow_error_message(error));
  aihow_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  aihow_libvirt_options options = {.struct_size = sizeof options};
  aihow_observer* observer = NULL;
  aihow_manager* manager = NULL;
  aihow_state* state = NULL;
  const aihow_state* after = NULL;
  aihow_refresh* refresh = NULL;
  aihow_refresh_summary summary = {.struct_size = sizeof summary};
  aihow_error* error = NULL;
  aihow_vm vm = {.struct_size = sizeof vm};
  const char* hypervisor = NULL;
  const char* why = NULL;
  size_t i = 0;
  if (argc != 3) return 4;
  options.struct_size = 1;
  if (aihow_libvirt_observer_new(&options, &observer, NULL) != AIHOW_E_INVALID) return 5;
  options.struct_size = sizeof options;
  options.uri = argv[2];
  if (aihow_libvirt_observer_new(&options, NULL, NULL) != AIHOW_E_INVALID) return 6;
  if (aihow_manager_open(argv[1], NULL, &manager, &error) != AIHOW_OK) return fail(error);
  if (aihow_state_from_json(document, strlen(document), NULL, &state, &error) != AIHOW_OK) return fail(error);
  if (aihow_manager_create(manager, state, "adopt", NULL, NULL, &error) != AIHOW_OK) return fail(error);
  if (aihow_libvirt_observer_new(&options, &observer, &error) != AIHOW_OK) return fail(error);
  if (aihow_manager_refresh(manager, observer, NULL, NULL, &refresh, &error) != AIHOW_OK) return fail(error);
  if (aihow_refresh_state(refresh, &after, &error) != AIHOW_OK) return fail(error);
  if (aihow_refresh_get(refresh, &summary, &error) != AIHOW_OK) return fail(error);
  for (i = 0; i < 2; ++i) {
    if (aihow_state_get_vm(after, i, &vm, &error) != AIHOW_OK) return fail(error);
    (void)printf("%s %s\n", vm.name, aihow_vm_state_name(vm.state));
  }
  (void)printf("%d committed\n", summary.committed);
  if (aihow_refresh_unreachable(refresh, 0, &hypervisor, &why, &error) != AIHOW_OK) return fail(error);
  (void)printf("unreachable %s\n", hypervisor);
  aihow_refresh_free(refresh);
  aihow_observer_free(observer);
  aihow_state_free(after);
  aihow_state_free(state);
  aihow_manager_free(manager);
  return 0;
}
