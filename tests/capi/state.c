/* SPDX-License-Identifier: MIT */
/* A state in C: every member read, changed and spelled as JSON. */
#include "check.h"

static const char document[] =
    "{\"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"status\": \"partial\", \"created_at\": \"2025-10-21T14:32:15.123456\","
    " \"last_modified\": \"2025-10-21T14:35:42.5+02:00\", \"vms\": ["
    "{\"name\": \"controller\", \"cpu_cores\": 8, \"memory_gb\": 32, \"state\": \"RUNNING\", \"ip_address\": \"192.168.100.10\", \"gpu_count\": 2,"
    " \"volumes\": [\"/v/a.qcow2\", \"/v/b.qcow2\"], \"created_at\": \"2025-10-21T14:32:15\", \"last_seen\": \"2025-10-21T14:32:15Z\","
    " \"role\": \"controller\", \"auto_start\": false, \"domain_name\": \"lab-controller\", \"domain_uuid\": "
    "\"01234567-89ab-cdef-0123-456789abcdef\","
    " \"hypervisor\": \"qemu:///system\", \"state_reason\": \"booted\", \"unreachable_since\": \"2025-10-21T14:40:00Z\", \"pending\": \"delete\","
    " \"rack\": 7e0},"
    "{\"name\": \"compute-01\", \"cpu_cores\": 4, \"memory_gb\": 16, \"state\": \"SHUTOFF\"}],"
    " \"networks\": [{\"name\": \"net\", \"subnet\": \"192.168.100.0/24\", \"bridge\": \"virbr1\", \"active_ips\": [\"192.168.100.10\"],"
    " \"uuid\": \"01234567-89ab-cdef-0123-456789abcdef\", \"missing_since\":"
    " \"2025-10-21T14:40:00Z\", \"inactive_since\": \"2025-10-21T14:32:15\", \"pending\": \"create\"}],"
    " \"volumes\": [{\"name\": \"disk\", \"path\": \"/v/a.qcow2\", \"size_gb\": 100, \"format\": \"qcow2\", \"pool\": \"p\","
    " \"backing_file\": \"/v/base.qcow2\", \"missing_since\": \"2025-10-21T14:40:00Z\"}],"
    " \"pools\": [{\"name\": \"p\", \"path\": \"/v\", \"owned\": true, \"owns_directory\": true,"
    " \"missing_since\": \"2025-10-21T14:40:00Z\", \"inactive_since\": \"2025-10-21T14:40:00Z\"}], \"site\": {\"a\" : [1, 2]}}";

static aihow_state* sample(void) {
  aihow_state* state = NULL;
  OK(aihow_state_from_json(document, strlen(document), "sample.json", &state, &error));
  return state;
}

