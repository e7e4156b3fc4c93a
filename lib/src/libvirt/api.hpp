// SPDX-License-Identifier: MIT
// Api: the functions of libvirt that we call, found at run time, so that the library also loads where libvirt is not installed.
#pragma once
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

namespace aihow::libvirt::inline v0 {

// All of them are in libvirt 1.2.14 (2015) and later.
#define AIHOW_LIBVIRT_FUNCTIONS(X)       \
  X(virInitialize)                       \
  X(virGetLastError)                     \
  X(virResetLastError)                   \
  X(virSetErrorFunc)                     \
  X(virEventRegisterDefaultImpl)         \
  X(virEventRunDefaultImpl)              \
  X(virEventAddTimeout)                  \
  X(virEventRemoveTimeout)               \
  X(virTypedParamsGetInt)                \
  X(virTypedParamsGetUInt)               \
  X(virTypedParamsGetULLong)             \
  X(virConnectOpen)                      \
  X(virConnectClose)                     \
  X(virConnectIsAlive)                   \
  X(virConnectRegisterCloseCallback)     \
  X(virConnectUnregisterCloseCallback)   \
  X(virConnectDomainEventRegisterAny)    \
  X(virConnectDomainEventDeregisterAny)  \
  X(virConnectNetworkEventRegisterAny)   \
  X(virConnectNetworkEventDeregisterAny) \
  X(virConnectSetKeepAlive)              \
  X(virConnectGetLibVersion)             \
  X(virConnectGetCapabilities)           \
  X(virConnectGetAllDomainStats)         \
  X(virConnectListAllDomains)            \
  X(virConnectListAllNetworks)           \
  X(virConnectListAllStoragePools)       \
  X(virConnectListAllNodeDevices)        \
  X(virDomainStatsRecordListFree)        \
  X(virDomainRef)                        \
  X(virDomainFree)                       \
  X(virDomainGetName)                    \
  X(virDomainGetUUID)                    \
  X(virDomainGetID)                      \
  X(virDomainGetInfo)                    \
  X(virDomainGetState)                   \
  X(virDomainGetAutostart)               \
  X(virDomainGetXMLDesc)                 \
  X(virDomainInterfaceAddresses)         \
  X(virDomainInterfaceFree)              \
  X(virDomainHasManagedSaveImage)        \
  X(virDomainLookupByName)               \
  X(virDomainLookupByUUID)               \
  X(virDomainDefineXML)                  \
  X(virDomainCreate)                     \
  X(virDomainShutdown)                   \
  X(virDomainDestroy)                    \
  X(virDomainReboot)                     \
  X(virDomainSuspend)                    \
  X(virDomainResume)                     \
  X(virDomainPMWakeup)                   \
  X(virDomainUndefineFlags)              \
  X(virDomainSetAutostart)               \
  X(virNetworkFree)                      \
  X(virNetworkGetName)                   \
  X(virNetworkGetUUID)                   \
  X(virNetworkGetBridgeName)             \
  X(virNetworkIsActive)                  \
  X(virNetworkGetXMLDesc)                \
  X(virNetworkGetDHCPLeases)             \
  X(virNetworkDHCPLeaseFree)             \
  X(virNetworkLookupByName)              \
  X(virNetworkLookupByUUID)              \
  X(virNetworkDefineXML)                 \
  X(virNetworkCreate)                    \
  X(virNetworkDestroy)                   \
  X(virNetworkUndefine)                  \
  X(virNetworkSetAutostart)              \
  X(virNetworkUpdate)                    \
  X(virStoragePoolFree)                  \
  X(virStoragePoolGetName)               \
  X(virStoragePoolGetUUID)               \
  X(virStoragePoolIsActive)              \
  X(virStoragePoolGetXMLDesc)            \
  X(virStoragePoolLookupByName)          \
  X(virStoragePoolLookupByUUID)          \
  X(virStoragePoolDefineXML)             \
  X(virStoragePoolBuild)                 \
  X(virStoragePoolCreate)                \
  X(virStoragePoolRefresh)               \
  X(virStoragePoolDestroy)               \
  X(virStoragePoolDelete)                \
  X(virStoragePoolUndefine)              \
  X(virStoragePoolSetAutostart)          \
  X(virStoragePoolListAllVolumes)        \
  X(virStorageVolFree)                   \
  X(virStorageVolGetName)                \
  X(virStorageVolGetKey)                 \
  X(virStorageVolGetPath)                \
  X(virStorageVolGetInfo)                \
  X(virStorageVolGetXMLDesc)             \
  X(virStorageVolLookupByName)           \
  X(virStorageVolLookupByPath)           \
  X(virStorageVolCreateXML)              \
  X(virStorageVolDelete)                 \
  X(virNodeDeviceFree)                   \
  X(virNodeDeviceGetName)                \
  X(virNodeDeviceGetXMLDesc)             \
  X(virNodeDeviceLookupByName)

/// One pointer a function, under the function's own name.
struct Api {
#define AIHOW_X(name) decltype(&::name) name = nullptr;  // NOLINT(bugprone-macro-parentheses): it is declared
  AIHOW_LIBVIRT_FUNCTIONS(AIHOW_X)
#undef AIHOW_X
};

/// Opens a library and finds every function in it. The library stays loaded. Throws Error unsupported where it is missing or lacks one.
Api load_api(const char* library);

/// libvirt's functions. The first call loads and initializes it, silences its printing on stderr and registers its event loop; a failure is
/// tried anew by the next call. Throws Error unsupported, io. Threads: safe.
const Api& api();

}  // namespace aihow::libvirt::inline v0
