/* SPDX-License-Identifier: MIT */
/* A world that a test makes up: a cluster in a file, an observer that sees what it is told to, and a source of events that tells what it is told to.
 */
#ifndef AIHOW_TESTS_CAPI_WORLD_H
#define AIHOW_TESTS_CAPI_WORLD_H

#include "lab.h"

typedef struct world {
  aihow_manager* manager;
  aihow_observer* observer;
  aihow_event_source* source;
  aihow_cancel* cancel;
  aihow_events* events; /* as the source got them last */
  int32_t state;        /* what the observer sees of the VM "a" */
  int32_t look_status;  /* what the observer returns */
  int32_t follow_status;
  int tells; /* the source tells at the first follow that it is connected, and that "a" runs */
  int looks;
  int follows;
  int stops;
  int observers_destroyed;
  int sources_destroyed;
} world;

static const aihow_uuid uuid_of_a = {{0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x43, 0x33, 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55}};

static inline int32_t see(void* user_data, const aihow_state* state, int64_t timeout_ms, const aihow_cancel* cancel, aihow_observation* observation,
                          aihow_sink* failure) {
  world* const w = (world*)user_data;
  static const char* const disks[] = {"/disk"};
  static const char* const addresses[] = {"10.0.0.9", "10.0.0.7"};
  aihow_vm_observation vm = {sizeof vm};
  aihow_network_observation network = {sizeof network};
  aihow_volume_observation volume = {sizeof volume};
  aihow_pool_observation pool = {sizeof pool};
  ++w->looks;
  CHECK(aihow_state_count(state, AIHOW_KIND_VM) == 1 && timeout_ms >= 0 && cancel != NULL);
  if (w->look_status != AIHOW_OK) {
    (void)aihow_sink_put(failure, "the look failed", 15, NULL);
    return w->look_status;
  }
  vm.name = "a";
  vm.state = w->state;
  vm.state_reason = "booted";
  vm.domain_name = "lab-a";
  vm.hypervisor = "test:///one";
  vm.domain_uuid = uuid_of_a;
  vm.cpu_cores = 4;
  vm.said = AIHOW_SAID_VOLUMES | AIHOW_SAID_IP_ADDRESS;
  vm.volumes = disks;
  vm.volumes_count = 1;
  OK(aihow_observation_add_vm(observation, &vm, &error));
  network.name = "n";
  network.exists = network.active = 1;
  network.said = AIHOW_SAID_ACTIVE_IPS;
  network.active_ips = addresses;
  network.active_ips_count = 2;
  network.subnet = "10.1.0.0/16";
  network.bridge = "virbr7";
  OK(aihow_observation_add_network(observation, &network, &error));
  volume.name = "v";
  volume.size_gb = 7;
  volume.exists = 1;
  OK(aihow_observation_add_volume(observation, &volume, &error));
  pool.name = "p";
  pool.exists = pool.active = 1;
  pool.path = "/elsewhere";
  OK(aihow_observation_add_pool(observation, &pool, &error));
  OK(aihow_observation_add_unreachable(observation, "test:///far", "no route", &error));
  OK(aihow_observation_add_own(observation, AIHOW_KIND_VM, "lab-b", &uuid_of_a, "the domain lab-b is the cluster's", &error));
  return AIHOW_OK;
}

static inline void destroy_observer(void* user_data) { ++((world*)user_data)->observers_destroyed; }

static inline void put_state(aihow_events* events, int32_t state) {
  aihow_world_event event = {sizeof event};
  event.kind = AIHOW_WORLD_VM;
  event.state = state;
  event.hypervisor = "test:///one";
  event.domain_name = "lab-a";
  event.state_reason = "booted";
  event.domain_uuid = uuid_of_a;
  OK(aihow_events_put(events, &event, &error));
}

static inline int32_t follow(void* user_data, const aihow_state* state, aihow_events* events, aihow_sink* failure) {
  world* const w = (world*)user_data;
  aihow_world_event event = {sizeof event};
  CHECK(aihow_state_count(state, AIHOW_KIND_VM) == 1);
  CHECK(w->follows == 0 || w->stops > 0 || events == w->events);
  w->events = events;
  if (w->follow_status != AIHOW_OK) {
    ++w->follows;
    (void)aihow_sink_put(failure, "nobody to follow", 16, NULL);
    return w->follow_status;
  }
  if (w->follows++ > 0 || w->tells == 0) return AIHOW_OK;
  event.kind = AIHOW_WORLD_CONNECTED;
  event.hypervisor = "test:///one";
  OK(aihow_events_put(events, &event, &error));
  put_state(events, AIHOW_VM_STATE_RUNNING);
  return AIHOW_OK;
}

static inline void stop(void* user_data) {
  world* const w = (world*)user_data;
  ++w->stops;
  put_state(w->events, AIHOW_VM_STATE_PAUSED); /* it is not closed yet: nothing comes of it */
}

static inline void destroy_source(void* user_data) { ++((world*)user_data)->sources_destroyed; }

static inline void make_world(world* w, const char* file) {
  static const char document[] =
      "{\"cluster_name\": \"lab\", \"cluster_type\": \"hpc\", \"status\": \"stopped\", \"vms\": [{\"name\": \"a\", \"cpu_cores\": 4, \"memory_gb\": "
      "1, \"state\": \"SHUTOFF\", \"volumes\": [\"/disk\"], \"domain_uuid\": \"11111111-2222-4333-8444-555555555555\"}], \"networks\": [{\"name\": "
      "\"n\", \"subnet\": \"10.0.0.0/8\", \"bridge\": \"virbr0\"}], \"volumes\": [{\"name\": \"v\", \"path\": \"/v\", \"size_gb\": 1, \"format\": "
      "\"raw\"}], \"pools\": [{\"name\": \"p\", \"path\": \"/p\"}]}";
  const aihow_observer_table observer = {sizeof observer, see, destroy_observer};
  const aihow_event_source_table source = {sizeof source, follow, stop, destroy_source};
  aihow_state* state = NULL;
  memset(w, 0, sizeof *w);
  w->state = AIHOW_VM_STATE_RUNNING;
  w->tells = 1;
  w->manager = open_at(path_of(file));
  OK(aihow_state_from_json(document, strlen(document), NULL, &state, &error));
  OK(aihow_manager_create(w->manager, state, "create", NULL, NULL, &error));
  aihow_state_free(state);
  OK(aihow_observer_new(&observer, w, &w->observer, &error));
  OK(aihow_event_source_new(&source, w, &w->source, &error));
  OK(aihow_cancel_new(&w->cancel, &error));
}

static inline void end_world(world* w) {
  aihow_cancel_free(w->cancel);
  aihow_event_source_free(w->source);
  aihow_observer_free(w->observer);
  aihow_manager_free(w->manager);
  CHECK(w->sources_destroyed == 1 && w->observers_destroyed == 1);
}

#endif