static void every_member_is_read(void) {
  aihow_state* state = sample();
  aihow_cluster cluster = {sizeof cluster};
  aihow_vm vm = {sizeof vm};
  aihow_network network = {sizeof network};
  aihow_volume volume = {sizeof volume};
  aihow_pool pool = {sizeof pool};
  aihow_uuid uuid;
  OK(aihow_uuid_parse("01234567-89AB-cdef-0123-456789abcdef", 36, &uuid, &error));
  OK(aihow_state_get_cluster(state, &cluster, &error));
  CHECK(strcmp(cluster.cluster_name, "lab") == 0 && strcmp(cluster.cluster_type, "hpc") == 0 && strcmp(cluster.status, "partial") == 0);
  CHECK(cluster.created_at.kind == AIHOW_TIME_LOCAL && cluster.created_at.us == 1761057135123456);
  CHECK(cluster.last_modified.kind == AIHOW_TIME_UTC && cluster.last_modified.us == 1761050142500000);
  CHECK(cluster.revision == 0 && cluster.lineage.bytes[0] == 0);

  OK(aihow_state_get_vm(state, 0, &vm, &error));
  CHECK(strcmp(vm.name, "controller") == 0 && vm.cpu_cores == 8 && vm.memory_gb == 32 && vm.state == AIHOW_VM_STATE_RUNNING);
  CHECK(strcmp(vm.ip_address, "192.168.100.10") == 0 && vm.gpu_count == 2);
  CHECK(vm.volumes_count == 2 && strcmp(vm.volumes[0], "/v/a.qcow2") == 0 && strcmp(vm.volumes[1], "/v/b.qcow2") == 0);
  CHECK(vm.created_at.kind == AIHOW_TIME_LOCAL && vm.last_seen.kind == AIHOW_TIME_UTC && vm.last_seen.us == 1761057135000000);
  CHECK(strcmp(vm.role, "controller") == 0 && strcmp(vm.domain_name, "lab-controller") == 0 && strcmp(vm.hypervisor, "qemu:///system") == 0);
  CHECK(strcmp(vm.state_reason, "booted") == 0 && memcmp(&vm.domain_uuid, &uuid, sizeof uuid) == 0);
  CHECK(vm.unreachable_since.us == 1761057600000000 && vm.no_auto_start == 1 && vm.pending == AIHOW_PENDING_DELETE);

  OK(aihow_state_get_vm(state, 1, &vm, &error));
  CHECK(vm.ip_address == NULL && vm.volumes_count == 0 && strcmp(vm.role, "") == 0 && vm.no_auto_start == 0 && vm.pending == AIHOW_PENDING_NONE);
  CHECK(vm.created_at.kind == AIHOW_TIME_NONE && vm.unreachable_since.kind == AIHOW_TIME_NONE && vm.domain_uuid.bytes[15] == 0);

  OK(aihow_state_get_network(state, 0, &network, &error));
  CHECK(strcmp(network.name, "net") == 0 && strcmp(network.subnet, "192.168.100.0/24") == 0 && strcmp(network.bridge, "virbr1") == 0);
  CHECK(network.active_ips_count == 1 && strcmp(network.active_ips[0], "192.168.100.10") == 0 && network.pending == AIHOW_PENDING_CREATE);
  CHECK(memcmp(&network.uuid, &uuid, sizeof uuid) == 0);
  CHECK(network.missing_since.us == 1761057600000000 && network.missing_since.kind == AIHOW_TIME_UTC);
  CHECK(network.inactive_since.kind == AIHOW_TIME_LOCAL);
  OK(aihow_state_get_volume(state, 0, &volume, &error));
  CHECK(strcmp(volume.name, "disk") == 0 && strcmp(volume.path, "/v/a.qcow2") == 0 && volume.size_gb == 100 && strcmp(volume.format, "qcow2") == 0);
  CHECK(strcmp(volume.pool, "p") == 0 && strcmp(volume.backing_file, "/v/base.qcow2") == 0 && volume.pending == 0);
  CHECK(volume.missing_since.us == 1761057600000000);
  OK(aihow_state_get_pool(state, 0, &pool, &error));
  CHECK(pool.missing_since.us == 1761057600000000 && pool.inactive_since.us == 1761057600000000);
  CHECK(strcmp(pool.name, "p") == 0 && strcmp(pool.path, "/v") == 0 && pool.owned == 1 && pool.owns_directory == 1 && pool.pending == 0);
  CHECK(aihow_state_count(state, AIHOW_KIND_CLUSTER) == 1 && aihow_state_count(state, AIHOW_KIND_VM) == 2);
  CHECK(aihow_state_count(state, AIHOW_KIND_NETWORK) == 1 && aihow_state_count(state, AIHOW_KIND_VOLUME) == 1);
  CHECK(aihow_state_count(state, AIHOW_KIND_POOL) == 1 && aihow_state_count(state, 99) == 0 && aihow_state_count(NULL, AIHOW_KIND_VM) == 0);
  CHECK(strcmp(aihow_state_token(state), "") == 0);
  OK(aihow_state_validate(state, &error));
  aihow_state_free(state);
}

