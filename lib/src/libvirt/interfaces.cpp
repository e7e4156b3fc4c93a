// SPDX-License-Identifier: MIT
#include "libvirt/interfaces.hpp"
#include <cstdlib>
#include "libvirt/lower.hpp"
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

bool is_loopback(const std::string& name, const std::string& address) { return name == "lo" || address == "::1" || address.starts_with("127."); }

class Interfaces {
 public:
  explicit Interfaces(const Api& api) : api_(api) {}
  Interfaces(const Interfaces&) = delete;
  Interfaces& operator=(const Interfaces&) = delete;
  ~Interfaces() {
    for (int i = 0; i < count_; ++i) api_.virDomainInterfaceFree(list_[i]);
    std::free(list_);
  }
  virDomainInterfacePtr** out() noexcept { return &list_; }
  void set_count(int count) noexcept { count_ = count; }

  std::vector<InterfaceAddress> addresses() const {
    std::vector<InterfaceAddress> all;
    for (int i = 0; i < count_; ++i) {
      const virDomainInterface& one = *list_[i];
      for (unsigned at = 0; at < one.naddrs; ++at) {
        InterfaceAddress address{text_or_empty(one.name), lower(text_or_empty(one.hwaddr)), text_or_empty(one.addrs[at].addr)};
        if (!is_loopback(address.interface, address.address)) all.push_back(std::move(address));
      }
    }
    return all;
  }

 private:
  const Api& api_;
  virDomainInterfacePtr* list_ = nullptr;
  int count_ = 0;
};

}  // namespace

std::vector<InterfaceAddress> agent_interfaces(const Caller& caller, virDomainPtr domain) {
  Interfaces found(caller.api());
  found.set_count(caller.check(caller.api().virDomainInterfaceAddresses(domain, found.out(), VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, 0)));
  return found.addresses();
}

}  // namespace aihow::libvirt::inline v0
