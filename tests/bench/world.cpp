// SPDX-License-Identifier: MIT
// A look at 1,000 domains of a real libvirtd, against libvirt's own floor: one bulk call for the same groups of statistics, in the same run. And
// the comparison of a state with what was seen.
//
// To be run beside a libvirtd of its own (tests/support/private-libvirt): it defines domains in qemu:///system, and takes them away again.
#include <fmt/format.h>
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/identity.hpp>
#include <aihow/state/reconcile.hpp>
#include <cstdlib>
#include <memory>
#include <pugixml.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>
#include "documents.hpp"
#include "libvirt/api.hpp"
#include "table.hpp"

namespace {

using namespace aihow;
using namespace aihow::bench;

constexpr std::size_t domain_count = 1'000;
constexpr std::size_t vm_count = 100'000;
const state::Uuid lineage = *state::Uuid::parse("11111111-2222-4333-8444-555555555555");

std::string domain_xml(const std::string& name) {
  libvirt::Mark mark;
  mark.kind = state::ObjectKind::vm;
  mark.lineage = lineage;
  mark.cluster = "bench";
  mark.type = "hpc";
  mark.name = name;
  mark.uuid = state::object_uuid(lineage, state::ObjectKind::vm, name);
  pugi::xml_document document;
  pugi::xml_node domain = document.append_child("domain");
  domain.append_attribute("type").set_value("qemu");
  domain.append_child("name").text().set(("bench-" + name).c_str());
  domain.append_child("uuid").text().set(mark.uuid.to_string().c_str());
  libvirt::write_mark(domain.append_child("metadata"), mark);
  domain.append_child("memory").text().set("1048576");
  domain.append_child("vcpu").text().set("2");
  domain.append_child("os").append_child("type").text().set("hvm");
  std::ostringstream out;
  document.save(out, "", pugi::format_raw);
  return out.str();
}

/// The domains of a cluster in the daemon, and its state.
class Daemon {
 public:
  Daemon() : hypervisor_(libvirt::Hypervisor::open("qemu:///system")) {
    if (!hypervisor_.domains().empty()) throw std::runtime_error("qemu:///system has domains: run this beside a libvirtd of its own");
    for (std::size_t i = 0; i < domain_count; ++i) hypervisor_.define_domain(domain_xml(fmt::format("vm-{:04}", i)));
    state_ = libvirt::rebuild(hypervisor_, libvirt::find_clusters(hypervisor_).at(0)).state;
    observer_ = libvirt::make_observer(hypervisor_, {});
    if (look().vms.size() != domain_count) throw std::runtime_error("not every domain was seen");
    handle_ = api_.virConnectOpen("qemu:///system");
    if (handle_ == nullptr) throw std::runtime_error("no second connection");
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() {
    api_.virConnectClose(handle_);
    for (const state::VMInfo& vm : state_.vms) {
      if (const auto domain = hypervisor_.find_domain(*vm.domain_uuid)) domain->undefine();
    }
  }

  state::Observation look() { return observer_->observe(state_, state::within(std::chrono::minutes(1))); }

  /// The floor: libvirt's answer, as it hands it over.
  int bulk() const {
    constexpr unsigned groups = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_BALLOON;
    virDomainStatsRecordPtr* records = nullptr;
    const int count = api_.virConnectGetAllDomainStats(handle_, groups, &records, VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
    if (count != static_cast<int>(domain_count)) throw std::runtime_error("the bulk call failed");
    api_.virDomainStatsRecordListFree(records);
    return count;
  }

  /// What a tool does that asks for each domain by itself.
  int one_by_one() const {
    virDomainPtr* domains = nullptr;
    const int count = api_.virConnectListAllDomains(handle_, &domains, 0);
    for (int i = 0; i < count; ++i) {
      virDomainInfo info{};
      int number = 0;
      int reason = 0;
      if (api_.virDomainGetState(domains[i], &number, &reason, 0) < 0 || api_.virDomainGetInfo(domains[i], &info) < 0) {
        throw std::runtime_error("a domain cannot be asked");
      }
      std::free(api_.virDomainGetXMLDesc(domains[i], 0));
      api_.virDomainFree(domains[i]);
    }
    std::free(domains);
    return count;
  }

 private:
  const libvirt::Api& api_ = libvirt::api();
  libvirt::Hypervisor hypervisor_;
  state::ClusterState state_;
  std::unique_ptr<state::Observer> observer_;
  virConnectPtr handle_ = nullptr;
};

/// An observation that agrees with the state in all that a hypervisor tells.
state::Observation agreeing(const state::ClusterState& state) {
  state::Observation out;
  out.when = state::Timestamp::now();
  for (const state::VMInfo& vm : state.vms) {
    state::VmObservation& seen = out.vms.emplace_back();
    seen.name = vm.name;
    seen.state = vm.state;
    seen.state_reason = vm.state_reason;
    seen.domain_name = vm.domain_name;
    seen.domain_uuid = vm.domain_uuid;
    seen.hypervisor = vm.hypervisor;
    seen.cpu_cores = vm.cpu_cores;
    seen.memory_gb = vm.memory_gb;
    seen.gpu_count = vm.gpu_count;
    seen.volumes = vm.volumes;
    seen.ip_address = vm.ip_address;
  }
  return out;
}

/// The floor of a comparison: the same members, where it is known beforehand which belong together.
std::size_t compare(const state::ClusterState& state, const state::Observation& observation) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < state.vms.size(); ++i) {
    const state::VMInfo& vm = state.vms[i];
    const state::VmObservation& seen = observation.vms[i];
    same += vm.name == seen.name && vm.state == seen.state && vm.state_reason == seen.state_reason && vm.domain_name == seen.domain_name &&
            vm.domain_uuid == seen.domain_uuid && vm.hypervisor == seen.hypervisor && vm.cpu_cores == *seen.cpu_cores &&
            vm.memory_gb == *seen.memory_gb && vm.gpu_count == *seen.gpu_count && vm.volumes == *seen.volumes && vm.ip_address == *seen.ip_address;
  }
  return same;
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  std::vector<Row> table;
  const auto cluster = std::make_shared<state::ClusterState>(bench::cluster(vm_count));
  const auto seen = std::make_shared<state::Observation>(agreeing(*cluster));
  if (!state::reconcile(*cluster, *seen).empty()) throw std::logic_error("they do not agree");
  // 50 ns a VM are aimed at: 5 ms.
  add("reconcile/100000", [=] { return state::reconcile(*cluster, *seen); });
  add("compare/100000", [=] { return compare(*cluster, *seen); });
  table.push_back({"reconcile, 100,000 VMs where nothing changed", "reconcile/100000", "compare/100000", 0});

  std::shared_ptr<Daemon> daemon;
  if (std::getenv("LIBVIRT_PRIVATE_DIR") != nullptr) {
    daemon = std::make_shared<Daemon>();
    add("refresh/1000", [=] { return daemon->look(); });
    add("bulk/1000", [=] { return daemon->bulk(); });
    add("one by one/1000", [=] { return daemon->one_by_one(); });
    table.push_back({"refresh, 1,000 domains, without the commit", "refresh/1000", "bulk/1000", 1.5});
    table.push_back({"the same, domain by domain", "one by one/1000", "bulk/1000", 0});
  } else {
    fmt::print(stderr, "no private libvirtd: refresh is left out; see the file's head\n");
  }
  return run_table(argc, argv, table);
}
