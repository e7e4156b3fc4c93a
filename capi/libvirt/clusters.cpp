// SPDX-License-Identifier: MIT
// Finding clusters by their marks, and making records again from libvirt: of a whole cluster, of one domain.
#include <aihow/libvirt/hypervisor.hpp>
#include <aihow/libvirt/observer.hpp>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>
#include "c_calls.hpp"
#include "cancellation.hpp"

namespace {

using namespace aihow;
using namespace aihow::capi_libvirt;

constexpr std::size_t first_cluster_size = offsetof(aihow_libvirt_cluster, networks) + sizeof(std::size_t);

template <std::size_t Size>
void put(char (&target)[Size], const std::string& text) noexcept {
  std::memcpy(target, text.data(), std::min(text.size(), Size - 1));
}

aihow_libvirt_cluster to_c(const libvirt::FoundCluster& found) noexcept {
  aihow_libvirt_cluster out{};
  put(out.name, found.name);
  put(out.type, found.type);
  out.lineage = capi_libvirt::to_c(std::optional(found.lineage));
  out.domains = found.domains;
  out.networks = found.networks;
  return out;
}

libvirt::FoundCluster to_cluster(const aihow_libvirt_cluster* given) {
  if (given == nullptr) throw Error(errc::invalid, "the argument 'cluster' is NULL");
  require_size(given->struct_size, first_cluster_size, "cluster");
  libvirt::FoundCluster out;
  out.name.assign(given->name, strnlen(given->name, sizeof given->name));
  out.type.assign(given->type, strnlen(given->type, sizeof given->type));
  std::copy(std::begin(given->lineage.bytes), std::end(given->lineage.bytes), out.lineage.bytes.begin());
  return out;
}

/// A hypervisor that is asked for the time of one call.
class Asking {
 public:
  explicit Asking(const aihow_libvirt_options* given) : options_(take(given)) {}
  const libvirt::Hypervisor& hypervisor() const noexcept { return hypervisor_; }
  state::Context context() const { return {.stop = cancellation_.token()}; }
  /// Tells the caller of what was left out.
  void tell(const std::vector<state::Stranger>& left_out) const {
    if (options_.notice == nullptr) return;
    for (const state::Stranger& one : left_out) options_.notice(options_.user_data, one.why.c_str());
  }

 private:
  libvirt::Hypervisor connect() const {
    const libvirt::ObserverOptions options = to_options(options_);
    return libvirt::Hypervisor::open(options.uri, options.hypervisor, context());
  }

  const aihow_libvirt_options options_;
  Cancellation cancellation_{options_.cancel};
  const libvirt::Hypervisor hypervisor_ = connect();
};

/// As a working copy of the C interface, that names `path` in errors.
void hand_out(const state::ClusterState& made, const std::string& path, aihow_state** copy) {
  const std::string json = state::write_document(made);
  call(aihow_state_from_json, json.data(), json.size(), path.c_str(), copy);
}

}  // namespace

extern "C" {

int32_t aihow_libvirt_find_clusters(const aihow_libvirt_options* options, aihow_libvirt_cluster* clusters, size_t room, size_t* found,
                                    aihow_error** error) {
  return guard(error, [&] {
    if (found == nullptr) throw Error(errc::invalid, "the argument 'found' is NULL");
    if (room != 0 && clusters == nullptr) throw Error(errc::invalid, "the argument 'clusters' is NULL");
    const std::size_t size = room == 0 ? 0 : clusters->struct_size;
    if (room != 0) require_size(size, first_cluster_size, "clusters");
    Asking asking(options);
    const auto all = libvirt::find_clusters(asking.hypervisor(), asking.context());
    for (std::size_t i = 0; i < std::min(all.size(), room); ++i) {
      aihow_libvirt_cluster filled = to_c(all[i]);
      filled.struct_size = size;
      std::memcpy(reinterpret_cast<char*>(clusters) + i * size, &filled, std::min(size, sizeof filled));
    }
    *found = all.size();
  });
}

int32_t aihow_libvirt_rebuild(const aihow_libvirt_options* options, const aihow_libvirt_cluster* cluster, aihow_state** copy, aihow_error** error) {
  return guard(error, [&] {
    if (copy == nullptr) throw Error(errc::invalid, "the argument 'copy' is NULL");
    const libvirt::FoundCluster wanted = to_cluster(cluster);
    Asking asking(options);
    const std::string& uri = asking.hypervisor().uri();
    const libvirt::Rebuilt made = libvirt::rebuild(asking.hypervisor(), wanted, asking.context());
    asking.tell(made.left_out);
    if (made.state.vms.empty() && made.state.networks.empty()) {
      throw Error(errc::not_found,
                  uri + " has no domain and no network of the cluster '" + wanted.name + "' of the lineage " + wanted.lineage.to_string());
    }
    hand_out(made.state, uri, copy);
  });
}

int32_t aihow_libvirt_read_own_domain(const aihow_libvirt_options* options, const aihow_state* state, const char* domain_name, aihow_state** copy,
                                      aihow_error** error) {
  return guard(error, [&] {
    if (domain_name == nullptr) throw Error(errc::invalid, "the argument 'domain_name' is NULL");
    if (copy == nullptr) throw Error(errc::invalid, "the argument 'copy' is NULL");
    const state::ClusterState known = read_state(state);
    Asking asking(options);
    libvirt::DomainRecords records = libvirt::read_own_domain(asking.hypervisor(), known, domain_name, asking.context());
    state::ClusterState made;
    made.cluster_name = known.cluster_name;
    made.cluster_type = known.cluster_type;
    made.lineage = known.lineage;
    made.created_at = known.created_at;
    made.last_modified = records.vm.last_seen;
    made.vms.push_back(std::move(records.vm));
    if (records.volume) made.volumes.push_back(std::move(*records.volume));
    made.status = derive_status(made.vms);
    hand_out(made, asking.hypervisor().uri(), copy);
  });
}
}
