/* SPDX-License-Identifier: MIT */
/* Drift, in C: what a state says that is not so; and that all of what an observer saw can be read again. */
#include "world.h"

static void a_drift_says_what_differs_and_writes_nothing(void) {
  world w;
  aihow_refresh* drift = NULL;
  aihow_refresh_summary summary = {sizeof summary};
  aihow_difference difference = {sizeof difference};
  const aihow_state* compared = NULL;
  int state = 0, subnet = 0, bridge = 0, path = 0, own = 0;
  size_t i = 0;
  make_world(&w, "drift.json");
  OK(aihow_manager_drift(w.manager, w.observer, NULL, &drift, &error));
  OK(aihow_refresh_get(drift, &summary, &error));
  CHECK(summary.committed == 0 && summary.unreachable == 1 && summary.strangers == 1);
  for (i = 0; i < summary.differences; ++i) {
    OK(aihow_refresh_difference(drift, i, &difference, &error));
    if (difference.kind == AIHOW_KIND_VM && strcmp(difference.field, "state") == 0) {
      ++state;
      CHECK(strcmp(difference.expected, "SHUTOFF") == 0 && strcmp(difference.found, "RUNNING") == 0 && strcmp(difference.reason, "booted") == 0);
      CHECK(difference.last_seen.kind == AIHOW_TIME_NONE);
    }
    if (difference.kind == AIHOW_KIND_VM && strcmp(difference.field, "exists") == 0) {
      ++own;
      CHECK(strcmp(difference.name, "lab-b") == 0 && strcmp(difference.expected, "false") == 0 && strcmp(difference.found, "true") == 0);
    }
    if (strcmp(difference.field, "subnet") == 0) subnet += strcmp(difference.found, "10.1.0.0/16") == 0;
    if (strcmp(difference.field, "bridge") == 0) bridge += strcmp(difference.found, "virbr7") == 0;
    if (strcmp(difference.field, "path") == 0) path += strcmp(difference.found, "/elsewhere") == 0;
  }
  CHECK(state == 1 && own == 1 && subnet == 1 && bridge == 1 && path == 1);
  OK(aihow_refresh_state(drift, &compared, &error));
  CHECK(aihow_state_count(compared, AIHOW_KIND_VM) == 1 && revision_of(w.manager) == 1);
  aihow_state_free(compared);
  aihow_refresh_free(drift);
  end_world(&w);
}

static void when_a_vm_was_last_seen_is_said_with_its_difference(void) {
  world w;
  aihow_refresh* drift = NULL;
  aihow_refresh* refresh = NULL;
  aihow_refresh_summary summary = {sizeof summary};
  aihow_difference difference = {sizeof difference};
  int seen = 0;
  size_t i = 0;
  make_world(&w, "since.json");
  OK(aihow_manager_refresh(w.manager, w.observer, NULL, NULL, &refresh, &error));
  OK(aihow_refresh_get(refresh, &summary, &error));
  w.state = AIHOW_VM_STATE_PAUSED;
  OK(aihow_manager_drift(w.manager, w.observer, NULL, &drift, &error));
  for (i = 0; aihow_refresh_difference(drift, i, &difference, NULL) == AIHOW_OK; ++i) {
    if (strcmp(difference.field, "state") != 0) continue;
    ++seen;
    CHECK(difference.last_seen.kind == AIHOW_TIME_UTC && difference.last_seen.us == summary.when.us);
  }
  CHECK(seen == 1);
  aihow_refresh_free(refresh);
  aihow_refresh_free(drift);
  end_world(&w);
}