static void what_is_put_back_unchanged_changes_nothing(void) {
  aihow_state* state = sample();
  aihow_state* before = NULL;
  aihow_cluster cluster = {sizeof cluster};
  aihow_vm vm = {sizeof vm};
  aihow_network network = {sizeof network};
  aihow_volume volume = {sizeof volume};
  aihow_pool pool = {sizeof pool};
  aihow_text* one = NULL;
  aihow_text* other = NULL;
  int32_t equal = 0;
  size_t i = 0;
  OK(aihow_state_copy(state, &before, &error));
  OK(aihow_state_get_cluster(state, &cluster, &error));
  OK(aihow_state_set_cluster(state, &cluster, &error));
  for (i = 0; i < 2; ++i) {
    OK(aihow_state_get_vm(state, i, &vm, &error));
    OK(aihow_state_set_vm(state, i, &vm, &error));
  }
  OK(aihow_state_get_network(state, 0, &network, &error));
  OK(aihow_state_set_network(state, 0, &network, &error));
  OK(aihow_state_get_volume(state, 0, &volume, &error));
  OK(aihow_state_set_volume(state, 0, &volume, &error));
  OK(aihow_state_get_pool(state, 0, &pool, &error));
  OK(aihow_state_set_pool(state, 0, &pool, &error));
  OK(aihow_state_equal(state, before, &equal, &error));
  CHECK(equal == 1);
  /* So do the spellings of times and of unknown members. */
  OK(aihow_state_to_json(state, &one, &error));
  OK(aihow_state_to_json(before, &other, &error));
  CHECK(strcmp(aihow_text_get(one, 0, NULL), aihow_text_get(other, 0, NULL)) == 0);
  CHECK(strstr(aihow_text_get(one, 0, NULL), "\"last_modified\": \"2025-10-21T14:35:42.5+02:00\"") != NULL);
  CHECK(strstr(aihow_text_get(one, 0, NULL), "\"rack\": 7e0") != NULL);
  aihow_text_free(one);
  aihow_text_free(other);
  aihow_state_free(before);
  aihow_state_free(state);
}

static void members_change_one_by_one(void) {
  static const char* const paths[] = {"/w/c.qcow2"};
  aihow_state* state = sample();
  aihow_state* before = NULL;
  aihow_vm vm = {sizeof vm};
  aihow_cluster cluster = {sizeof cluster};
  int32_t equal = 1;
  OK(aihow_state_copy(state, &before, &error));
  OK(aihow_state_get_vm(state, 1, &vm, &error));
  vm.name = "compute-02";
  vm.cpu_cores = 16;
  vm.state = AIHOW_VM_STATE_PAUSED;
  vm.ip_address = "192.168.100.20";
  vm.volumes = paths;
  vm.volumes_count = 1;
  vm.last_seen.kind = AIHOW_TIME_UTC;
  vm.last_seen.us = 1761057135123456;
  vm.unreachable_since = vm.last_seen;
  vm.no_auto_start = 1;
  vm.pending = AIHOW_PENDING_CREATE;
  OK(aihow_state_set_vm(state, 1, &vm, &error));
  memset(&vm, 0, sizeof vm);
  vm.struct_size = sizeof vm;
  OK(aihow_state_get_vm(state, 1, &vm, &error));
  CHECK(strcmp(vm.name, "compute-02") == 0 && vm.cpu_cores == 16 && vm.memory_gb == 16 && vm.state == AIHOW_VM_STATE_PAUSED);
  CHECK(strcmp(vm.ip_address, "192.168.100.20") == 0 && vm.volumes_count == 1 && strcmp(vm.volumes[0], "/w/c.qcow2") == 0);
  CHECK(vm.last_seen.us == 1761057135123456 && vm.unreachable_since.us == 1761057135123456 && vm.no_auto_start == 1 && vm.pending == 1);
  OK(aihow_state_get_cluster(state, &cluster, &error));
  cluster.status = "error";
  cluster.revision = 99;
  OK(aihow_state_set_cluster(state, &cluster, &error));
  OK(aihow_state_get_cluster(state, &cluster, &error));
  CHECK(strcmp(cluster.status, "error") == 0 && cluster.revision == 0);
  OK(aihow_state_equal(state, before, &equal, &error));
  CHECK(equal == 0);
  aihow_state_free(before);
  aihow_state_free(state);
}

