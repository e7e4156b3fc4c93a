/* SPDX-License-Identifier: MIT */
/* A state at a location, in C: reading and changing it, its history and its options. Each test has a file of its own. */
#include "lab.h"

static void a_place_without_a_state_has_none(void) {
  aihow_manager* manager = open_at(path_of("none.json"));
  const aihow_state* state = (const aihow_state*)&state;
  aihow_text* location = NULL;
  OK(aihow_manager_load(manager, &state, &error));
  CHECK(state == NULL);
  OK(aihow_manager_location(manager, &location, &error));
  CHECK(strcmp(aihow_text_get(location, 0, NULL), path_of("none.json")) == 0);
  aihow_text_free(location);
  FAILS(aihow_manager_update_vm_state(manager, "a", AIHOW_VM_STATE_RUNNING, NULL, &error), AIHOW_E_NOT_FOUND, "no state");
  aihow_manager_free(manager);
  FAILS(aihow_manager_open("nonsense:x", NULL, &manager, &error), AIHOW_E_INVALID, "unknown scheme");
}

static void vms_are_added_changed_and_removed(void) {
  aihow_manager* manager = lab("vms.json");
  const aihow_state* state = NULL;
  aihow_vm vm = {sizeof vm};
  CHECK(vm_of(manager, "a").cpu_cores == 2);
  OK(aihow_manager_update_vm_state(manager, "a", AIHOW_VM_STATE_RUNNING, NULL, &error));
  CHECK(vm_of(manager, "a").state == AIHOW_VM_STATE_RUNNING && vm_of(manager, "a").created_at.kind == AIHOW_TIME_UTC);
  FAILS(aihow_manager_update_vm_state(manager, "b", AIHOW_VM_STATE_PAUSED, NULL, &error), AIHOW_E_INVALID, "allowed: RUNNING");
  FAILS(aihow_manager_update_vm_state(manager, "x", AIHOW_VM_STATE_PAUSED, NULL, &error), AIHOW_E_NOT_FOUND, "no VM \"x\"");
  FAILS(aihow_manager_update_vm_state(manager, "a", 0, NULL, &error), AIHOW_E_INVALID, "AIHOW_VM_STATE_");
  vm.name = "a";
  vm.cpu_cores = vm.memory_gb = 1;
  vm.state = AIHOW_VM_STATE_SHUTOFF;
  FAILS(aihow_manager_add_vm(manager, &vm, NULL, &error), AIHOW_E_CONFLICT, "already");
  vm.name = "no good name";
  FAILS(aihow_manager_add_vm(manager, &vm, NULL, &error), AIHOW_E_INVALID, "/vms/2/name");
  OK(aihow_manager_remove_vm(manager, "a", NULL, &error));
  FAILS(aihow_manager_remove_vm(manager, "a", NULL, &error), AIHOW_E_NOT_FOUND, "no VM \"a\"");
  OK(aihow_manager_rename_vm(manager, "b", "c", NULL, &state, &error));
  CHECK(aihow_state_find(state, AIHOW_KIND_VM, "c", &(size_t){0}, NULL) == AIHOW_OK);
  aihow_state_free(state);
  OK(aihow_manager_forget_vm(manager, "c", NULL, NULL, &error));
  state = load(manager);
  CHECK(aihow_state_count(state, AIHOW_KIND_VM) == 0);
  aihow_state_free(state);
  aihow_manager_free(manager);
}

static void ensure_finds_what_stands_and_refuses_another_cluster(void) {
  aihow_manager* manager = lab("ensure.json");
  aihow_state* copy = NULL;
  aihow_cluster cluster = {sizeof cluster};
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &copy, &error));
  OK(aihow_state_get_cluster(copy, &cluster, &error));
  CHECK(cluster.revision == 3 && aihow_state_count(copy, AIHOW_KIND_VM) == 2);
  aihow_state_free(copy);
  copy = NULL;
  FAILS(aihow_manager_ensure(manager, "other", "hpc", NULL, &copy, &error), AIHOW_E_INVALID, "\"other\" (hpc)");
  CHECK(copy == NULL);
  aihow_manager_free(manager);
}

