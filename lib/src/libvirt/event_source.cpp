// SPDX-License-Identifier: MIT
#include <aihow/libvirt/observer.hpp>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include "libvirt/home_uris.hpp"
#include "libvirt/host_events.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

class LibvirtEvents final : public state::EventSource {
 public:
  explicit LibvirtEvents(ObserverOptions options) : options_(std::move(options)) {}
  ~LibvirtEvents() override { LibvirtEvents::stop(); }

  void follow(const state::ClusterState& state, const Sink& sink) override {
    const auto uris = home_uris(state, options_.uri);
    std::map<std::string, std::unique_ptr<HostEvents>> left;
    for (auto& [uri, host] : hosts_) {
      if (!uris.contains(uri)) left.emplace(uri, std::move(host));
    }
    end(left);
    std::erase_if(hosts_, [](const auto& host) { return host.second == nullptr; });
    for (const std::string& uri : uris) {
      auto& host = hosts_[uri];
      if (!host) host = std::make_unique<HostEvents>(uri, options_.hypervisor, sink);
    }
  }

  void stop() noexcept override { end(hosts_); }

 private:
  /// All are asked before the first is waited for.
  static void end(std::map<std::string, std::unique_ptr<HostEvents>>& hosts) noexcept {
    for (auto& [uri, host] : hosts) {
      if (host) host->request_stop();
    }
    hosts.clear();
  }

  ObserverOptions options_;
  std::map<std::string, std::unique_ptr<HostEvents>> hosts_;
};

}  // namespace

std::unique_ptr<state::EventSource> make_event_source(ObserverOptions options) { return std::make_unique<LibvirtEvents>(std::move(options)); }

}  // namespace aihow::libvirt::inline v0
