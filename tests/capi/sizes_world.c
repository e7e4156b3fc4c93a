/* SPDX-License-Identifier: MIT */
/* The same as sizes.c of what is told of the past and of the world. */
#include "sizes.h"

static aihow_manager* manager;
static aihow_history* history;
static aihow_changes* changes;
static aihow_reversal* reversal;
static aihow_observer* observer;
static aihow_refresh* refresh;
static aihow_cancel* cancelled;

static int32_t summary(sized* s, aihow_error** error) { return aihow_history_get(history, (aihow_history_summary*)(void*)s, error); }
static int32_t entry(sized* s, aihow_error** error) { return aihow_history_get_entry(history, 0, (aihow_history_entry*)(void*)s, error); }
static int32_t change(sized* s, aihow_error** error) { return aihow_changes_get(changes, 0, (aihow_object_change*)(void*)s, error); }
static int32_t field(sized* s, aihow_error** error) { return aihow_changes_field(changes, 0, 0, (aihow_field_change*)(void*)s, error); }
static int32_t reverted(sized* s, aihow_error** error) { return aihow_reversal_get(reversal, (aihow_reversal_summary*)(void*)s, error); }
static int32_t refreshed(sized* s, aihow_error** error) { return aihow_refresh_get(refresh, (aihow_refresh_summary*)(void*)s, error); }
static int32_t difference(sized* s, aihow_error** error) { return aihow_refresh_difference(refresh, 0, (aihow_difference*)(void*)s, error); }
static int32_t vm(sized* s, aihow_error** error) { return aihow_refresh_seen_vm(refresh, 0, (aihow_vm_observation*)(void*)s, error); }
static int32_t network(sized* s, aihow_error** error) { return aihow_refresh_seen_network(refresh, 0, (aihow_network_observation*)(void*)s, error); }
static int32_t volume(sized* s, aihow_error** error) { return aihow_refresh_seen_volume(refresh, 0, (aihow_volume_observation*)(void*)s, error); }
static int32_t pool(sized* s, aihow_error** error) { return aihow_refresh_seen_pool(refresh, 0, (aihow_pool_observation*)(void*)s, error); }

static const sized_call fillers[] = {{"history summary", summary, 56, 0},
                                     {"entry", entry, 152, 0},
                                     {"change", change, 48, 0},
                                     {"field", field, 32, 0},
                                     {"reversal summary", reverted, 48, 0},
                                     {"refresh summary", refreshed, 40, 0},
                                     {"difference", difference, 56, 0},
                                     {"seen vm", vm, 104, 0},
                                     {"seen network", network, 64, 0},
                                     {"seen volume", volume, 32, 0},
                                     {"seen pool", pool, 40, 0}};

static int32_t query(sized* s, aihow_error** error) {
  aihow_history* made = NULL;
  const int32_t status = aihow_manager_history(manager, (aihow_history_query*)(void*)s, &made, error);
  aihow_history_free(made);
  return status;
}
static int32_t wait_for(sized* s, aihow_error** error) {
  int32_t changed = 0;
  return aihow_manager_wait(manager, (aihow_wait*)(void*)s, &changed, error);
}
static int32_t revert(sized* s, aihow_error** error) { return aihow_manager_undo(manager, 1, (aihow_revert_options*)(void*)s, NULL, NULL, error); }
static int32_t drift(sized* s, aihow_error** error) {
  aihow_refresh* made = NULL;
  const int32_t status = aihow_manager_drift(manager, observer, (aihow_drift_options*)(void*)s, &made, error);
  aihow_refresh_free(made);
  return status;
}

static sized* told;
static aihow_error* told_error;
static int32_t told_status;

