/* SPDX-License-Identifier: MIT */
/*
 * What is seen of the world: observers of the caller's own, taking up what they see, and only comparing. The conventions stand in aihow.h.
 *
 * An observer answers "what do you see of this cluster now?". aihow_manager_refresh() asks it and records what it saw; aihow_manager_drift() asks it
 * and says what differs. One that asks libvirt is in <aihow/aihow-libvirt.h>.
 */
#ifndef AIHOW_OBSERVER_H
#define AIHOW_OBSERVER_H

#include <aihow/base.h>
#include <aihow/manager.h>
#include <aihow/state.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aihow_observer aihow_observer;

/* ---- What was seen ------------------------------------------------------------------------------------------------------------------------ */

/* Collects what an observer sees. Lives while the callback runs. */
typedef struct aihow_observation aihow_observation;

/* Which of the members that may be empty an observation does say; nothing is concluded from what it does not say. */
enum { AIHOW_SAID_GPU_COUNT = 1, AIHOW_SAID_VOLUMES = 2, AIHOW_SAID_IP_ADDRESS = 4, AIHOW_SAID_ACTIVE_IPS = 8 };

typedef struct aihow_vm_observation {
  size_t struct_size;
  const char* name;         /* the VM's name in the cluster, not the domain's */
  int32_t state;            /* AIHOW_VM_STATE_; one that the hypervisor does not have is AIHOW_VM_STATE_UNDEFINED */
  uint32_t said;            /* AIHOW_SAID_GPU_COUNT | AIHOW_SAID_VOLUMES | AIHOW_SAID_IP_ADDRESS */
  const char* state_reason; /* may be NULL, as the texts below */
  const char* domain_name;
  const char* hypervisor; /* connection URI that answered */
  aihow_uuid domain_uuid; /* zeros: not said */
  int32_t cpu_cores;      /* 0: not said */
  int32_t memory_gb;      /* 0: not said */
  int32_t gpu_count;
  int32_t reserved;           /* 0 */
  const char* const* volumes; /* absolute paths */
  size_t volumes_count;
  const char* ip_address; /* said and NULL: it has none now */
} aihow_vm_observation;

typedef struct aihow_network_observation {
  size_t struct_size;
  const char* name;
  int32_t exists;
  int32_t active;
  aihow_uuid uuid;               /* zeros: not said */
  const char* const* active_ips; /* AIHOW_SAID_ACTIVE_IPS */
  size_t active_ips_count;
  uint32_t said;
  int32_t reserved;   /* 0 */
  const char* subnet; /* CIDR, in the state's own spelling where both mean the same; NULL: not said */
  const char* bridge; /* NULL: not said */
} aihow_network_observation;

typedef struct aihow_volume_observation {
  size_t struct_size;
  const char* name;
  int64_t size_gb;
  int32_t exists;
  int32_t reserved; /* 0 */
} aihow_volume_observation;

typedef struct aihow_pool_observation {
  size_t struct_size;
  const char* name;
  int32_t exists;
  int32_t active;
  aihow_uuid uuid;  /* zeros: not said */
  const char* path; /* absolute directory; NULL: not said */
} aihow_pool_observation;

/* Adds what was seen of one object. Threads: the callback's. Since 0.1. */
AIHOW_API int32_t aihow_observation_add_vm(aihow_observation* observation, const aihow_vm_observation* vm, aihow_error** error);
AIHOW_API int32_t aihow_observation_add_network(aihow_observation* observation, const aihow_network_observation* network, aihow_error** error);
AIHOW_API int32_t aihow_observation_add_volume(aihow_observation* observation, const aihow_volume_observation* volume, aihow_error** error);
AIHOW_API int32_t aihow_observation_add_pool(aihow_observation* observation, const aihow_pool_observation* pool, aihow_error** error);

/* Says that a hypervisor did not answer, and why: its VMs are not added, and keep what was last known of them. Since 0.1. */
AIHOW_API int32_t aihow_observation_add_unreachable(aihow_observation* observation, const char* hypervisor, const char* why, aihow_error** error);

/* Says that something carries the cluster's mark or name and is not its own. `kind` is an AIHOW_KIND_; `uuid` may be NULL. Since 0.1. */
AIHOW_API int32_t aihow_observation_add_stranger(aihow_observation* observation, int32_t kind, const char* name, const aihow_uuid* uuid,
                                                 const char* why, aihow_error** error);

/* The same of what is the cluster's own by mark and UUID, and only not in its state. Since 0.1. */
AIHOW_API int32_t aihow_observation_add_own(aihow_observation* observation, int32_t kind, const char* name, const aihow_uuid* uuid, const char* why,
                                            aihow_error** error);

/* ---- Observers ------------------------------------------------------------------------------------------------------------------------------ */

typedef struct aihow_observer_table {
  size_t struct_size;
  /* Looks at the world and adds what it sees. On the thread of the call that asks, of a watch on one of the library's own (one call at a time); it
   * holds no lock, and may call back in, but not with this observer. It has `timeout_ms` from now on, and returns early where
   * aihow_cancel_requested(cancel). A hypervisor that is down is no failure. Required. */
  int32_t (*observe)(void* user_data, const aihow_state* state, int64_t timeout_ms, const aihow_cancel* cancel, aihow_observation* observation,
                     aihow_sink* failure);
  void (*destroy)(void* user_data); /* convention 9; may be NULL */
} aihow_observer_table;

/* Makes an observer of the caller's functions. The table is copied. Yours. Since 0.1. */
AIHOW_API int32_t aihow_observer_new(const aihow_observer_table* table, void* user_data, aihow_observer** observer, aihow_error** error);

