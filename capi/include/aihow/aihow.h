/* SPDX-License-Identifier: MIT */
/*
 * The C interface of libaihow (libaihow.so.0): its version, its errors, and the life of a virtual machine.
 *
 * Conventions, which hold for everything below:
 *
 *  1. Names. Functions are aihow_<noun>_<verb>, constants AIHOW_<NOUN>_<NAME>. Nothing else is exported.
 *  2. Status. A function that can fail returns an int32_t: AIHOW_OK (0), or a negative AIHOW_E_ number. Numbers are frozen; a newer
 *     library may return ones that this header does not name. The rest cannot fail and says what it answers for nonsense.
 *  3. Errors. The last parameter of a function that can fail is `aihow_error **error`; it may be NULL. On failure it is set to an object
 *     that the caller frees with aihow_error_free(); on success it is left alone. Out-parameters are written on success only.
 *  4. Enumerations cross as int32_t. Values that this header does not name must be expected, and are never a crash.
 *  5. Text that goes in is UTF-8, given by pointer and length, and borrowed for the call; a NULL pointer is allowed where the length is 0.
 *     Text that comes out is UTF-8, ends with NUL, and belongs to what it was asked of; constant text is never freed.
 *  6. Structures that the library fills begin with `struct_size`, which the caller sets to sizeof. Members are only ever added at the end;
 *     the library fills those that fit, and never touches more than struct_size bytes.
 *  7. Threads. Functions may be called from any thread at any time. One object (an error) is used by one thread at a time.
 *  8. No exception, abort, signal or exit leaves a function; memory that runs out is AIHOW_E_OUT_OF_MEMORY.
 *
 * Each function names the version that brought it ("Since").
 */
#ifndef AIHOW_AIHOW_H
#define AIHOW_AIHOW_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define AIHOW_API __attribute__((visibility("default")))
#else
#define AIHOW_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version ------------------------------------------------------------------------------------------------------------------ */

#define AIHOW_VERSION_MAJOR 0
#define AIHOW_VERSION_MINOR 1
#define AIHOW_VERSION_PATCH 0
/* A version as one number that grows with it: major * 1000000 + minor * 1000 + patch. */
#define AIHOW_VERSION (AIHOW_VERSION_MAJOR * 1000000 + AIHOW_VERSION_MINOR * 1000 + AIHOW_VERSION_PATCH)

/* The version of the library that runs, as AIHOW_VERSION; the macro is the one that was compiled against. Since 0.1. */
AIHOW_API int32_t aihow_version(void);

/* The same as constant text, "0.1.0". Since 0.1. */
AIHOW_API const char* aihow_version_text(void);

/* ---- Status and errors ---------------------------------------------------------------------------------------------------------- */

enum {
  AIHOW_OK = 0,
  AIHOW_E_NOT_FOUND = -1,           /* something that the call cannot do without is absent */
  AIHOW_E_INVALID = -2,             /* an argument or input breaks a rule; nothing was changed */
  AIHOW_E_CORRUPT = -3,             /* stored bytes were read whole and are not a valid document */
  AIHOW_E_UNSUPPORTED_VERSION = -4, /* written by a newer major format */
  AIHOW_E_CONFLICT = -5,            /* somebody else changed the same thing first */
  AIHOW_E_LOCKED = -6,              /* another holder kept the lock until the deadline */
  AIHOW_E_PERMISSION = -7,          /* the operating system or the hypervisor refused */
  AIHOW_E_IO = -8,                  /* a system or hypervisor call failed; nothing is acknowledged */
  AIHOW_E_OUTCOME_UNKNOWN = -9,     /* the change may or may not be durable: load and look */
  AIHOW_E_UNREACHABLE = -10,        /* a hypervisor did not answer; says nothing about the machines behind it */
  AIHOW_E_TIMEOUT = -11,            /* the deadline passed */
  AIHOW_E_CANCELLED = -12,          /* the caller asked to stop */
  AIHOW_E_UNSUPPORTED = -13,        /* this store, platform or hypervisor cannot do it */
  AIHOW_E_OUT_OF_MEMORY = -14,      /* an allocation failed; everything is as before */
  AIHOW_E_UNEXPECTED = -15          /* a failure that the library did not foresee: please report it */
};

/* A status as constant text, "not found"; "unknown error" for a number that has no name. Since 0.1. */
AIHOW_API const char* aihow_status_text(int32_t status);

/* What went wrong, in one object (convention 3). */
typedef struct aihow_error aihow_error;

/* Frees an error; NULL is fine. Since 0.1. */
AIHOW_API void aihow_error_free(aihow_error* error);

/* The status that the failed function returned; AIHOW_OK for NULL. Since 0.1. */
AIHOW_API int32_t aihow_error_code(const aihow_error* error);

/* A whole sentence for people: what, where, what to do. Belongs to the error. "" for NULL. Since 0.1. */
AIHOW_API const char* aihow_error_message(const aihow_error* error);

/* The file that it is about; "" where it is about none, and for NULL. Belongs to the error. Since 0.1. */
AIHOW_API const char* aihow_error_path(const aihow_error* error);

/* The place inside the file as a JSON pointer (RFC 6901), "/vms/3/state"; "" where there is none, and for NULL. Belongs to the error. Since 0.1. */
AIHOW_API const char* aihow_error_pointer(const aihow_error* error);

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

/* One arrow of the table (convention 6). */
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
