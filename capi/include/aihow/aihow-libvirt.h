/* SPDX-License-Identifier: MIT */
/*
 * The observer that asks libvirt, its events, and the clusters that it has (libaihow-libvirt.so.0). The conventions stand in aihow.h.
 *
 * A library of its own, since libaihow needs no libvirt. libvirt itself is loaded when the observer is first asked, and need not be there before.
 */
#ifndef AIHOW_AIHOW_LIBVIRT_H
#define AIHOW_AIHOW_LIBVIRT_H

#include <aihow/aihow.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct aihow_libvirt_options {
  size_t struct_size;
  const char* uri;    /* for VMs that name no hypervisor of their own; NULL: "qemu:///system" */
  int64_t timeout_ms; /* for each answer of a hypervisor, within the time of the whole look; 0: ten seconds */
  int32_t full;       /* 1: read every domain's XML, not only of new and changed ones */
  int32_t reserved;   /* 0 */
  /* Told by aihow_libvirt_rebuild(), in a sentence each, of what carries the cluster's mark and was left out: on the thread of the call, before it
   * returns. It may call back in. May be NULL. */
  void (*notice)(void* user_data, const char* text);
  void* user_data;
  /* Ends a call of aihow_libvirt_find_clusters(), aihow_libvirt_rebuild() or aihow_libvirt_read_own_domain() with AIHOW_E_CANCELLED, whatever the
   * hypervisor does. Observers and event sources have that of the calls that they are given to. May be NULL. */
  const aihow_cancel* cancel;
} aihow_libvirt_options;

/* Makes an observer for aihow_manager_refresh(), which is yours (aihow_observer_free()). It connects when it is asked, keeps its connections, and
 * observes only domains that are the cluster's own. A hypervisor that is not installed, does not answer or refuses is said to be unreachable.
 * `options` may be NULL. No I/O happens yet. Fails with AIHOW_E_INVALID. Since 0.1. */
AIHOW_API int32_t aihow_libvirt_observer_new(const aihow_libvirt_options* options, aihow_observer** observer, aihow_error** error);

/* Makes a source of libvirt's events for aihow_manager_watch(), which is yours (aihow_event_source_free()): of the hypervisors that the state's VMs
 * name (`options.uri`: of those that name none), each over a connection of its own that is made again, after pauses from 200 ms to 10 s, where it
 * broke. `options` may be NULL; its `full` means nothing here. No I/O happens yet. Fails with AIHOW_E_INVALID. Since 0.1. */
AIHOW_API int32_t aihow_libvirt_event_source_new(const aihow_libvirt_options* options, aihow_event_source** source, aihow_error** error);

/* A cluster that libvirt's marks tell of. Longer texts are cut. */
typedef struct aihow_libvirt_cluster {
  size_t struct_size;
  char name[256];
  char type[16]; /* "hpc", "cloud" */
  aihow_uuid lineage;
  size_t domains; /* how many it has */
  size_t networks;
} aihow_libvirt_cluster;

/* Looks for all clusters whose marks the hypervisor carries, by name, then lineage; copies of marked machines do not count. Writes how many there are
 * to `*found`, and the first `room` into an array, whose elements are as long as the struct_size of the first says; the others' is set. The array may
 * be NULL where `room` is 0, and `options` always. It connects, asks, and leaves. Fails with AIHOW_E_UNREACHABLE, AIHOW_E_PERMISSION, AIHOW_E_IO,
 * AIHOW_E_UNSUPPORTED (libvirt is not installed), AIHOW_E_INVALID (a malformed URI), AIHOW_E_CANCELLED. Since 0.1. */
AIHOW_API int32_t aihow_libvirt_find_clusters(const aihow_libvirt_options* options, aihow_libvirt_cluster* clusters, size_t room, size_t* found,
                                              aihow_error** error);

/* Makes the state of a cluster again from libvirt alone, its name and lineage as found: a working copy, which is yours, for aihow_manager_create().
 * It has the marked domains and networks, their pool, and the volumes that the domains use; what no mark tells (when a VM was last seen well,
 * addresses, members of others' …) is as it is now, or lost. What carries the cluster's mark under a UUID that does not follow from it (a copy, an
 * edited mark) is left out, and said to `options.notice`. Nothing is changed. Fails as the search, and with AIHOW_E_NOT_FOUND where there is no such
 * cluster. Since 0.1. */
AIHOW_API int32_t aihow_libvirt_rebuild(const aihow_libvirt_options* options, const aihow_libvirt_cluster* cluster, aihow_state** copy,
                                        aihow_error** error);

/* Reads a domain of a state's cluster that the state does not know (libvirt's name for it), to take it in: writes a working copy of the same cluster
 * and lineage, which is yours, with that VM as its only one (aihow_manager_add_vm() adds it) and, where its mark names its disk, that volume. State
 * and world stay as they are. Fails as the search, with AIHOW_E_NOT_FOUND where there is no such domain, and with AIHOW_E_INVALID where it is not the
 * cluster's own: it carries no mark, another lineage's, or a copied one. Since 0.1. */
AIHOW_API int32_t aihow_libvirt_read_own_domain(const aihow_libvirt_options* options, const aihow_state* state, const char* domain_name,
                                                aihow_state** copy, aihow_error** error);

#ifdef __cplusplus
}
#endif

#endif
