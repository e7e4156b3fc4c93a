// SPDX-License-Identifier: MIT
#include "provision/differences.hpp"
#include "provision/identity.hpp"
#include "provision/ownership.hpp"
#include "provision/settings.hpp"
#include "provision/xml.hpp"

namespace aihow::tool {
namespace {

class Comparison {
 public:
  Comparison(const libvirt::Hypervisor& hypervisor, std::string_view uri, const ClusterConfig& config, const state::ClusterState& existing,
             std::vector<ConfigDifference>& out)
      : hypervisor_(hypervisor),
        config_(config),
        existing_(existing),
        lineage_(existing.lineage.value_or(state::Uuid{})),
        host_(read_host_info(uri, hypervisor.capabilities_xml())),
        out_(out) {}

  void run() {
    const auto network = own_network(hypervisor_, lineage_, config_.network_name());
    const std::string network_definition = network ? network->xml() : "";
    if (network)
      compare("network " + config_.network_name(), network_settings(network_definition), network_settings(network_xml(config_, wanted_mark(""))));
    int first_host_cpu = 0;
    for (const NodeConfig& node : config_.nodes) {
      const auto domain = own_domain(hypervisor_, lineage_, node.name);
      if (network) address(node, reserved_address(network_definition, mac_address(lineage_, node.name)), domain.has_value());
      if (domain) compare("vm " + node.name, domain_settings(domain->xml(true)), domain_settings(wanted_xml(node, first_host_cpu)));
      first_host_cpu += node.cpu_cores;
    }
  }

 private:
  /// Settings do not hang on a mark, but XML is not built without one.
  libvirt::Mark wanted_mark(const std::string& name) const {
    libvirt::Mark out;
    out.lineage = lineage_;
    out.cluster = config_.name;
    out.type = config_.type;
    out.name = name;
    return out;
  }
  std::string wanted_xml(const NodeConfig& node, int first_host_cpu) const {
    return domain_xml({config_, node, wanted_mark(node.name), mac_address(lineage_, node.name), "", "", first_host_cpu}, host_);
  }

  void compare(const std::string& object, const Settings& have, const Settings& want) {
    for (std::size_t i = 0; i < have.size(); ++i) {
      if (have[i] != want[i]) out_.push_back({object, have[i].field, have[i].value, want[i].value});
    }
  }

  /// The plan compares a fixed address with the one that the VM has; this is for where it has none, or shall have none.
  void address(const NodeConfig& node, const std::string& reserved, bool domain_exists) {
    const auto* record = state::find_by_name(existing_.vms, node.name);
    const bool compared = node.ip && record != nullptr && record->ip_address;
    if (compared || (reserved.empty() && !domain_exists) || reserved == node.ip.value_or("")) return;
    out_.push_back({"vm " + node.name, "ip", reserved.empty() ? "DHCP" : reserved, node.ip.value_or("DHCP")});
  }

  const libvirt::Hypervisor& hypervisor_;
  const ClusterConfig& config_;
  const state::ClusterState& existing_;
  state::Uuid lineage_;
  HostInfo host_;
  std::vector<ConfigDifference>& out_;
};

}  // namespace

void add_differences_in_libvirt(const libvirt::Hypervisor& hypervisor, std::string_view uri, const ClusterConfig& config,
                                const state::ClusterState& existing, std::vector<ConfigDifference>& out) {
  Comparison(hypervisor, uri, config, existing, out).run();
}

}  // namespace aihow::tool
