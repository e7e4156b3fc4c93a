/* SPDX-License-Identifier: MIT */
/*
 * Following the world: sources of events of the caller's own, and the watch that records what they tell. The conventions stand in aihow.h.
 *
 * aihow_manager_watch() runs until it is asked to stop: it records each change as it comes, and tells of it. Events only say sooner what a look would
 * show; where a hypervisor has none, a source whose `follow` does nothing leaves the looks, every `resync_ms`. A source of libvirt's events is in
 * <aihow/aihow-libvirt.h>.
 */
#ifndef AIHOW_WATCH_H
#define AIHOW_WATCH_H

#include <aihow/base.h>
#include <aihow/manager.h>
#include <aihow/observer.h>
#include <aihow/state.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Events of the world -------------------------------------------------------------------------------------------------------------------- */

enum {
  AIHOW_WORLD_CONNECTED = 0, /* events of this hypervisor come from now on; what happened before was not told of */
  AIHOW_WORLD_LOST = 1,      /* none come from it until it is connected again */
  AIHOW_WORLD_VM = 2,        /* a domain is in a new state */
  AIHOW_WORLD_OTHER = 3      /* something else of it is new (a definition, a network): who wants to know looks */
};

/* What a hypervisor tells of. */
typedef struct aihow_world_event {
  size_t struct_size;
  int32_t kind;             /* AIHOW_WORLD_ */
  int32_t state;            /* of a VM: AIHOW_VM_STATE_ */
  aihow_time when;          /* when it arrived; AIHOW_TIME_NONE: now */
  const char* hypervisor;   /* connection URI */
  const char* why;          /* of one that is lost: a sentence. May be NULL, as the texts below */
  const char* domain_name;  /* of a VM */
  const char* state_reason; /* of a VM */
  aihow_uuid
      domain_uuid; /* of a VM: it is told apart by that, which its record has as `domain_uuid`; zeros: not said, and then nothing comes of it */
} aihow_world_event;

/* Takes a source's events: from the first `follow` of a watch until its `stop` has returned; then it is closed, and putting one fails with
 * AIHOW_E_INVALID. */
typedef struct aihow_events aihow_events;

/* Hands over an event, which is copied. Threads: any, also several at once. Since 0.1. */
AIHOW_API int32_t aihow_events_put(aihow_events* events, const aihow_world_event* event, aihow_error** error);

/* ---- Sources of events ------------------------------------------------------------------------------------------------------------------------ */

typedef struct aihow_event_source aihow_event_source;

/* Both functions are called on the thread of aihow_manager_watch(), which holds no lock; they may call back in, but not with this source. */
typedef struct aihow_event_source_table {
  size_t struct_size;
  /* Begins to tell of every hypervisor of the state's VMs, on threads of its own or before it returns, and no more of others; those that it tells of
   * already go on. Each answers with AIHOW_WORLD_CONNECTED or AIHOW_WORLD_LOST; events of one come in its order, and after it was lost it is
   * connected again without being asked. Called at the beginning and before each look, with the same `events` throughout a watch. Returns at once.
   * Required. */
  int32_t (*follow)(void* user_data, const aihow_state* state, aihow_events* events, aihow_sink* failure);
  /* Ends that, within a second: once at the end of each watch in which `follow` was called. It returns normally. Afterwards it may be asked to follow
   * again, by another watch. May be NULL. */
  void (*stop)(void* user_data);
  void (*destroy)(void* user_data); /* convention 9; may be NULL */
} aihow_event_source_table;

/* Makes a source of events of the caller's functions. The table is copied. Yours. Since 0.1. */
AIHOW_API int32_t aihow_event_source_new(const aihow_event_source_table* table, void* user_data, aihow_event_source** source, aihow_error** error);

/* Frees it; a watch that uses it goes on. Since 0.1. */
AIHOW_API void aihow_event_source_free(aihow_event_source* source);

/* ---- Watch ------------------------------------------------------------------------------------------------------------------------------------ */