static void what_was_seen_can_be_read(void) {
  world w;
  aihow_refresh* drift = NULL;
  aihow_refresh_summary summary = {sizeof summary};
  aihow_vm_observation vm = {sizeof vm};
  aihow_network_observation network = {sizeof network};
  aihow_volume_observation volume = {sizeof volume};
  aihow_pool_observation pool = {sizeof pool};
  aihow_uuid uuid = {{0}};
  int32_t own = 0;
  make_world(&w, "seen.json");
  OK(aihow_manager_drift(w.manager, w.observer, NULL, &drift, &error));
  OK(aihow_refresh_get(drift, &summary, &error));
  CHECK(summary.vms == 1 && summary.networks == 1 && summary.volumes == 1 && summary.pools == 1 && summary.when.kind == AIHOW_TIME_UTC);
  OK(aihow_refresh_seen_vm(drift, 0, &vm, &error));
  CHECK(strcmp(vm.name, "a") == 0 && vm.state == AIHOW_VM_STATE_RUNNING && strcmp(vm.state_reason, "booted") == 0 && vm.cpu_cores == 4);
  CHECK(strcmp(vm.domain_name, "lab-a") == 0 && strcmp(vm.hypervisor, "test:///one") == 0 && vm.memory_gb == 0 && vm.gpu_count == 0);
  CHECK(vm.said == (AIHOW_SAID_VOLUMES | AIHOW_SAID_IP_ADDRESS) && vm.ip_address == NULL);
  CHECK(vm.volumes_count == 1 && strcmp(vm.volumes[0], "/disk") == 0 && memcmp(&vm.domain_uuid, &uuid_of_a, sizeof uuid_of_a) == 0);
  OK(aihow_refresh_seen_network(drift, 0, &network, &error));
  CHECK(strcmp(network.name, "n") == 0 && network.exists == 1 && network.active == 1 && network.said == AIHOW_SAID_ACTIVE_IPS);
  CHECK(network.active_ips_count == 2 && strcmp(network.active_ips[0], "10.0.0.7") == 0);
  CHECK(strcmp(network.subnet, "10.1.0.0/16") == 0 && strcmp(network.bridge, "virbr7") == 0);
  OK(aihow_refresh_seen_volume(drift, 0, &volume, &error));
  CHECK(strcmp(volume.name, "v") == 0 && volume.size_gb == 7 && volume.exists == 1);
  OK(aihow_refresh_seen_pool(drift, 0, &pool, &error));
  CHECK(strcmp(pool.name, "p") == 0 && pool.exists == 1 && pool.active == 1 && strcmp(pool.path, "/elsewhere") == 0);
  OK(aihow_refresh_stranger_identity(drift, 0, &own, &uuid, &error));
  CHECK(own == 1 && memcmp(&uuid, &uuid_of_a, sizeof uuid) == 0);
  FAILS(aihow_refresh_seen_vm(drift, 1, &vm, &error), AIHOW_E_NOT_FOUND, "no observed VM 1");
  FAILS(aihow_refresh_seen_network(drift, 1, &network, &error), AIHOW_E_NOT_FOUND, "no observed network 1");
  FAILS(aihow_refresh_seen_volume(drift, 1, &volume, &error), AIHOW_E_NOT_FOUND, "no observed volume 1");
  FAILS(aihow_refresh_seen_pool(drift, 1, &pool, &error), AIHOW_E_NOT_FOUND, "no observed pool 1");
  FAILS(aihow_refresh_stranger_identity(drift, 1, &own, &uuid, &error), AIHOW_E_NOT_FOUND, "no stranger 1");
  aihow_refresh_free(drift);
  end_world(&w);
}

static void a_drift_fails_as_its_observer_does(void) {
  world w;
  aihow_manager* empty = open_at(path_of("empty.json"));
  aihow_refresh* drift = NULL;
  aihow_drift_options options = {sizeof options};
  make_world(&w, "fails.json");
  FAILS(aihow_manager_drift(empty, w.observer, NULL, &drift, &error), AIHOW_E_NOT_FOUND, "no state");
  w.look_status = AIHOW_E_UNREACHABLE;
  FAILS(aihow_manager_drift(w.manager, w.observer, NULL, &drift, &error), AIHOW_E_UNREACHABLE, "the look failed");
  aihow_cancel_free(w.cancel);
  options.cancel = w.cancel;
  FAILS(aihow_manager_drift(w.manager, w.observer, &options, &drift, &error), AIHOW_E_INVALID, "options.cancel");
  aihow_manager_free(empty);
  end_world(&w);
}

int main(void) {
  make_folder();
  a_drift_says_what_differs_and_writes_nothing();
  when_a_vm_was_last_seen_is_said_with_its_difference();
  what_was_seen_can_be_read();
  a_drift_fails_as_its_observer_does();
  remove_folder();
  return failures == 0 ? 0 : 1;
}
