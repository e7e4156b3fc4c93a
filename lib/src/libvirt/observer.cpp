// SPDX-License-Identifier: MIT
#include <aihow/libvirt/observer.hpp>
#include <algorithm>
#include <future>
#include <set>
#include "libvirt/combine.hpp"
#include "libvirt/home_uris.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

class LibvirtObserver final : public state::Observer {
 public:
  explicit LibvirtObserver(ObserverOptions options) : options_(std::move(options)) {}
  LibvirtObserver(Hypervisor hypervisor, ObserverOptions options) : options_(std::move(options)), only_(hypervisor.uri()) {
    options_.uri = *only_;
    hosts_.emplace(*only_, std::make_unique<Host>(std::move(hypervisor)));
  }

  state::Observation observe(const state::ClusterState& state, const state::Context& context) override {
    const auto when = state::Timestamp::now();
    const StateIndex index(state);
    const auto asked = hosts_of(state);
    std::vector<std::future<HostLook>> pending;
    // The calling thread asks the first one itself: mostly there is no other.
    for (auto host = asked.begin() + 1; host != asked.end(); ++host) {
      pending.push_back(std::async(std::launch::async, [&, host] { return look(**host, index, context); }));
    }
    std::vector<HostLook> looks;
    std::exception_ptr failure;
    const auto collect = [&](const auto& get) {
      try {
        looks.push_back(get());
      } catch (...) {
        failure = std::current_exception();
      }
    };
    collect([&] { return look(*asked.front(), index, context); });
    for (auto& one : pending) collect([&] { return one.get(); });
    if (failure) std::rethrow_exception(failure);
    return combine(index, looks, options_.uri, when);
  }

 private:
  HostLook look(Host& host, const StateIndex& index, const state::Context& context) const {
    const CallScope scope(context.deadline, context.stop);
    return host.look(index, options_.full);
  }

  /// The hypervisors that the VMs name; where they name none, the default.
  std::vector<Host*> hosts_of(const state::ClusterState& state) {
    std::vector<Host*> out;
    for (const std::string& uri : only_ ? std::set{*only_} : home_uris(state, options_.uri)) {
      auto& host = hosts_[uri];
      if (!host) host = std::make_unique<Host>(uri, options_.hypervisor);
      out.push_back(host.get());
    }
    return out;
  }

  ObserverOptions options_;
  std::optional<std::string> only_;
  std::map<std::string, std::unique_ptr<Host>> hosts_;
};

}  // namespace

std::unique_ptr<state::Observer> make_observer(ObserverOptions options) { return std::make_unique<LibvirtObserver>(std::move(options)); }

std::unique_ptr<state::Observer> make_observer(Hypervisor hypervisor, ObserverOptions options) {
  return std::make_unique<LibvirtObserver>(std::move(hypervisor), std::move(options));
}

}  // namespace aihow::libvirt::inline v0
