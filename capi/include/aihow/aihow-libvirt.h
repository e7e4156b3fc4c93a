/* SPDX-License-Identifier: MIT */
/*
 * The observer that asks libvirt (libaihow-libvirt.so.0). The conventions stand in aihow.h.
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
} aihow_libvirt_options;

/* Makes an observer for aihow_manager_refresh(), which is yours (aihow_observer_free()). It connects when it is asked, keeps its connections, and
 * observes only domains that are the cluster's own. A hypervisor that is not installed, does not answer or refuses is said to be unreachable.
 * `options` may be NULL. No I/O happens yet. Fails with AIHOW_E_INVALID. Since 0.1. */
AIHOW_API int32_t aihow_libvirt_observer_new(const aihow_libvirt_options* options, aihow_observer** observer, aihow_error** error);

#ifdef __cplusplus
}
#endif

#endif
