/* SPDX-License-Identifier: MIT */
/*
 * A cluster's state: reading it, changing a copy of it, JSON. The conventions stand in aihow.h.
 *
 * One noun, two uses. A `const aihow_state*` that came from a manager is a snapshot: what stood there, which never changes. Any number of threads may
 * read it, and what is read of it stays valid until it is freed. An `aihow_state*` is a working copy: one thread at a time reads and changes it; what
 * was read of it stays valid, as it was, until the copy is saved or freed. Changing a snapshot is AIHOW_E_INVALID, whatever casts were made. A
 * working copy remembers which snapshot it was made from, so that aihow_manager_save() can merge it with what others have saved since.
 *
 * Objects (VMs, networks, volumes, pools) are reached by kind and index, in the document's order, and read as a whole into a structure:
 *
 *   aihow_vm vm = {.struct_size = sizeof vm};
 *   for (size_t i = 0; aihow_state_get_vm(state, i, &vm, NULL) == AIHOW_OK; ++i) printf("%s %s\n", vm.name, aihow_vm_state_name(vm.state));
 *
 * and changed by reading, changing a member, and putting it back: only members that differ are taken over.
 *
 *   aihow_state_get_vm(copy, 0, &vm, NULL);
 *   vm.cpu_cores = 16;
 *   aihow_state_set_vm(copy, 0, &vm, &error);
 *
 * Rules (names, ranges, addresses …) are checked when a state is saved, or by aihow_state_validate().
 */
#ifndef AIHOW_STATE_H
#define AIHOW_STATE_H

#include <aihow/base.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aihow_state aihow_state;

/* ---- Models ----------------------------------------------------------------------------------------------------------------------- */

enum { AIHOW_KIND_CLUSTER = 1, AIHOW_KIND_VM = 2, AIHOW_KIND_NETWORK = 3, AIHOW_KIND_VOLUME = 4, AIHOW_KIND_POOL = 5 };

/* What an operation has said that it will do with an object, and has not seen done. */
enum { AIHOW_PENDING_NONE = 0, AIHOW_PENDING_CREATE = 1, AIHOW_PENDING_DELETE = 2 };

/* The cluster itself: the document's root. Of a text that is optional NULL and "" mean the same when it goes in; it comes out as "". */
typedef struct aihow_cluster {
  size_t struct_size;
  const char* cluster_name; /* letters, digits, '_', '-', '.'; 1 to 64 characters; starts with a letter or digit */
  const char* cluster_type; /* "hpc" or "cloud" */
  const char* status;       /* "running", "stopped", "error", "partial" */
  aihow_time created_at;
  aihow_time last_modified;
  uint64_t revision;  /* 0: never committed; else 1, 2, 3 … of its lineage. Not changed by setting */
  aihow_uuid lineage; /* made with the state and kept for its life; zeros: never committed. Not changed by setting */
} aihow_cluster;

/* One virtual machine. */
typedef struct aihow_vm {
  size_t struct_size;
  const char* name;           /* unique in the cluster, as cluster_name */
  int32_t cpu_cores;          /* 1 to 4096 */
  int32_t memory_gb;          /* GiB, 1 to 16777216 */
  int32_t state;              /* AIHOW_VM_STATE_ */
  int32_t gpu_count;          /* 0 to 1024 */
  const char* ip_address;     /* IPv4 or IPv6; NULL: none */
  const char* const* volumes; /* absolute paths of its disks */
  size_t volumes_count;
  aihow_time created_at;        /* AIHOW_TIME_NONE in a VM that is added: now */
  aihow_time last_seen;         /* when the hypervisor last reported on it */
  const char* role;             /* "controller", "compute", "control_plane", "worker", or none */
  const char* domain_name;      /* libvirt's name for it */
  const char* hypervisor;       /* connection URI */
  const char* state_reason;     /* libvirt's reason in words: "booted", "destroyed", "crashed", "user" … */
  aihow_uuid domain_uuid;       /* libvirt's; zeros: none */
  aihow_time unreachable_since; /* the hypervisor has not answered since, and `state` is the last known one; AIHOW_TIME_NONE: it answers */
  int32_t no_auto_start;        /* 1: start defines it and leaves it off */
  int32_t pending;              /* AIHOW_PENDING_ */
} aihow_vm;

/* One libvirt network. */
typedef struct aihow_network {
  size_t struct_size;
  const char* name;
  const char* subnet;            /* "192.168.100.0/24" */
  const char* bridge;            /* bridge device, 1 to 15 characters */
  const char* const* active_ips; /* addresses leased now; the order means nothing */
  size_t active_ips_count;
  aihow_uuid uuid;           /* libvirt's; zeros: none */
  int32_t pending;           /* AIHOW_PENDING_ */
  int32_t reserved;          /* 0 */
  aihow_time missing_since;  /* a refresh found since then that libvirt does not have it; AIHOW_TIME_NONE: it is there */
  aihow_time inactive_since; /* that it is there, and off; AIHOW_TIME_NONE: it is not off */
} aihow_network;