enum {
  AIHOW_WATCH_CHANGED = 0,   /* a member of an object is another one now, and recorded so unless `revision` is 0 */
  AIHOW_WATCH_CONNECTED = 1, /* the hypervisor tells of its events from now on; `since`: it did not from then on, so a look follows */
  AIHOW_WATCH_LOST = 2,      /* it does not: `text` says why; what is known of its VMs is what was last seen */
  AIHOW_WATCH_RESYNCED = 3,  /* the look after a gap is done: what had changed was told of; `since`: the gap's beginning */
  AIHOW_WATCH_STRANGER = 4,  /* something carries the cluster's mark or name that the state does not know: `text`; told once */
  AIHOW_WATCH_FAILED = 5     /* something could not be looked at or recorded: `text` says why; it is tried again */
};

/* What a watch tells. The library sets struct_size to its own sizeof: members beyond it are not there. What it points at lives while the callback
 * runs; texts that say nothing are "". */
typedef struct aihow_watch_event {
  size_t struct_size;
  int32_t kind;           /* AIHOW_WATCH_ */
  int32_t object_kind;    /* of a change: AIHOW_KIND_; else 0 */
  aihow_time when;        /* when it happened, or was seen */
  const char* hypervisor; /* of CONNECTED, LOST, RESYNCED, and of what a hypervisor told by itself */
  const char* name;       /* of a change: the object's, as the four below */
  const char* field;      /* the document's member name */
  const char* expected;   /* as it was */
  const char* found;      /* as it is */
  const char* reason;     /* why, where the hypervisor says so */
  aihow_time last_seen;   /* when the VM was last seen as it was: it changed after that; AIHOW_TIME_NONE: not known */
  const char* text;       /* of LOST, STRANGER, FAILED: a sentence */
  uint64_t revision;      /* of the state that has it; 0: none */
  aihow_time since;       /* of CONNECTED after an interruption, and RESYNCED */
} aihow_watch_event;

/* Told of each thing, in the order in which it was recorded. On the thread of aihow_manager_watch(), which holds no lock; it may call back in, also
 * change the state, but not with the same observer or source. Where it fails the watch ends, and fails with that. */
typedef int32_t (*aihow_watch)(void* user_data, const aihow_watch_event* event, aihow_sink* failure);

/* NULL stands for one that is all zeros. */
typedef struct aihow_watch_options {
  size_t struct_size;
  int64_t resync_ms;       /* beside the events everything is looked at so often; 0: ten seconds; below 0: only after events, and what failed */
  int64_t min_interval_ms; /* a look that shows only what was known writes new times no more often; 0: a minute; below 0: each time */
  int64_t timeout_ms;      /* for each look; 0: ten seconds */
  aihow_cancel* cancel;    /* ends the watch; may be NULL */
} aihow_watch_options;

/* Follows the world until `options.cancel` asks it to stop, and then returns AIHOW_OK within a second: records each event as it comes (one commit for
 * each state that a VM was in), looks at everything at the beginning, soon after events, and as often as the options say, and tells `callback` of
 * each change. The observer looks on a thread of the library's own. What cannot be recorded or looked at for the moment is told as AIHOW_WATCH_FAILED
 * and done later; but an observer that fails with AIHOW_E_NOT_FOUND, AIHOW_E_OUT_OF_MEMORY or AIHOW_E_UNEXPECTED ends the watch. The manager's
 * notices are told before the next event or look. Fails with AIHOW_E_NOT_FOUND without a state, also when that is removed meanwhile, AIHOW_E_LOCKED
 * where the observer or the source is at work in another call, AIHOW_E_IO where no thread can be made, and as the callback or the source. Since 0.1.
 */
AIHOW_API int32_t aihow_manager_watch(aihow_manager* manager, aihow_observer* observer, aihow_event_source* source, aihow_watch callback,
                                      void* user_data, const aihow_watch_options* options, aihow_error** error);

#ifdef __cplusplus
}
#endif

#endif