static void saving_merges_and_tells_conflicts(void) {
  aihow_manager* manager = lab("save.json");
  const aihow_state* before = load(manager);
  aihow_state* mine = NULL;
  aihow_state* stale = NULL;
  aihow_vm vm = {sizeof vm};
  aihow_cluster cluster = {sizeof cluster};
  OK(aihow_state_copy(before, &mine, &error));
  OK(aihow_state_copy(before, &stale, &error));
  OK(aihow_manager_update_vm_state(manager, "a", AIHOW_VM_STATE_RUNNING, NULL, &error)); /* somebody else, another VM */
  OK(aihow_state_get_vm(mine, 1, &vm, &error));
  vm.cpu_cores = 16;
  OK(aihow_state_set_vm(mine, 1, &vm, &error));
  OK(aihow_manager_save(manager, mine, NULL, &error));
  OK(aihow_state_get_cluster(mine, &cluster, &error));
  CHECK(cluster.revision == 5);
  CHECK(vm_of(manager, "a").state == AIHOW_VM_STATE_RUNNING && vm_of(manager, "b").cpu_cores == 16);
  /* What was saved can be changed and saved again. */
  OK(aihow_state_get_vm(mine, 1, &vm, &error));
  vm.cpu_cores = 32;
  OK(aihow_state_set_vm(mine, 1, &vm, &error));
  OK(aihow_manager_save(manager, mine, NULL, &error));
  CHECK(vm_of(manager, "b").cpu_cores == 32);
  /* And the same member, differently. */
  OK(aihow_state_get_vm(stale, 1, &vm, &error));
  vm.cpu_cores = 8;
  OK(aihow_state_set_vm(stale, 1, &vm, &error));
  FAILS(aihow_manager_save(manager, stale, NULL, &error), AIHOW_E_CONFLICT, "vm b (declared)");
  FAILS(aihow_manager_save(manager, (aihow_state*)before, NULL, &error), AIHOW_E_INVALID, "snapshot");
  CHECK(vm_of(manager, "b").cpu_cores == 32);
  /* The snapshot is what it was. */
  OK(aihow_state_get_vm(before, 1, &vm, &error));
  CHECK(vm.cpu_cores == 2 && strcmp(aihow_state_token(before), "") != 0);
  FAILS(aihow_state_set_vm((aihow_state*)before, 1, &vm, &error), AIHOW_E_INVALID, "never changes");
  aihow_state_free(stale);
  aihow_state_free(mine);
  aihow_state_free(before);
  aihow_manager_free(manager);
}

struct changing {
  aihow_manager* manager;
  aihow_state* kept;
  int32_t result;
  const char* text;
  int calls;
};

static int32_t change(void* user_data, aihow_state* state, aihow_sink* failure) {
  struct changing* what = user_data;
  const aihow_state* newest = NULL;
  aihow_vm vm = {sizeof vm};
  size_t i = 0;
  ++what->calls;
  what->kept = state;
  for (i = 0; i < aihow_state_count(state, AIHOW_KIND_VM); ++i) {
    OK(aihow_state_get_vm(state, i, &vm, &error));
    vm.cpu_cores += 1;
    OK(aihow_state_set_vm(state, i, &vm, &error));
  }
  /* It may read, and change nothing else. */
  OK(aihow_manager_load(what->manager, &newest, &error));
  aihow_state_free(newest);
  FAILS(aihow_manager_remove_vm(what->manager, "a", NULL, &error), AIHOW_E_INVALID, "one transaction");
  FAILS(aihow_manager_save(what->manager, state, NULL, &error), AIHOW_E_INVALID, "transaction");
  aihow_state_free(state); /* it is lent: nothing happens */
  CHECK(aihow_state_count(state, AIHOW_KIND_VM) == 2);
  if (what->text != NULL) {
    OK(aihow_sink_put(failure, what->text, 3, &error));
    OK(aihow_sink_put(failure, what->text + 3, strlen(what->text) - 3, &error));
  }
  return what->result;
}