/* One disk image. */
typedef struct aihow_volume {
  size_t struct_size;
  const char* name;
  const char* path;         /* absolute */
  int64_t size_gb;          /* GiB, from 0 */
  const char* format;       /* "qcow2" */
  const char* pool;         /* name of the pool that it lies in, or none */
  const char* backing_file; /* absolute path of the image that it overlays, or none */
  int32_t pending;          /* AIHOW_PENDING_ */
  int32_t reserved;         /* 0 */
  aihow_time missing_since; /* a refresh found since then that it is gone; AIHOW_TIME_NONE: it is there */
} aihow_volume;

/* One libvirt storage pool. */
typedef struct aihow_pool {
  size_t struct_size;
  const char* name;
  const char* path;          /* absolute directory */
  aihow_uuid uuid;           /* libvirt's; zeros: none */
  int32_t owned;             /* 1: made by us; 0: it was there, is used, and never removed */
  int32_t owns_directory;    /* 1: the directory was made by us too */
  int32_t pending;           /* AIHOW_PENDING_ */
  int32_t reserved;          /* 0 */
  aihow_time missing_since;  /* a refresh found since then that libvirt does not have it; AIHOW_TIME_NONE: it is there */
  aihow_time inactive_since; /* that it is there, and off; AIHOW_TIME_NONE: it is not off */
} aihow_pool;

/* ---- States ------------------------------------------------------------------------------------------------------------------------- */

/* Makes an empty working copy that was loaded from nowhere: a state that may only be created. Yours. `cluster_type` is "hpc" or "cloud". Since 0.1.
 */
AIHOW_API int32_t aihow_state_new(const char* cluster_name, const char* cluster_type, aihow_state** state, aihow_error** error);

/* Makes a working copy, which is yours, of a snapshot or of another working copy. Since 0.1. */
AIHOW_API int32_t aihow_state_copy(const aihow_state* state, aihow_state** copy, aihow_error** error);

/* Frees a snapshot or a working copy. The state that a transaction lends is not yours: freeing it does nothing. Since 0.1. */
AIHOW_API void aihow_state_free(const aihow_state* state);

/* Fails with AIHOW_E_INVALID where the state breaks a rule; the message lists the first ten, with their places. O(n). Since 0.1. */
AIHOW_API int32_t aihow_state_validate(const aihow_state* state, aihow_error** error);

/* Writes 1 where two states say the same, else 0. Since 0.1. */
AIHOW_API int32_t aihow_state_equal(const aihow_state* a, const aihow_state* b, int32_t* equal, aihow_error** error);

/* What loading a snapshot noticed (edited by hand, the backup answers …), as sentences; none for a working copy. Yours. Since 0.1. */
AIHOW_API int32_t aihow_state_notices(const aihow_state* state, aihow_text** notices, aihow_error** error);

/* What differs whenever the content of the place differs; "" for a working copy and for nonsense. Belongs to the state. Since 0.1. */
AIHOW_API const char* aihow_state_token(const aihow_state* state);

/* ---- Reading: O(1) ------------------------------------------------------------------------------------------------------------------ */

/* How many objects of a kind it has (1 of AIHOW_KIND_CLUSTER); 0 for nonsense. Since 0.1. */
AIHOW_API size_t aihow_state_count(const aihow_state* state, int32_t kind);

/* Writes the index of the object of that name. Fails with AIHOW_E_NOT_FOUND where there is none. Of a snapshot O(1) but for the first call, else
 * O(n). Since 0.1. */
AIHOW_API int32_t aihow_state_find(const aihow_state* state, int32_t kind, const char* name, size_t* index, aihow_error** error);

/* Reads the cluster itself. Since 0.1. */
AIHOW_API int32_t aihow_state_get_cluster(const aihow_state* state, aihow_cluster* cluster, aihow_error** error);

/* Reads object `index`. Fails with AIHOW_E_NOT_FOUND beyond the last. What the structure points at belongs to the state. Since 0.1. */
AIHOW_API int32_t aihow_state_get_vm(const aihow_state* state, size_t index, aihow_vm* vm, aihow_error** error);
AIHOW_API int32_t aihow_state_get_network(const aihow_state* state, size_t index, aihow_network* network, aihow_error** error);
AIHOW_API int32_t aihow_state_get_volume(const aihow_state* state, size_t index, aihow_volume* volume, aihow_error** error);
AIHOW_API int32_t aihow_state_get_pool(const aihow_state* state, size_t index, aihow_pool* pool, aihow_error** error);

/* Reads VMs `first` to `first + count - 1` into an array, whose elements are as long as the struct_size of the first says; the others' is set. Fails
 * with AIHOW_E_NOT_FOUND where there are not so many. O(count). Since 0.1. */