static void what_is_back_is_missing_no_more(void) {
  aihow_state* state = sample();
  aihow_network network = {sizeof network};
  aihow_volume volume = {sizeof volume};
  aihow_pool pool = {sizeof pool};
  OK(aihow_state_get_network(state, 0, &network, &error));
  memset(&network.missing_since, 0, sizeof network.missing_since);
  network.inactive_since.kind = AIHOW_TIME_UTC;
  network.inactive_since.us = 1761057135123456;
  OK(aihow_state_set_network(state, 0, &network, &error));
  OK(aihow_state_get_network(state, 0, &network, &error));
  CHECK(network.missing_since.kind == AIHOW_TIME_NONE && network.inactive_since.us == 1761057135123456);
  OK(aihow_state_get_volume(state, 0, &volume, &error));
  memset(&volume.missing_since, 0, sizeof volume.missing_since);
  OK(aihow_state_set_volume(state, 0, &volume, &error));
  OK(aihow_state_get_volume(state, 0, &volume, &error));
  CHECK(volume.missing_since.kind == AIHOW_TIME_NONE);
  OK(aihow_state_get_pool(state, 0, &pool, &error));
  memset(&pool.missing_since, 0, sizeof pool.missing_since);
  memset(&pool.inactive_since, 0, sizeof pool.inactive_since);
  OK(aihow_state_set_pool(state, 0, &pool, &error));
  OK(aihow_state_get_pool(state, 0, &pool, &error));
  CHECK(pool.missing_since.kind == AIHOW_TIME_NONE && pool.inactive_since.kind == AIHOW_TIME_NONE);
  aihow_state_free(state);
}

static void a_structure_may_point_into_what_it_changes(void) {
  aihow_state* state = sample();
  aihow_vm vm = {sizeof vm};
  OK(aihow_state_get_vm(state, 0, &vm, &error));
  vm.role = vm.name;
  vm.name = vm.domain_name;
  vm.volumes += 1;
  vm.volumes_count -= 1;
  OK(aihow_state_set_vm(state, 0, &vm, &error));
  OK(aihow_state_get_vm(state, 0, &vm, &error));
  CHECK(strcmp(vm.name, "lab-controller") == 0 && strcmp(vm.role, "controller") == 0);
  CHECK(vm.volumes_count == 1 && strcmp(vm.volumes[0], "/v/b.qcow2") == 0);
  aihow_state_free(state);
}

static void objects_come_go_and_move(void) {
  aihow_state* state = NULL;
  aihow_vm vm = {sizeof vm};
  aihow_vm all[4];
  static const char* const names[] = {"a", "b", "c", "d"};
  size_t i = 0;
  OK(aihow_state_new("lab", "cloud", &state, &error));
  for (i = 0; i < 4; ++i) {
    vm.name = names[i];
    vm.cpu_cores = vm.memory_gb = 1;
    vm.state = AIHOW_VM_STATE_SHUTOFF;
    OK(aihow_state_insert_vm(state, i == 3 ? 0 : SIZE_MAX, &vm, &error));
  }
  OK(aihow_state_move(state, AIHOW_KIND_VM, 0, 3, &error)); /* d a b c */
  OK(aihow_state_move(state, AIHOW_KIND_VM, 2, 0, &error)); /* c a b d */
  OK(aihow_state_remove(state, AIHOW_KIND_VM, 1, &error));  /* c b d */
  memset(all, 0xAA, sizeof all);
  all[0].struct_size = sizeof all[0];
  OK(aihow_state_get_vms(state, 0, 3, all, &error));
  CHECK(strcmp(all[0].name, "c") == 0 && strcmp(all[1].name, "b") == 0 && strcmp(all[2].name, "d") == 0);
  CHECK(all[2].struct_size == sizeof all[0] && all[3].struct_size == (size_t)0xAAAAAAAAAAAAAAAA);
  FAILS(aihow_state_get_vms(state, 1, 3, all, &error), AIHOW_E_NOT_FOUND, "the state has 3");
  OK(aihow_state_get_vms(state, 3, 0, NULL, &error));
  OK(aihow_state_find(state, AIHOW_KIND_VM, "d", &i, &error));
  CHECK(i == 2);
  FAILS(aihow_state_find(state, AIHOW_KIND_VM, "a", &i, &error), AIHOW_E_NOT_FOUND, "has no vm \"a\"");
  FAILS(aihow_state_remove(state, AIHOW_KIND_VM, 3, &error), AIHOW_E_NOT_FOUND, "vm 3");
  FAILS(aihow_state_move(state, AIHOW_KIND_VM, 0, 3, &error), AIHOW_E_NOT_FOUND, "vm 3");
  FAILS(aihow_state_insert_vm(state, 4, &vm, &error), AIHOW_E_NOT_FOUND, "vm 4");
  FAILS(aihow_state_remove(state, AIHOW_KIND_CLUSTER, 0, &error), AIHOW_E_INVALID, "in no list");
  aihow_state_free(state);
}