static void a_transaction_commits_all_or_nothing(void) {
  aihow_manager* manager = lab("transaction.json");
  struct changing what = {manager, NULL, AIHOW_OK, NULL, 0};
  const aihow_state* after = NULL;
  aihow_cluster cluster = {sizeof cluster};
  OK(aihow_manager_transaction(manager, "grow", change, &what, NULL, &after, &error));
  OK(aihow_state_get_cluster(after, &cluster, &error));
  CHECK(what.calls == 1 && cluster.revision == 4 && vm_of(manager, "a").cpu_cores == 3 && vm_of(manager, "b").cpu_cores == 3);
  CHECK(aihow_state_count(what.kept, AIHOW_KIND_VM) == 0); /* it was only lent */
  aihow_state_free(after);
  after = NULL;
  what.result = AIHOW_E_CONFLICT;
  what.text = "no: the rack is full";
  FAILS(aihow_manager_transaction(manager, "grow", change, &what, NULL, &after, &error), AIHOW_E_CONFLICT, "no: the rack is full");
  what.result = 7;
  what.text = NULL;
  FAILS(aihow_manager_transaction(manager, "grow", change, &what, NULL, &after, &error), AIHOW_E_UNEXPECTED, "it returned 7");
  what.result = AIHOW_E_TIMEOUT;
  FAILS(aihow_manager_transaction(manager, "grow", change, &what, NULL, &after, &error), AIHOW_E_TIMEOUT, "change failed: timeout");
  CHECK(after == NULL && revision_of(manager) == 4);
  FAILS(aihow_manager_transaction(manager, "grow", NULL, NULL, NULL, NULL, &error), AIHOW_E_INVALID, "'change' is NULL");
  aihow_manager_free(manager);
}

static void a_state_is_created_and_erased(void) {
  aihow_manager* manager = open_at(path_of("create.json"));
  aihow_state* state = NULL;
  const aihow_state* after = NULL;
  OK(aihow_state_new("lab", "cloud", &state, &error));
  OK(aihow_manager_create(manager, state, "import", NULL, &after, &error));
  CHECK(aihow_state_count(after, AIHOW_KIND_CLUSTER) == 1 && revision_of(manager) == 1);
  aihow_state_free(after);
  FAILS(aihow_manager_create(manager, state, "import", NULL, NULL, &error), AIHOW_E_CONFLICT, "stands here already");
  FAILS(aihow_manager_save(manager, state, NULL, &error), AIHOW_E_CONFLICT, "not loaded from it");
  OK(aihow_manager_erase(manager, "destroy", NULL, &error));
  CHECK(load(manager) == NULL);
  OK(aihow_manager_erase(manager, "destroy", NULL, &error));
  aihow_state_free(state);
  aihow_manager_free(manager);
}

static void history_comes_in_pages(void) {
  aihow_manager* manager = lab("history.json");
  aihow_records* records = NULL;
  aihow_record record = {sizeof record};
  aihow_record_query query = {sizeof query, 1, 0, 1, 1, 0};
  OK(aihow_manager_records(manager, NULL, &records, &error));
  CHECK(aihow_records_count(records) == 3 && aihow_records_oldest_kept(records) == 1);
  OK(aihow_records_get(records, 1, &record, &error));
  CHECK(record.revision == 2 && strstr(record.json, "\"operation\":\"add_vm\"") != NULL && record.json_length == strlen(record.json));
  FAILS(aihow_records_get(records, 3, &record, &error), AIHOW_E_NOT_FOUND, "no record 3");
  aihow_records_free(records);
  OK(aihow_manager_records(manager, &query, &records, &error));
  OK(aihow_records_get(records, 0, &record, &error));
  CHECK(aihow_records_count(records) == 1 && record.revision == 3);
  aihow_records_free(records);
  CHECK(aihow_records_count(records) == 0 && aihow_records_oldest_kept(records) == 0);
  aihow_manager_free(manager);
}

