/* SPDX-License-Identifier: MIT */
/* What everything else is made of: version, status, errors, texts, times, UUIDs, cancelling. The conventions stand in aihow.h. */
#ifndef AIHOW_BASE_H
#define AIHOW_BASE_H

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
  AIHOW_E_UNEXPECTED = -15          /* a failure that the library did not foresee, or a callback's own: see the message */
};

/* A status as constant text, "not found"; "unknown error" for a number that has no name. Since 0.1. */
AIHOW_API const char* aihow_status_text(int32_t status);

/* What went wrong, in one object (convention 3). A plain object, not a handle. */
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

/* The place inside the file as line and column (in bytes), both from 1; 0 where there is none, and for NULL. Since 0.1. */
AIHOW_API size_t aihow_error_line(const aihow_error* error);
AIHOW_API size_t aihow_error_column(const aihow_error* error);

/* Sets `*error` (where `error` is not NULL) to an error with this status and text, as the library's own are made, and returns the status: for
 * libraries that stand on this one. Another number than an AIHOW_E_ becomes AIHOW_E_UNEXPECTED; a NULL text the status's own. Since 0.1. */
AIHOW_API int32_t aihow_error_set(aihow_error** error, int32_t status, const char* message);

/* ---- Texts that a function made ------------------------------------------------------------------------------------------------- */

/* One text or several, in an object of your own. Any number of threads may read one. */
typedef struct aihow_text aihow_text;

/* Frees it, and all that was got from it (convention 4). Since 0.1. */
AIHOW_API void aihow_text_free(aihow_text* text);

/* How many texts it has; 0 for what is no text. Since 0.1. */
AIHOW_API size_t aihow_text_count(const aihow_text* text);

/* Text `index`, from 0, which belongs to the object; its length in bytes is written to `*length` where that is not NULL. NULL (and nothing written)
 * where there is none. Since 0.1. */
AIHOW_API const char* aihow_text_get(const aihow_text* text, size_t index, size_t* length);

/* Where a callback puts bytes, which are copied: the text of its failure, or what its description says. Lives while the callback runs. */
typedef struct aihow_sink aihow_sink;

/* Appends bytes to what was put before. Errors: none of its own. Threads: the callback's. Since 0.1. */
AIHOW_API int32_t aihow_sink_put(aihow_sink* sink, const char* bytes, size_t length, aihow_error** error);

/* ---- Times ------------------------------------------------------------------------------------------------------------------------ */

enum {
  AIHOW_TIME_NONE = 0, /* there is no time here; `us` means nothing */
  AIHOW_TIME_UTC = 1,  /* an instant: microseconds since 1970-01-01T00:00:00Z */
  AIHOW_TIME_LOCAL = 2 /* a wall clock without a zone, as the Python tool writes: microseconds since 1970-01-01T00:00:00 of that clock */
};

/* A point in time (no struct_size: it will stay as it is). Documents keep how each time was spelled; a time that is set to what it is keeps that. */
typedef struct aihow_time {
  int64_t us;
  int32_t kind;     /* AIHOW_TIME_ */
  int32_t reserved; /* 0 */
} aihow_time;

/* The room that the text of any time needs, its NUL included. */
#define AIHOW_TIME_TEXT_SIZE 40

/* Now, of the kind AIHOW_TIME_UTC. Fails for a NULL. Since 0.1. */
AIHOW_API int32_t aihow_time_now(aihow_time* time, aihow_error** error);

/* Writes the instant in microseconds since 1970-01-01T00:00:00Z; of a wall clock by the machine's time zone. Fails with AIHOW_E_INVALID where there
 * is no time. Since 0.1. */
AIHOW_API int32_t aihow_time_instant(const aihow_time* time, int64_t* unix_us, aihow_error** error);

/* Writes the time as ISO 8601, "2025-10-21T14:32:15.123456Z", a wall clock without the Z, into `buffer` of `size` bytes. Fails with AIHOW_E_INVALID
 * where it does not fit with its NUL (AIHOW_TIME_TEXT_SIZE is enough), where there is no time, or none of the years 1 to 9999. Since 0.1. */
AIHOW_API int32_t aihow_time_format(const aihow_time* time, char* buffer, size_t size, aihow_error** error);

/* Reads `YYYY-MM-DDThh:mm:ss[.f{1,9}][Z|+hh:mm]`, to the microsecond. Fails with AIHOW_E_INVALID where the text is anything else. Since 0.1. */
AIHOW_API int32_t aihow_time_parse(const char* text, size_t length, aihow_time* time, aihow_error** error);

/* ---- UUIDs ------------------------------------------------------------------------------------------------------------------------ */

/* A UUID in network order (no struct_size); all zeros: there is none. */
typedef struct aihow_uuid {
  uint8_t bytes[16];
} aihow_uuid;

#define AIHOW_UUID_TEXT_SIZE 37

/* Writes the 36 characters, lower case, and a NUL into `buffer`. Fails with AIHOW_E_INVALID where `size` is below AIHOW_UUID_TEXT_SIZE. Since 0.1. */
AIHOW_API int32_t aihow_uuid_format(const aihow_uuid* uuid, char* buffer, size_t size, aihow_error** error);

/* Reads the 36-character form, either case. Fails with AIHOW_E_INVALID where the text is anything else. Since 0.1. */
AIHOW_API int32_t aihow_uuid_parse(const char* text, size_t length, aihow_uuid* uuid, aihow_error** error);

/* ---- Cancelling ------------------------------------------------------------------------------------------------------------------- */

/* Stops calls that wait. Any number of calls and threads may use one; a call that it stopped fails with AIHOW_E_CANCELLED (but a watch, which has no
 * other end, with AIHOW_OK). */
typedef struct aihow_cancel aihow_cancel;

/* Makes one that is yours. Since 0.1. */
AIHOW_API int32_t aihow_cancel_new(aihow_cancel** cancel, aihow_error** error);

/* Asks every call that uses it, now and later, to stop. From any thread; not from a signal handler. Since 0.1. */
AIHOW_API int32_t aihow_cancel_request(aihow_cancel* cancel, aihow_error** error);

/* 1 where that was asked; 0 where not, and for what is no cancel handle. Since 0.1. */
AIHOW_API int32_t aihow_cancel_requested(const aihow_cancel* cancel);

/* Makes another handle to the same request, which is yours: for what keeps it longer than the first may live. Asked to stop through one of them, all
 * are; one of a callback's may only ask. Fails with AIHOW_E_INVALID. Since 0.1. */
AIHOW_API int32_t aihow_cancel_share(const aihow_cancel* cancel, aihow_cancel** another, aihow_error** error);

/* Frees it; calls that use it go on. Since 0.1. */
AIHOW_API void aihow_cancel_free(aihow_cancel* cancel);

#ifdef __cplusplus
}
#endif

#endif