static void all_kinds_can_be_added_and_found(void) {
  aihow_state* state = NULL;
  aihow_network network = {sizeof network, "n", "10.0.0.0/8", "br0", NULL, 0, {{0}}, 0, 0};
  aihow_volume volume = {sizeof volume, "v", "/v", 5, "raw", NULL, NULL, 0, 0};
  aihow_pool pool = {sizeof pool, "p", "/p", {{0}}, 0, 0, 0, 0};
  size_t at = 7;
  OK(aihow_state_new("lab", "cloud", &state, &error));
  OK(aihow_state_insert_network(state, 0, &network, &error));
  OK(aihow_state_insert_volume(state, 0, &volume, &error));
  OK(aihow_state_insert_pool(state, 0, &pool, &error));
  OK(aihow_state_find(state, AIHOW_KIND_NETWORK, "n", &at, &error));
  CHECK(at == 0);
  at = 7;
  OK(aihow_state_find(state, AIHOW_KIND_VOLUME, "v", &at, &error));
  CHECK(at == 0);
  at = 7;
  OK(aihow_state_find(state, AIHOW_KIND_POOL, "p", &at, &error));
  CHECK(at == 0);
  aihow_state_free(state);
}

static void json_goes_out_and_in(void) {
  aihow_state* state = sample();
  aihow_text* json = NULL;
  aihow_vm vm = {sizeof vm};
  size_t length = 0;
  static const char replaced[] = "{\"name\": \"x\", \"cpu_cores\": 1, \"memory_gb\": 2, \"state\": \"CRASHED\", \"new\": [1]}";
  OK(aihow_state_get_json(state, AIHOW_KIND_POOL, 0, AIHOW_JSON_LINE, &json, &error));
  CHECK(strcmp(aihow_text_get(json, 0, &length),
               "{\"name\":\"p\",\"path\":\"/v\",\"owned\":true,\"owns_directory\":true,"
               "\"missing_since\":\"2025-10-21T14:40:00Z\",\"inactive_since\":\"2025-10-21T14:40:00Z\"}") == 0);
  CHECK(length == strlen(aihow_text_get(json, 0, NULL)) && aihow_text_count(json) == 1 && aihow_text_get(json, 1, &length) == NULL);
  aihow_text_free(json);
  OK(aihow_state_get_json(state, AIHOW_KIND_NETWORK, 0, AIHOW_JSON_DOCUMENT, &json, &error));
  CHECK(strchr(aihow_text_get(json, 0, NULL), '\n') != NULL);
  aihow_text_free(json);
  OK(aihow_state_set_json(state, AIHOW_KIND_VM, 1, replaced, strlen(replaced), &error));
  OK(aihow_state_get_vm(state, 1, &vm, &error));
  CHECK(strcmp(vm.name, "x") == 0 && vm.state == AIHOW_VM_STATE_CRASHED && aihow_state_unknown_count(state, AIHOW_KIND_VM, 1) == 1);
  OK(aihow_state_insert_json(state, AIHOW_KIND_VM, SIZE_MAX, replaced, strlen(replaced), &error));
  CHECK(aihow_state_count(state, AIHOW_KIND_VM) == 3);
  FAILS(aihow_state_set_json(state, AIHOW_KIND_VM, 3, replaced, strlen(replaced), &error), AIHOW_E_NOT_FOUND, "vm 3");
  FAILS(aihow_state_set_json(state, AIHOW_KIND_VM, 0, "{", 1, &error), AIHOW_E_CORRUPT, "");
  FAILS(aihow_state_get_json(state, AIHOW_KIND_CLUSTER, 0, 0, &json, &error), AIHOW_E_INVALID, "whole state");
  FAILS(aihow_state_get_json(state, AIHOW_KIND_VM, 0, 2, &json, &error), AIHOW_E_INVALID, "AIHOW_JSON_");
  aihow_state_free(state);
}

