// SPDX-License-Identifier: MIT
#include <aihow/libvirt/hypervisor.hpp>
#include "libvirt/lower.hpp"
#include "libvirt/object_call.hpp"
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

constexpr CallSite status_site{"virNetworkIsActive", "ask for network"};
constexpr CallSite xml_site{"virNetworkGetXMLDesc", "read network"};
constexpr CallSite leases_site{"virNetworkGetDHCPLeases", "ask for the leases of network"};
constexpr CallSite start_site{"virNetworkCreate", "start network", true};
constexpr CallSite destroy_site{"virNetworkDestroy", "stop network", true};
constexpr CallSite undefine_site{"virNetworkUndefine", "undefine network"};
constexpr CallSite update_site{"virNetworkUpdate", "change a reservation of network", true};
constexpr CallSite autostart_site{"virNetworkSetAutostart", "set autostart of network"};

class Leases {
 public:
  explicit Leases(const Api& api) : api_(api) {}
  Leases(const Leases&) = delete;
  Leases& operator=(const Leases&) = delete;
  ~Leases() {
    for (int i = 0; i < count_; ++i) api_.virNetworkDHCPLeaseFree(list_[i]);
    std::free(list_);
  }
  virNetworkDHCPLeasePtr** out() noexcept { return &list_; }
  void set_count(int count) noexcept { count_ = count; }
  std::vector<Lease> all() const {
    std::vector<Lease> out;
    for (int i = 0; i < count_; ++i) {
      const virNetworkDHCPLease& one = *list_[i];
      Lease& lease = out.emplace_back();
      lease.mac = lower(text_or_empty(one.mac));
      lease.address = text_or_empty(one.ipaddr);
      lease.hostname = text_or_empty(one.hostname);
      lease.ipv6 = one.type == VIR_IP_ADDR_TYPE_IPV6;
      lease.expires = one.expirytime;
    }
    return out;
  }

 private:
  const Api& api_;
  virNetworkDHCPLeasePtr* list_ = nullptr;
  int count_ = 0;
};

void update_dhcp_host(const std::shared_ptr<Connection>& connection, const std::shared_ptr<void>& handle, const std::string& name, unsigned command,
                      std::string_view host_xml) {
  call_on<virNetwork>(connection, handle, update_site, name, [command, xml = std::string(host_xml)](const Caller& caller, virNetworkPtr network) {
    unsigned flags = VIR_NETWORK_UPDATE_AFFECT_CONFIG;
    if (caller.check(caller.api().virNetworkIsActive(network)) == 1) flags |= VIR_NETWORK_UPDATE_AFFECT_LIVE;
    constexpr int any_ip = -1;  // the <ip> element that the address fits
    return caller.check(caller.api().virNetworkUpdate(network, command, VIR_NETWORK_SECTION_IP_DHCP_HOST, any_ip, xml.c_str(), flags));
  });
}

}  // namespace

NetworkStatus Network::status() const {
  return call_on<virNetwork>(connection_, handle_, status_site, name_, [name = name_, uuid = uuid_](const Caller& caller, virNetworkPtr network) {
    NetworkStatus out{name, uuid, false, {}};
    out.active = caller.check(caller.api().virNetworkIsActive(network)) == 1;
    // A network without a bridge (forwarded to a device of the host) is an error to libvirt.
    out.bridge = take(caller.api().virNetworkGetBridgeName(network));
    return out;
  });
}

std::string Network::xml() const {
  return call_on<virNetwork>(connection_, handle_, xml_site, name_, [](const Caller& caller, virNetworkPtr network) {
    return take(caller.check(caller.api().virNetworkGetXMLDesc(network, 0)));
  });
}

std::vector<Lease> Network::leases() const {
  return call_on<virNetwork>(connection_, handle_, leases_site, name_, [](const Caller& caller, virNetworkPtr network) {
    Leases found(caller.api());
    const int count = caller.api().virNetworkGetDHCPLeases(network, nullptr, found.out(), 0);
    if (count < 0 && caller.last_code() == VIR_ERR_OPERATION_INVALID) return std::vector<Lease>();
    found.set_count(caller.check(count));
    return found.all();
  });
}

void Network::add_dhcp_host(std::string_view host_xml) const {
  update_dhcp_host(connection_, handle_, name_, VIR_NETWORK_UPDATE_COMMAND_ADD_LAST, host_xml);
}
void Network::remove_dhcp_host(std::string_view host_xml) const {
  update_dhcp_host(connection_, handle_, name_, VIR_NETWORK_UPDATE_COMMAND_DELETE, host_xml);
}

void Network::start() const { run_on(connection_, handle_, start_site, name_, &Api::virNetworkCreate); }
void Network::destroy() const { run_on(connection_, handle_, destroy_site, name_, &Api::virNetworkDestroy); }
void Network::undefine() const { run_on(connection_, handle_, undefine_site, name_, &Api::virNetworkUndefine); }
void Network::set_autostart(bool on) const { run_on(connection_, handle_, autostart_site, name_, &Api::virNetworkSetAutostart, on ? 1 : 0); }

}  // namespace aihow::libvirt::inline v0
