/* SPDX-License-Identifier: MIT */
/* Structures of every size: smaller than the first version's, larger than this one's with and without members that it does not know. */
#include "check.h"

static aihow_manager* manager;
static aihow_state* state;

/* A structure with room behind it. */
typedef union sized {
  size_t struct_size;
  aihow_vm vm;
  unsigned char bytes[4096];
} sized;

typedef int32_t (*filler)(sized*, aihow_error**);

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

/* What comes out: no byte beyond struct_size is touched. `first` is sizeof in version 0.1: it never changes. */
static const struct {
  const char* name;
  filler fill;
  size_t first;
} fillers[] = {
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

static void what_comes_out_fits_what_is_there(void) {
  size_t i = 0;
  for (i = 0; i < sizeof fillers / sizeof *fillers; ++i) {
    size_t size = 0;
    for (size = 0; size <= fillers[i].first + 64; ++size) {
      sized target;
      size_t byte = 0;
      aihow_error* error = NULL;
      int32_t status = AIHOW_OK;
      memset(&target, 0xAA, sizeof target);
      target.struct_size = size;
      status = fillers[i].fill(&target, &error);
      if (status != (size < fillers[i].first ? AIHOW_E_INVALID : AIHOW_OK) || target.struct_size != size) {
        (void)fprintf(stderr, "%s: size %zu: %d, %s\n", fillers[i].name, size, (int)status, aihow_error_message(error));
        ++failures;
      }
      if (status != AIHOW_OK) CHECK(strstr(aihow_error_message(error), "sizeof") != NULL);
      for (byte = size < sizeof(size_t) ? sizeof(size_t) : size; byte < sizeof target; ++byte) CHECK(target.bytes[byte] == 0xAA);
      aihow_error_free(error);
    }
    {
      sized target;
      target.struct_size = SIZE_MAX;
      CHECK(fillers[i].fill(&target, NULL) == AIHOW_E_INVALID);
    }
  }
}

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

static const struct {
  const char* name;
  filler give;
  size_t first;
} givers[] = {{"options", options, 64}, {"call", call, 32}, {"query", query, 40}, {"set_vm", set_vm, 160}};

static void what_goes_in_says_only_what_is_known(void) {
  size_t i = 0;
  for (i = 0; i < sizeof givers / sizeof *givers; ++i) {
    size_t size = 0;
    for (size = 0; size <= givers[i].first + 32; ++size) {
      sized given;
      memset(&given, 0, sizeof given);
      given.struct_size = size;
      if (givers[i].give(&given, NULL) != (size < givers[i].first ? AIHOW_E_INVALID : AIHOW_OK)) {
        (void)fprintf(stderr, "%s: size %zu\n", givers[i].name, size);
        ++failures;
      }
    }
    {
      sized given;
      memset(&given, 0, sizeof given);
      given.struct_size = givers[i].first + 16;
      given.bytes[givers[i].first + 15] = 1;
      FAILS(givers[i].give(&given, &error), AIHOW_E_INVALID, "newer library");
      given.struct_size = SIZE_MAX;
      if (givers[i].give != set_vm) FAILS(givers[i].give(&given, &error), AIHOW_E_INVALID, "sizeof");
    }
  }
}

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
  what_comes_out_fits_what_is_there();
  what_goes_in_says_only_what_is_known();
  aihow_operation_free(operation);
  aihow_state_free(state);
  aihow_manager_free(manager);
  return failures == 0 ? 0 : 1;
}