static void a_document_that_is_none_says_where(void) {
  static const char bad[] = "{\n  \"cluster_name\": \"lab\",\n  \"cluster_type\": 7}";
  aihow_state* state = NULL;
  aihow_error* error = NULL;
  CHECK(aihow_state_from_json(bad, strlen(bad), "/x/bad.json", &state, &error) == AIHOW_E_CORRUPT && state == NULL);
  CHECK(strcmp(aihow_error_path(error), "/x/bad.json") == 0 && strcmp(aihow_error_pointer(error), "/cluster_type") == 0);
  CHECK(aihow_error_line(error) == 3 && aihow_error_column(error) > 1);
  CHECK(aihow_error_line(NULL) == 0 && aihow_error_column(NULL) == 0);
  aihow_error_free(error);
}

static void unknown_members_are_kept_and_can_be_set(void) {
  aihow_state* state = sample();
  const char* name = NULL;
  const char* json = NULL;
  CHECK(aihow_state_unknown_count(state, AIHOW_KIND_CLUSTER, 0) == 1 && aihow_state_unknown_count(state, AIHOW_KIND_VM, 0) == 1);
  CHECK(aihow_state_unknown_count(state, AIHOW_KIND_VM, 9) == 0 && aihow_state_unknown_count(state, 9, 0) == 0);
  OK(aihow_state_get_unknown(state, AIHOW_KIND_VM, 0, 0, &name, &json, &error));
  CHECK(strcmp(name, "rack") == 0 && strcmp(json, "7e0") == 0);
  OK(aihow_state_set_unknown(state, AIHOW_KIND_VM, 0, "rack", "8", &error));
  OK(aihow_state_set_unknown(state, AIHOW_KIND_POOL, 0, "owner", "\"me\"", &error));
  OK(aihow_state_get_unknown(state, AIHOW_KIND_VM, 0, 0, &name, &json, &error));
  CHECK(strcmp(json, "8") == 0 && aihow_state_unknown_count(state, AIHOW_KIND_POOL, 0) == 1);
  OK(aihow_state_set_unknown(state, AIHOW_KIND_CLUSTER, 0, "site", NULL, &error));
  CHECK(aihow_state_unknown_count(state, AIHOW_KIND_CLUSTER, 0) == 0);
  FAILS(aihow_state_set_unknown(state, AIHOW_KIND_CLUSTER, 0, "site", NULL, &error), AIHOW_E_NOT_FOUND, "site");
  FAILS(aihow_state_set_unknown(state, AIHOW_KIND_VM, 0, "name", "1", &error), AIHOW_E_INVALID, "name");
  FAILS(aihow_state_set_unknown(state, AIHOW_KIND_VM, 0, "rack", "}", &error), AIHOW_E_INVALID, "not JSON");
  FAILS(aihow_state_get_unknown(state, AIHOW_KIND_VM, 0, 1, &name, &json, &error), AIHOW_E_NOT_FOUND, "unknown member 1");
  FAILS(aihow_state_get_unknown(state, AIHOW_KIND_VM, 2, 0, &name, &json, &error), AIHOW_E_NOT_FOUND, "vm 2");
  aihow_state_free(state);
}

