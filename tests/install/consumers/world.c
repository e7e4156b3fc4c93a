/* SPDX-License-Identifier: MIT */
/* A C program against the installed libraries: finds a cluster by its marks, makes its state again, compares it, and watches it. */
#include <aihow/aihow-libvirt.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static int fail(aihow_error* error) {
  (void)fprintf(stderr, "%s\n", aihow_error_message(error));
  aihow_error_free(error);
  return 1;
}

/* Takes a domain into the state that has lost it, and says what was taken in. */
static int32_t take_in(aihow_manager* manager, const aihow_libvirt_options* options, const char* domain_name, aihow_error** error) {
  const aihow_state* state = NULL;
  aihow_state* records = NULL;
  aihow_vm vm = {.struct_size = sizeof vm};
  int32_t status = aihow_manager_load(manager, &state, error);
  if (status == AIHOW_OK) status = aihow_libvirt_read_own_domain(options, state, domain_name, &records, error);
  if (status == AIHOW_OK) status = aihow_state_get_vm(records, 0, &vm, error);
  if (status == AIHOW_OK)
    (void)printf("%s is %s, %d cores, of %d\n", vm.name, vm.domain_name, vm.cpu_cores, (int)aihow_state_count(records, AIHOW_KIND_VM));
  if (status == AIHOW_OK) status = aihow_manager_add_vm(manager, &vm, NULL, error);
  aihow_state_free(records);
  aihow_state_free(state);
  return status;
}

static void count(void* told, const char* text) { *(int*)told += strstr(text, "left out") != NULL; }

/* Until the hypervisor has answered. */
static int32_t hear(void* cancel, const aihow_watch_event* event, aihow_sink* failure) {
  (void)failure;
  if (event->kind != AIHOW_WATCH_CONNECTED) return AIHOW_OK;
  (void)printf("connected %d\n", strncmp(event->hypervisor, "test://", 7) == 0);
  return aihow_cancel_request((aihow_cancel*)cancel, NULL);
}

