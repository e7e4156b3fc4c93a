/* SPDX-License-Identifier: MIT */
/* The life of a virtual machine: its states, and which action leads from which to which. The conventions stand in aihow.h. */
#ifndef AIHOW_LIFECYCLE_H
#define AIHOW_LIFECYCLE_H

#include <aihow/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- States of a virtual machine --------------------------------------------------------------------------------------------------- */

enum {
  AIHOW_VM_STATE_RUNNING = 1,    /* executing, or blocked on a resource */
  AIHOW_VM_STATE_PAUSED = 2,     /* in memory, CPUs stopped */
  AIHOW_VM_STATE_SHUTOFF = 3,    /* defined, not running */
  AIHOW_VM_STATE_UNDEFINED = 4,  /* the hypervisor does not have it, or reports a state that is not known here */
  AIHOW_VM_STATE_CRASHED = 5,    /* ended by itself, defined */
  AIHOW_VM_STATE_DYING = 6,      /* being shut down */
  AIHOW_VM_STATE_PMSUSPENDED = 7 /* suspended by its own power management */
};

/* The state's name in a document, "RUNNING"; NULL for a number that is no state. Constant text. Since 0.1. */
AIHOW_API const char* aihow_vm_state_name(int32_t state);

/* Writes the state of that name. Names are upper case. Fails with AIHOW_E_INVALID, naming what was given. Since 0.1. */
AIHOW_API int32_t aihow_vm_state_parse(const char* name, size_t name_length, int32_t* state, aihow_error** error);

/* The state that libvirt's number (virDomainState) stands for; AIHOW_VM_STATE_UNDEFINED for one that is not known. Since 0.1. */
AIHOW_API int32_t aihow_vm_state_from_libvirt(int32_t number);

/* ---- Lifecycle: which action leads from which state to which ------------------------------------------------------------------------ */

enum {
  AIHOW_ACTION_DEFINE = 0,
  AIHOW_ACTION_PAUSE = 1,
  AIHOW_ACTION_RESUME = 2,
  AIHOW_ACTION_SHUTDOWN = 3,
  AIHOW_ACTION_REBOOT = 4,
  AIHOW_ACTION_CRASH = 5,
  AIHOW_ACTION_TIMEOUT = 6,
  AIHOW_ACTION_FORCE_STOP = 7,
  AIHOW_ACTION_START = 8,
  AIHOW_ACTION_DESTROY = 9,
  AIHOW_ACTION_RECOVERY = 10,
  AIHOW_ACTION_SUSPEND = 11
};

/* The action's name, "force_stop"; NULL for a number that is no action. Constant text. Since 0.1. */
AIHOW_API const char* aihow_action_name(int32_t action);

/* Where `action` may lead from `from`: bit n is set where state n is reached (1u << AIHOW_VM_STATE_RUNNING …); 0 where the action is not
 * allowed there, and for numbers that are no state or action. Since 0.1. */
AIHOW_API uint32_t aihow_lifecycle_targets(int32_t from, int32_t action);

/* 1 where some action leads from one state to the other, else 0. A state "leads to itself" only where an action does that. Since 0.1. */
AIHOW_API int32_t aihow_lifecycle_allows(int32_t from, int32_t to);

/* One arrow of the table (convention 7). */
typedef struct aihow_transition {
  size_t struct_size;
  int32_t from;
  int32_t action;
  int32_t to;
  int32_t addition; /* 1: seen in libvirt, beyond the reference's table */
} aihow_transition;

/* How many arrows the table has. Since 0.1. */
AIHOW_API size_t aihow_lifecycle_count(void);

/* Writes arrow `index`, from 0. Fails with AIHOW_E_NOT_FOUND where there is none, AIHOW_E_INVALID where struct_size is below this version's
 * first size or `transition` is NULL. Since 0.1. */
AIHOW_API int32_t aihow_lifecycle_get(size_t index, aihow_transition* transition, aihow_error** error);

#ifdef __cplusplus
}
#endif

#endif