static void times_and_uuids_have_texts(void) {
  char text[AIHOW_TIME_TEXT_SIZE];
  aihow_time time = {0, AIHOW_TIME_NONE, 0};
  aihow_uuid uuid;
  int64_t us = 0;
  OK(aihow_time_parse("2025-10-21T14:32:15.5Z", 22, &time, &error));
  CHECK(time.kind == AIHOW_TIME_UTC && time.us == 1761057135500000);
  OK(aihow_time_format(&time, text, sizeof text, &error));
  CHECK(strcmp(text, "2025-10-21T14:32:15.500000Z") == 0);
  FAILS(aihow_time_format(&time, text, strlen("2025-10-21T14:32:15.500000Z"), &error), AIHOW_E_INVALID, "needs 28 bytes");
  OK(aihow_time_format(&time, text, strlen("2025-10-21T14:32:15.500000Z") + 1, &error));
  OK(aihow_time_instant(&time, &us, &error));
  CHECK(us == time.us);
  (void)setenv("TZ", "UTC+3", 1);
  OK(aihow_time_parse("2025-10-21T14:32:15", 19, &time, &error));
  CHECK(time.kind == AIHOW_TIME_LOCAL);
  OK(aihow_time_instant(&time, &us, &error));
  CHECK(us == time.us + (int64_t)3 * 3600 * 1000000);
  FAILS(aihow_time_parse("yesterday", 9, &time, &error), AIHOW_E_INVALID, "no time");
  time.kind = 9;
  FAILS(aihow_time_format(&time, text, sizeof text, &error), AIHOW_E_INVALID, "AIHOW_TIME_");
  time.kind = AIHOW_TIME_NONE;
  FAILS(aihow_time_instant(&time, &us, &error), AIHOW_E_INVALID, "no time");
  time.kind = AIHOW_TIME_UTC;
  time.us = INT64_MAX;
  FAILS(aihow_time_format(&time, text, sizeof text, &error), AIHOW_E_INVALID, "1 to 9999");
  OK(aihow_time_now(&time, &error));
  CHECK(time.kind == AIHOW_TIME_UTC && time.us > 1761057135500000);
  OK(aihow_uuid_parse("01234567-89AB-cdef-0123-456789abcdef", 36, &uuid, &error));
  OK(aihow_uuid_format(&uuid, text, AIHOW_UUID_TEXT_SIZE, &error));
  CHECK(strcmp(text, "01234567-89ab-cdef-0123-456789abcdef") == 0);
  FAILS(aihow_uuid_format(&uuid, text, AIHOW_UUID_TEXT_SIZE - 1, &error), AIHOW_E_INVALID, "37 bytes");
  FAILS(aihow_uuid_parse("x", 1, &uuid, &error), AIHOW_E_INVALID, "no UUID");
}

static void rules_are_told(void) {
  aihow_state* state = sample();
  aihow_vm vm = {sizeof vm};
  OK(aihow_state_get_vm(state, 0, &vm, &error));
  vm.cpu_cores = 0;
  OK(aihow_state_set_vm(state, 0, &vm, &error));
  FAILS(aihow_state_validate(state, &error), AIHOW_E_INVALID, "/vms/0/cpu_cores");
  vm.state = 42;
  FAILS(aihow_state_set_vm(state, 0, &vm, &error), AIHOW_E_INVALID, "42");
  vm.state = AIHOW_VM_STATE_RUNNING;
  vm.pending = 3;
  FAILS(aihow_state_set_vm(state, 0, &vm, &error), AIHOW_E_INVALID, "pending");
  vm.pending = 0;
  vm.no_auto_start = 2;
  FAILS(aihow_state_set_vm(state, 0, &vm, &error), AIHOW_E_INVALID, "no_auto_start");
  vm.no_auto_start = 0;
  vm.name = NULL;
  FAILS(aihow_state_set_vm(state, 0, &vm, &error), AIHOW_E_INVALID, "'name' is NULL");
  vm.name = "a\xff";
  FAILS(aihow_state_set_vm(state, 0, &vm, &error), AIHOW_E_INVALID, "not UTF-8");
  vm.name = "a";
  vm.volumes = NULL;
  vm.volumes_count = 1;
  FAILS(aihow_state_set_vm(state, 0, &vm, &error), AIHOW_E_INVALID, "volumes");
  aihow_state_free(state);
}

int main(void) {
  every_member_is_read();
  what_is_put_back_unchanged_changes_nothing();
  members_change_one_by_one();
  what_is_back_is_missing_no_more();
  a_structure_may_point_into_what_it_changes();
  objects_come_go_and_move();
  all_kinds_can_be_added_and_found();
  json_goes_out_and_in();
  a_document_that_is_none_says_where();
  unknown_members_are_kept_and_can_be_set();
  times_and_uuids_have_texts();
  rules_are_told();
  return failures == 0 ? 0 : 1;
}