int main(int argc, char** argv) {
  aihow_libvirt_options options = {.struct_size = sizeof options};
  aihow_libvirt_cluster clusters[4] = {{.struct_size = sizeof clusters[0]}};
  aihow_libvirt_cluster other = {.struct_size = 8};
  size_t found = 0;
  int told = 0;
  aihow_observer* observer = NULL;
  aihow_event_source* source = NULL;
  aihow_manager* manager = NULL;
  aihow_state* state = NULL;
  aihow_refresh* drift = NULL;
  aihow_refresh_summary summary = {.struct_size = sizeof summary};
  aihow_watch_options watch = {.struct_size = sizeof watch};
  aihow_vm vm = {.struct_size = sizeof vm};
  aihow_error* error = NULL;
  size_t i = 0;
  if (argc != 3) return 4;
  options.uri = argv[2];
  /* Misuse is answered. */
  if (aihow_libvirt_find_clusters(&options, NULL, 1, &found, NULL) != AIHOW_E_INVALID) return 5;
  if (aihow_libvirt_find_clusters(&options, clusters, 4, NULL, NULL) != AIHOW_E_INVALID) return 6;
  if (aihow_libvirt_find_clusters(&options, &other, 1, &found, NULL) != AIHOW_E_INVALID) return 7;
  if (aihow_libvirt_rebuild(&options, NULL, &state, NULL) != AIHOW_E_INVALID) return 8;
  if (aihow_libvirt_rebuild(&options, &other, &state, NULL) != AIHOW_E_INVALID) return 9;
  if (aihow_libvirt_rebuild(&options, clusters, NULL, NULL) != AIHOW_E_INVALID) return 10;
  if (aihow_libvirt_rebuild(&options, clusters, &state, NULL) != AIHOW_E_NOT_FOUND) return 11;
  if (aihow_libvirt_event_source_new(&options, NULL, NULL) != AIHOW_E_INVALID) return 12;
  if (aihow_libvirt_read_own_domain(&options, NULL, "demo-controller", &state, NULL) != AIHOW_E_INVALID) return 14;
  if (aihow_libvirt_find_clusters(&options, NULL, 0, &found, &error) != AIHOW_OK) return fail(error);
  if (found != 1) return 13;
  if (aihow_libvirt_find_clusters(&options, clusters, 4, &found, &error) != AIHOW_OK) return fail(error);
  for (i = 0; i < found; ++i) {
    (void)printf("found %s %s %d %d\n", clusters[i].name, clusters[i].type, (int)clusters[i].domains, (int)clusters[i].networks);
  }
  /* Options of the first version have nobody to tell. */
  options.notice = count;
  options.user_data = &told;
  options.struct_size = offsetof(aihow_libvirt_options, notice);
  if (aihow_libvirt_rebuild(&options, &clusters[0], &state, &error) != AIHOW_OK) return fail(error);
  aihow_state_free(state);
  if (told != 0) return 20;
  options.struct_size = sizeof options;
  if (aihow_libvirt_rebuild(&options, &clusters[0], &state, &error) != AIHOW_OK) return fail(error);
  if (told != 1) return 21;
  for (i = 0; aihow_state_get_vm(state, i, &vm, NULL) == AIHOW_OK; ++i) (void)printf("%s %s\n", vm.name, aihow_vm_state_name(vm.state));
  if (aihow_manager_open(argv[1], NULL, &manager, &error) != AIHOW_OK) return fail(error);
  if (aihow_manager_create(manager, state, "rebuild", NULL, NULL, &error) != AIHOW_OK) return fail(error);
  if (aihow_libvirt_observer_new(&options, &observer, &error) != AIHOW_OK) return fail(error);
  if (aihow_manager_drift(manager, observer, NULL, &drift, &error) != AIHOW_OK) return fail(error);
  if (aihow_refresh_get(drift, &summary, &error) != AIHOW_OK) return fail(error);
  (void)printf("%d seen, %d differ\n", (int)summary.vms, (int)summary.differences);
  for (i = 0; i < summary.differences; ++i) {
    aihow_difference difference = {.struct_size = sizeof difference};
    if (aihow_refresh_difference(drift, i, &difference, &error) != AIHOW_OK) return fail(error);
    (void)fprintf(stderr, "%s %s: %s, %s\n", difference.name, difference.field, difference.expected, difference.found);
  }
  if (aihow_libvirt_read_own_domain(&options, state, NULL, &state, NULL) != AIHOW_E_INVALID) return 15;
  if (aihow_libvirt_read_own_domain(&options, state, "demo-controller", NULL, NULL) != AIHOW_E_INVALID) return 16;
  if (take_in(manager, &options, "none", NULL) != AIHOW_E_NOT_FOUND) return 17;
  if (take_in(manager, &options, "somebody-elses", NULL) != AIHOW_E_INVALID) return 18;
  if (take_in(manager, &options, "demo-controller", NULL) != AIHOW_E_CONFLICT) return 19;
  if (aihow_manager_remove_vm(manager, "controller", NULL, &error) != AIHOW_OK) return fail(error);
  if (take_in(manager, &options, "demo-controller", &error) != AIHOW_OK) return fail(error);
  if (aihow_libvirt_event_source_new(&options, &source, &error) != AIHOW_OK) return fail(error);
  if (aihow_cancel_new(&watch.cancel, &error) != AIHOW_OK) return fail(error);
  /* Each call that asks can be ended. Options of an earlier version have nobody who ends it. */
  options.cancel = watch.cancel;
  if (aihow_libvirt_find_clusters(&options, NULL, 0, &found, &error) != AIHOW_OK) return fail(error);
  if (aihow_cancel_request(watch.cancel, &error) != AIHOW_OK) return fail(error);
  if (aihow_libvirt_find_clusters(&options, NULL, 0, &found, NULL) != AIHOW_E_CANCELLED) return 22;
  if (aihow_libvirt_rebuild(&options, &clusters[0], &state, NULL) != AIHOW_E_CANCELLED) return 23;
  options.cancel = (const aihow_cancel*)manager;
  if (aihow_libvirt_find_clusters(&options, NULL, 0, &found, NULL) != AIHOW_E_INVALID) return 24;
  options.struct_size = offsetof(aihow_libvirt_options, cancel);
  if (aihow_libvirt_find_clusters(&options, NULL, 0, &found, &error) != AIHOW_OK) return fail(error);
  aihow_cancel_free(watch.cancel);
  if (aihow_cancel_new(&watch.cancel, &error) != AIHOW_OK) return fail(error);
  if (aihow_manager_watch(manager, observer, source, hear, watch.cancel, &watch, &error) != AIHOW_OK) return fail(error);
  aihow_cancel_free(watch.cancel);
  aihow_event_source_free(source);
  aihow_refresh_free(drift);
  aihow_observer_free(observer);
  aihow_state_free(state);
  aihow_manager_free(manager);
  return 0;
}