AIHOW_API int32_t aihow_state_get_vms(const aihow_state* state, size_t first, size_t count, aihow_vm* vms, aihow_error** error);

/* ---- Changing a working copy ---------------------------------------------------------------------------------------------------------- */

/* Takes over what differs; revision and lineage stay. Fails with AIHOW_E_INVALID (a name is lacking, a number is no AIHOW_VM_STATE_ …). Since 0.1. */
AIHOW_API int32_t aihow_state_set_cluster(aihow_state* state, const aihow_cluster* cluster, aihow_error** error);

/* Takes over what differs in object `index`; members that struct_size does not reach stay. Fails with AIHOW_E_NOT_FOUND beyond the last,
 * AIHOW_E_INVALID. Since 0.1. */
AIHOW_API int32_t aihow_state_set_vm(aihow_state* state, size_t index, const aihow_vm* vm, aihow_error** error);
AIHOW_API int32_t aihow_state_set_network(aihow_state* state, size_t index, const aihow_network* network, aihow_error** error);
AIHOW_API int32_t aihow_state_set_volume(aihow_state* state, size_t index, const aihow_volume* volume, aihow_error** error);
AIHOW_API int32_t aihow_state_set_pool(aihow_state* state, size_t index, const aihow_pool* pool, aihow_error** error);

/* Puts a new object before `index`; SIZE_MAX: behind the last. Fails with AIHOW_E_NOT_FOUND beyond that, AIHOW_E_INVALID. Since 0.1. */
AIHOW_API int32_t aihow_state_insert_vm(aihow_state* state, size_t index, const aihow_vm* vm, aihow_error** error);
AIHOW_API int32_t aihow_state_insert_network(aihow_state* state, size_t index, const aihow_network* network, aihow_error** error);
AIHOW_API int32_t aihow_state_insert_volume(aihow_state* state, size_t index, const aihow_volume* volume, aihow_error** error);
AIHOW_API int32_t aihow_state_insert_pool(aihow_state* state, size_t index, const aihow_pool* pool, aihow_error** error);

/* Takes object `index` out. Fails with AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_state_remove(aihow_state* state, int32_t kind, size_t index, aihow_error** error);

/* Moves object `from` so that it stands at `to`. Fails with AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_state_move(aihow_state* state, int32_t kind, size_t from, size_t to, aihow_error** error);

/* ---- Members that this version does not know ------------------------------------------------------------------------------------------- */

/* A document may have more members than the models; they are kept. `index` is 0 for AIHOW_KIND_CLUSTER. */

/* How many unknown members an object has; 0 for nonsense. Since 0.1. */
AIHOW_API size_t aihow_state_unknown_count(const aihow_state* state, int32_t kind, size_t index);

/* Writes name and value (JSON, as it was spelled) of unknown member `which`; both belong to the state. Fails with AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_state_get_unknown(const aihow_state* state, int32_t kind, size_t index, size_t which, const char** name, const char** json,
                                          aihow_error** error);

/* Sets an unknown member of a working copy to a JSON value; NULL: takes it out. Fails with AIHOW_E_INVALID where it is not JSON or the name is of a
 * member that is known, AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_state_set_unknown(aihow_state* state, int32_t kind, size_t index, const char* name, const char* json, aihow_error** error);

/* ---- JSON ------------------------------------------------------------------------------------------------------------------------------ */

enum { AIHOW_JSON_LINE = 0 /* on one line, without white space */, AIHOW_JSON_DOCUMENT = 1 /* over several, as it stands in the document */ };

/* The whole document, as a file has it. Yours. Since 0.1. */
AIHOW_API int32_t aihow_state_to_json(const aihow_state* state, aihow_text** json, aihow_error** error);

/* Reads a document into a working copy, which is yours and was loaded from nowhere. `path` is named in errors, and may be NULL. Fails with
 * AIHOW_E_CORRUPT (line, column and pointer are the error's), AIHOW_E_UNSUPPORTED_VERSION. Only the form is checked. Since 0.1. */
AIHOW_API int32_t aihow_state_from_json(const char* json, size_t length, const char* path, aihow_state** state, aihow_error** error);

/* One object (not: the cluster) in a JSON form. Yours. Fails with AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_state_get_json(const aihow_state* state, int32_t kind, size_t index, int32_t form, aihow_text** json, aihow_error** error);

/* Puts the object that the JSON says in the place of object `index`, or before it as a new one. Fails with AIHOW_E_CORRUPT (it is no such object),
 * AIHOW_E_NOT_FOUND. Since 0.1. */
AIHOW_API int32_t aihow_state_set_json(aihow_state* state, int32_t kind, size_t index, const char* json, size_t length, aihow_error** error);
AIHOW_API int32_t aihow_state_insert_json(aihow_state* state, int32_t kind, size_t index, const char* json, size_t length, aihow_error** error);

#ifdef __cplusplus
}
#endif

#endif
