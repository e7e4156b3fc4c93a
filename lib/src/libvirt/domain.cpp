// SPDX-License-Identifier: MIT
#include <aihow/libvirt/hypervisor.hpp>
#include <array>
#include "libvirt/interfaces.hpp"
#include "libvirt/object_call.hpp"
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

constexpr CallSite state_site{"virDomainGetState", "ask for the state of domain"};
constexpr CallSite xml_site{"virDomainGetXMLDesc", "read domain"};
constexpr CallSite addresses_site{"virDomainInterfaceAddresses", "ask the guest agent of domain"};
constexpr CallSite saved_site{"virDomainHasManagedSaveImage", "ask for a saved state of domain"};
constexpr CallSite start_site{"virDomainCreate", "start domain", true};
constexpr CallSite shutdown_site{"virDomainShutdown", "shut down domain"};
constexpr CallSite destroy_site{"virDomainDestroy", "force off domain", true};
constexpr CallSite reboot_site{"virDomainReboot", "reboot domain"};
constexpr CallSite suspend_site{"virDomainSuspend", "pause domain"};
constexpr CallSite resume_site{"virDomainResume", "resume domain", true};
constexpr CallSite wake_site{"virDomainPMWakeup", "wake domain", true};
constexpr CallSite undefine_site{"virDomainUndefineFlags", "undefine domain", true};
constexpr CallSite autostart_site{"virDomainSetAutostart", "set autostart of domain"};

// What goes with a domain; a driver that does not know one of them refuses the whole call.
constexpr std::array<unsigned, 4> undefine_flags{
    VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA | VIR_DOMAIN_UNDEFINE_NVRAM,
    VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA | VIR_DOMAIN_UNDEFINE_NVRAM,
    VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
    0,
};

}  // namespace

DomainStatus Domain::status() const {
  return call_on<virDomain>(connection_, handle_, state_site, name_, [name = name_, uuid = uuid_](const Caller& caller, virDomainPtr domain) {
    DomainStatus out{name, uuid};
    virDomainInfo info{};
    int autostart = 0;
    caller.check(caller.api().virDomainGetState(domain, &out.state, &out.reason, 0));
    caller.check(caller.api().virDomainGetInfo(domain, &info));
    // A transient domain has none.
    if (caller.api().virDomainGetAutostart(domain, &autostart) == 0) out.autostart = autostart != 0;
    out.vcpus = static_cast<std::int32_t>(info.nrVirtCpu);
    out.max_memory_kib = info.maxMem;
    return out;
  });
}

std::string Domain::xml(bool inactive) const {
  return call_on<virDomain>(connection_, handle_, xml_site, name_, [inactive](const Caller& caller, virDomainPtr domain) {
    return take(caller.check(caller.api().virDomainGetXMLDesc(domain, inactive ? unsigned{VIR_DOMAIN_XML_INACTIVE} : 0U)));
  });
}

std::vector<InterfaceAddress> Domain::agent_addresses() const {
  return call_on<virDomain>(connection_, handle_, addresses_site, name_, agent_interfaces);
}

bool Domain::has_managed_save() const { return run_on(connection_, handle_, saved_site, name_, &Api::virDomainHasManagedSaveImage, 0U) == 1; }

void Domain::start() const { run_on(connection_, handle_, start_site, name_, &Api::virDomainCreate); }
void Domain::shutdown() const { run_on(connection_, handle_, shutdown_site, name_, &Api::virDomainShutdown); }
void Domain::destroy() const { run_on(connection_, handle_, destroy_site, name_, &Api::virDomainDestroy); }
void Domain::reboot() const { run_on(connection_, handle_, reboot_site, name_, &Api::virDomainReboot, 0U); }
void Domain::suspend() const { run_on(connection_, handle_, suspend_site, name_, &Api::virDomainSuspend); }
void Domain::resume() const { run_on(connection_, handle_, resume_site, name_, &Api::virDomainResume); }
void Domain::wake() const { run_on(connection_, handle_, wake_site, name_, &Api::virDomainPMWakeup, 0U); }
void Domain::set_autostart(bool on) const { run_on(connection_, handle_, autostart_site, name_, &Api::virDomainSetAutostart, on ? 1 : 0); }

void Domain::undefine() const {
  call_on<virDomain>(connection_, handle_, undefine_site, name_, [](const Caller& caller, virDomainPtr domain) {
    for (const unsigned flags : undefine_flags) {
      if (caller.api().virDomainUndefineFlags(domain, flags) == 0) return;
      const int code = caller.last_code();
      if (code != VIR_ERR_INVALID_ARG && code != VIR_ERR_NO_SUPPORT) break;
    }
    caller.fail();
  });
}

}  // namespace aihow::libvirt::inline v0