struct listener {
  aihow_manager* manager;
  int told;
  int destroyed;
};
static void notice(void* user_data, const char* text) {
  struct listener* listener = user_data;
  const aihow_state* state = NULL;
  CHECK(strlen(text) > 10 && listener->destroyed == 0);
  ++listener->told;
  /* It may call back in. */
  OK(aihow_manager_load(listener->manager, &state, &error));
  aihow_state_free(state);
}
static void destroy(void* user_data) { ++((struct listener*)user_data)->destroyed; }

static void notices_are_told_and_their_table_ends_once(void) {
  aihow_manager* manager = lab("notice.json");
  struct listener listener = {NULL, 0, 0};
  aihow_manager_options options = {sizeof options, 0, 0, 0, "a test", "the actor", notice, &listener, destroy};
  const aihow_state* state = NULL;
  aihow_text* notices = NULL;
  FAILS(aihow_manager_open("nonsense:x", &options, &listener.manager, &error), AIHOW_E_INVALID, "scheme");
  CHECK(listener.destroyed == 0);
  OK(aihow_manager_open(path_of("notice.json"), &options, &listener.manager, &error));
  write_file("notice.json", "not a document"); /* its backup answers, and that is said */
  OK(aihow_manager_load(listener.manager, &state, &error));
  CHECK(listener.told >= 1 && state != NULL);
  OK(aihow_state_notices(state, &notices, &error));
  CHECK(aihow_text_count(notices) >= 1);
  aihow_text_free(notices);
  OK(aihow_manager_update_vm_state(listener.manager, "a", AIHOW_VM_STATE_RUNNING, NULL, &error));
  aihow_manager_free(listener.manager);
  CHECK(listener.destroyed == 1);
  aihow_manager_free(listener.manager);
  CHECK(listener.destroyed == 1);
  /* A snapshot outlives its manager. */
  CHECK(aihow_state_count(state, AIHOW_KIND_CLUSTER) == 1);
  aihow_state_free(state);
  aihow_manager_free(manager);
}

static void options_reach_history_and_strict_refuses(void) {
  aihow_manager* manager = NULL;
  aihow_manager_options options = {sizeof options, 0, 1, 0, "a test", "the actor", NULL, NULL, NULL};
  aihow_state* state = NULL;
  const aihow_state* loaded = NULL;
  aihow_records* records = NULL;
  aihow_record record = {sizeof record};
  char bytes[4096];
  size_t length = 0;
  FILE* file = NULL;
  char* at = NULL;
  OK(aihow_manager_open(path_of("strict.json"), &options, &manager, &error));
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &state, &error));
  aihow_state_free(state);
  OK(aihow_manager_records(manager, NULL, &records, &error));
  OK(aihow_records_get(records, 0, &record, &error));
  CHECK(strstr(record.json, "\"program\":\"a test\"") != NULL && strstr(record.json, "\"text\":\"the actor\"") != NULL);
  aihow_records_free(records);
  file = fopen(path_of("strict.json"), "r+");
  CHECK(file != NULL);
  length = fread(bytes, 1, sizeof bytes - 1, file);
  bytes[length] = '\0';
  at = strstr(bytes, "\"stopped\"");
  CHECK(at != NULL);
  memcpy(at, "\"partial\"", 9);
  rewind(file);
  CHECK(fwrite(bytes, 1, length, file) == length && fclose(file) == 0);
  FAILS(aihow_manager_load(manager, &loaded, &error), AIHOW_E_CORRUPT, "strict.json");
  aihow_manager_free(manager);
}

int main(void) {
  make_folder();
  a_place_without_a_state_has_none();
  vms_are_added_changed_and_removed();
  ensure_finds_what_stands_and_refuses_another_cluster();
  saving_merges_and_tells_conflicts();
  a_transaction_commits_all_or_nothing();
  a_state_is_created_and_erased();
  history_comes_in_pages();
  notices_are_told_and_their_table_ends_once();
  options_reach_history_and_strict_refuses();
  remove_folder();
  return failures == 0 ? 0 : 1;
}
