/* SPDX-License-Identifier: MIT */
/* Structures of every size: smaller than the first version's, larger than this one's with and without members that it does not know. */
#include "sizes.h"

static aihow_manager* manager;
static aihow_state* state;

static int32_t cluster(sized* s, aihow_error** error) { return aihow_state_get_cluster(state, (aihow_cluster*)(void*)s, error); }
static int32_t vm(sized* s, aihow_error** error) { return aihow_state_get_vm(state, 0, (aihow_vm*)(void*)s, error); }
static int32_t vms(sized* s, aihow_error** error) { return aihow_state_get_vms(state, 0, 1, (aihow_vm*)(void*)s, error); }
static int32_t network(sized* s, aihow_error** error) { return aihow_state_get_network(state, 0, (aihow_network*)(void*)s, error); }
static int32_t volume(sized* s, aihow_error** error) { return aihow_state_get_volume(state, 0, (aihow_volume*)(void*)s, error); }
static int32_t pool(sized* s, aihow_error** error) { return aihow_state_get_pool(state, 0, (aihow_pool*)(void*)s, error); }
static int32_t holder(sized* s, aihow_error** error) {
  int32_t held = 0;
  return aihow_operation_holder(manager, &held, (aihow_holder*)(void*)s, error);
}
static int32_t verdict(sized* s, aihow_error** error) {
  aihow_inspection* inspection = NULL;
  int32_t status = AIHOW_OK;
  OK(aihow_inspection_of_bytes("x", 1, NULL, &inspection, &error));
  status = aihow_inspection_get(inspection, (aihow_verdict*)(void*)s, error);
  aihow_inspection_free(inspection);
  return status;
}
static int32_t finding(sized* s, aihow_error** error) {
  aihow_inspection* inspection = NULL;
  int32_t status = AIHOW_OK;
  OK(aihow_inspection_of_bytes("x", 1, NULL, &inspection, &error));
  status = aihow_inspection_finding(inspection, 0, (aihow_finding*)(void*)s, error);
  aihow_inspection_free(inspection);
  return status;
}
static int32_t record(sized* s, aihow_error** error) {
  aihow_records* records = NULL;
  int32_t status = AIHOW_OK;
  OK(aihow_manager_records(manager, NULL, &records, &error));
  status = aihow_records_get(records, 0, (aihow_record*)(void*)s, error);
  aihow_records_free(records);
  return status;
}
static int32_t transition(sized* s, aihow_error** error) { return aihow_lifecycle_get(0, (aihow_transition*)(void*)s, error); }

static const sized_call fillers[] = {
    {"cluster", cluster, 88},
    {"vm", vm, 160},
    {"vms", vms, 160},
    {"network", network, 72},
    {"volume", volume, 64},
    {"pool", pool, 56},
    {"holder", holder, 800},
    {"verdict", verdict, 80},
    {"finding", finding, 40},
    {"record", record, 32},
    {"transition", transition, 24},
};

static int32_t options(sized* s, aihow_error** error) {
  aihow_manager* made = NULL;
  const int32_t status = aihow_manager_open("memory:", (aihow_manager_options*)(void*)s, &made, error);
  aihow_manager_free(made);
  return status;
}
static int32_t call(sized* s, aihow_error** error) {
  return aihow_manager_update_vm_state(manager, "a", AIHOW_VM_STATE_SHUTOFF, (aihow_call*)(void*)s, error);
}
static int32_t query(sized* s, aihow_error** error) {
  aihow_records* records = NULL;
  const int32_t status = aihow_manager_records(manager, (aihow_record_query*)(void*)s, &records, error);
  aihow_records_free(records);
  return status;
}
static int32_t set_vm(sized* s, aihow_error** error) {
  const size_t size = s->struct_size;
  aihow_vm now = {sizeof now};
  OK(aihow_state_get_vm(state, 0, &now, &error));
  memcpy(s, &now, size < sizeof now ? size : sizeof now);
  s->struct_size = size;
  return aihow_state_set_vm(state, 0, (aihow_vm*)(void*)s, error);
}

static const sized_call givers[] = {{"options", options, 64}, {"call", call, 32}, {"query", query, 40}, {"set_vm", set_vm, 160, 1}};

int main(void) {
  static const char document[] =
      "{\"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"status\": \"stopped\", \"vms\": [{\"name\": \"a\", \"cpu_cores\": 1, \"memory_gb\": "
      "1,"
      " \"state\": \"SHUTOFF\"}], \"networks\": [{\"name\": \"n\", \"subnet\": \"10.0.0.0/8\", \"bridge\": \"b\"}], \"volumes\": [{\"name\": \"v\","
      " \"path\": \"/v\", \"size_gb\": 1, \"format\": \"raw\"}], \"pools\": [{\"name\": \"p\", \"path\": \"/p\"}]}";
  aihow_operation* operation = NULL;
  OK(aihow_manager_open("memory:", NULL, &manager, &error));
  OK(aihow_state_from_json(document, strlen(document), NULL, &state, &error));
  OK(aihow_manager_create(manager, state, "create", NULL, NULL, &error));
  OK(aihow_operation_begin(manager, "x", NULL, &operation, &error));
  what_comes_out_fits_what_is_there(fillers, sizeof fillers / sizeof *fillers);
  what_goes_in_says_only_what_is_known(givers, sizeof givers / sizeof *givers);
  aihow_operation_free(operation);
  aihow_state_free(state);
  aihow_manager_free(manager);
  return failures == 0 ? 0 : 1;
}