static int32_t follow(void* user_data, const aihow_state* state, aihow_events* events, aihow_sink* failure) {
  (void)user_data;
  (void)state;
  (void)failure;
  if (told != NULL) told_status = aihow_events_put(events, (aihow_world_event*)(void*)told, &told_error);
  return AIHOW_OK;
}
static int32_t say_nothing(void* user_data, const aihow_watch_event* event, aihow_sink* failure) {
  (void)user_data;
  (void)event;
  (void)failure;
  return AIHOW_OK;
}
static int32_t watch(sized* s, aihow_error** error) {
  const aihow_event_source_table table = {sizeof table, follow, NULL, NULL};
  aihow_event_source* source = NULL;
  int32_t status = AIHOW_OK;
  if (s->struct_size >= sizeof(aihow_watch_options)) ((aihow_watch_options*)(void*)s)->cancel = cancelled;
  OK(aihow_event_source_new(&table, NULL, &source, &error));
  status = aihow_manager_watch(manager, observer, source, say_nothing, NULL, (aihow_watch_options*)(void*)s, error);
  aihow_event_source_free(source);
  return status;
}
static int32_t event(sized* s, aihow_error** error) {
  sized options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof(aihow_watch_options);
  if (s->struct_size >= sizeof(aihow_world_event)) ((aihow_world_event*)(void*)s)->hypervisor = "test:///one";
  told = s;
  OK(watch(&options, &error));
  told = NULL;
  if (told_error != NULL && error != NULL) *error = told_error;
  else aihow_error_free(told_error);
  told_error = NULL;
  return told_status;
}
static int32_t source_table(sized* s, aihow_error** error) {
  aihow_event_source* made = NULL;
  int32_t status = AIHOW_OK;
  if (s->struct_size >= sizeof(aihow_event_source_table)) ((aihow_event_source_table*)(void*)s)->follow = follow;
  status = aihow_event_source_new((aihow_event_source_table*)(void*)s, NULL, &made, error);
  aihow_event_source_free(made);
  return status;
}

static const sized_call givers[] = {
    {"query", query, 64, 0}, {"wait", wait_for, 32, 0},       {"revert options", revert, 24, 0},          {"drift options", drift, 24, 0},
    {"event", event, 80, 0}, {"watch options", watch, 40, 0}, {"event source table", source_table, 32, 0}};

static int32_t see(void* user_data, const aihow_state* state, int64_t timeout_ms, const aihow_cancel* cancel, aihow_observation* observation,
                   aihow_sink* failure) {
  aihow_vm_observation seen_vm = {sizeof seen_vm};
  aihow_network_observation seen_network = {sizeof seen_network};
  aihow_volume_observation seen_volume = {sizeof seen_volume};
  aihow_pool_observation seen_pool = {sizeof seen_pool};
  (void)user_data;
  (void)state;
  (void)timeout_ms;
  (void)cancel;
  (void)failure;
  seen_vm.name = seen_network.name = seen_volume.name = seen_pool.name = "a";
  seen_vm.state = AIHOW_VM_STATE_RUNNING;
  OK(aihow_observation_add_vm(observation, &seen_vm, &error));
  OK(aihow_observation_add_network(observation, &seen_network, &error));
  OK(aihow_observation_add_volume(observation, &seen_volume, &error));
  OK(aihow_observation_add_pool(observation, &seen_pool, &error));
  return AIHOW_OK;
}

int main(void) {
  const aihow_observer_table table = {sizeof table, see, NULL};
  aihow_revert_options dry = {sizeof dry};
  aihow_state* state = NULL;
  aihow_vm vm_to_add = {sizeof vm_to_add};
  OK(aihow_manager_open("memory:", NULL, &manager, &error));
  OK(aihow_manager_ensure(manager, "lab", "hpc", NULL, &state, &error));
  aihow_state_free(state);
  vm_to_add.name = "a";
  vm_to_add.cpu_cores = vm_to_add.memory_gb = 1;
  vm_to_add.state = AIHOW_VM_STATE_SHUTOFF;
  OK(aihow_manager_add_vm(manager, &vm_to_add, NULL, &error));
  OK(aihow_observer_new(&table, NULL, &observer, &error));
  OK(aihow_manager_refresh(manager, observer, NULL, NULL, &refresh, &error));
  OK(aihow_manager_history(manager, NULL, &history, &error));
  OK(aihow_history_get_changes(history, 0, &changes, &error));
  dry.dry_run = 1;
  OK(aihow_manager_undo(manager, 1, &dry, NULL, &reversal, &error));
  OK(aihow_cancel_new(&cancelled, &error));
  OK(aihow_cancel_request(cancelled, &error));
  /* As many changes as there are undos. */
  {
    int i = 0;
    for (i = 0; i < 80; ++i) {
      vm_to_add.memory_gb = i + 2;
      OK(aihow_manager_remove_vm(manager, "a", NULL, &error));
      OK(aihow_manager_add_vm(manager, &vm_to_add, NULL, &error));
    }
  }
  what_comes_out_fits_what_is_there(fillers, sizeof fillers / sizeof *fillers);
  what_goes_in_says_only_what_is_known(givers, sizeof givers / sizeof *givers);
  aihow_cancel_free(cancelled);
  aihow_reversal_free(reversal);
  aihow_changes_free(changes);
  aihow_history_free(history);
  aihow_refresh_free(refresh);
  aihow_observer_free(observer);
  aihow_manager_free(manager);
  return failures == 0 ? 0 : 1;
}