/* Frees it; a call that uses it goes on. Since 0.1. */
AIHOW_API void aihow_observer_free(aihow_observer* observer);

/* ---- Refresh and drift
 * -------------------------------------------------------------------------------------------------------------------------------- */

/* What a refresh or a comparison saw and did, which never changes: any number of threads may read it. */
typedef struct aihow_refresh aihow_refresh;

typedef struct aihow_refresh_options {
  size_t struct_size;
  int64_t timeout_ms;      /* for the look; 0: a minute */
  int64_t min_interval_ms; /* where only times changed nothing is written more often than that; 0: always */
} aihow_refresh_options;

typedef struct aihow_refresh_summary {
  size_t struct_size;
  int32_t committed;  /* 1: something was written */
  int32_t reserved;   /* 0 */
  size_t differences; /* how many there are to get */
  size_t unreachable;
  size_t strangers;
  size_t vms; /* how many were seen of each kind */
  size_t networks;
  size_t volumes;
  size_t pools;
  aihow_time when; /* when it was looked */
} aihow_refresh_summary;

/* What the state had and has now; of a drift: has, and was found. Texts belong to the refresh. */
typedef struct aihow_difference {
  size_t struct_size;
  int32_t kind;         /* AIHOW_KIND_ */
  int32_t reserved;     /* 0 */
  const char* name;     /* the object's */
  const char* field;    /* the document's member name */
  const char* expected; /* as the state had it */
  const char* found;    /* as it was observed */
  const char* reason;   /* "" where none was said */
  aihow_time last_seen; /* when the VM was last seen as the state had it: it changed after that; AIHOW_TIME_NONE: not known */
} aihow_difference;

/* Asks the observer and commits what it saw onto the newest state: one commit at most, none where nothing changed. What others recorded meanwhile
 * stays. `options` and `call` may be NULL; `refresh` too, else it is yours. Fails with AIHOW_E_NOT_FOUND without a state, AIHOW_E_CONFLICT where
 * another one took its place, AIHOW_E_LOCKED where the observer is at work in another call, and as the observer. Since 0.1. */
AIHOW_API int32_t aihow_manager_refresh(aihow_manager* manager, aihow_observer* observer, const aihow_refresh_options* options,
                                        const aihow_call* call, aihow_refresh** refresh, aihow_error** error);

typedef struct aihow_drift_options {
  size_t struct_size;
  int64_t timeout_ms;   /* for the look; 0: a minute */
  aihow_cancel* cancel; /* ends it; may be NULL */
} aihow_drift_options;

/* Asks the observer and compares, and writes nothing, not even a lock: a refresh that committed nothing, with the state that was compared and every
 * difference, without what was only not answered, and with what is the cluster's own and not in its state (`exists`: expected "false", found "true").
 * Where somebody changes the state meanwhile it looks again, a few times. `options` may be NULL. Yours. Fails with AIHOW_E_NOT_FOUND without a state,
 * AIHOW_E_LOCKED where the observer is at work in another call, and as the observer. Since 0.1. */
AIHOW_API int32_t aihow_manager_drift(aihow_manager* manager, aihow_observer* observer, const aihow_drift_options* options, aihow_refresh** drift,
                                      aihow_error** error);

/* Fills the summary. Since 0.1. */
AIHOW_API int32_t aihow_refresh_get(const aihow_refresh* refresh, aihow_refresh_summary* summary, aihow_error** error);

/* Writes the snapshot that stands after it (of a drift: that was compared), which is yours. Since 0.1. */
AIHOW_API int32_t aihow_refresh_state(const aihow_refresh* refresh, const aihow_state** state, aihow_error** error);

/* Fills difference `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_refresh_difference(const aihow_refresh* refresh, size_t index, aihow_difference* difference, aihow_error** error);

/* Writes which hypervisor did not answer, and why; the texts belong to the refresh. Fails with AIHOW_E_NOT_FOUND beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_refresh_unreachable(const aihow_refresh* refresh, size_t index, const char** hypervisor, const char** why,
                                            aihow_error** error);

/* Writes what carries the cluster's mark and is not its own: kind, name and a sentence, which belong to the refresh. Fails with AIHOW_E_NOT_FOUND.
 * Since 0.1. */
AIHOW_API int32_t aihow_refresh_stranger(const aihow_refresh* refresh, size_t index, int32_t* kind, const char** name, const char** why,
                                         aihow_error** error);

/* The rest of the same: 1 where it is the cluster's own (see aihow_observation_add_own()), and its UUID (zeros: not said). Fails with
 * AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_refresh_stranger_identity(const aihow_refresh* refresh, size_t index, int32_t* own, aihow_uuid* uuid, aihow_error** error);

/* Fills what was seen of object `index` of a kind, as the observer said it. What it points at belongs to the refresh. Fails with AIHOW_E_NOT_FOUND
 * beyond the last. Since 0.1. */
AIHOW_API int32_t aihow_refresh_seen_vm(const aihow_refresh* refresh, size_t index, aihow_vm_observation* vm, aihow_error** error);
AIHOW_API int32_t aihow_refresh_seen_network(const aihow_refresh* refresh, size_t index, aihow_network_observation* network, aihow_error** error);
AIHOW_API int32_t aihow_refresh_seen_volume(const aihow_refresh* refresh, size_t index, aihow_volume_observation* volume, aihow_error** error);
AIHOW_API int32_t aihow_refresh_seen_pool(const aihow_refresh* refresh, size_t index, aihow_pool_observation* pool, aihow_error** error);

AIHOW_API void aihow_refresh_free(aihow_refresh* refresh); /* Since 0.1. */

#ifdef __cplusplus
}
#endif

#endif
