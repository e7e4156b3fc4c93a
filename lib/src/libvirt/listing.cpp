// SPDX-License-Identifier: MIT
#include "libvirt/listing.hpp"
#include <algorithm>
#include <functional>
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

using state::errc;
using state::Error;

constexpr CallSite stats_site{"virConnectGetAllDomainStats", "ask for all domains of"};
constexpr CallSite list_domains_site{"virConnectListAllDomains", "list the domains of"};
constexpr CallSite info_site{"virDomainGetInfo", "ask for the sizes of domains of"};
constexpr CallSite list_networks_site{"virConnectListAllNetworks", "list the networks of"};
constexpr CallSite list_pools_site{"virConnectListAllStoragePools", "list the pools of"};
constexpr CallSite list_volumes_site{"virStoragePoolListAllVolumes", "list the volumes of pool"};

/// A NULL-terminated or counted array of objects that libvirt allocated; each element is owned by whoever took it out.
template <class T>
class ObjectArray {
 public:
  explicit ObjectArray(int (*release)(T*)) : release_(release) {}
  ObjectArray(const ObjectArray&) = delete;
  ObjectArray& operator=(const ObjectArray&) = delete;
  ~ObjectArray() {
    for (int i = 0; i < count_; ++i) {
      if (objects_[i] != nullptr) release_(objects_[i]);
    }
    std::free(objects_);
  }
  T*** out() noexcept { return &objects_; }
  void set_count(int count) noexcept { count_ = count; }
  int count() const noexcept { return count_; }
  T* take(int i) noexcept { return std::exchange(objects_[i], nullptr); }

 private:
  int (*release_)(T*);
  T** objects_ = nullptr;
  int count_ = 0;
};

ListedDomain describe(const Caller& caller, std::shared_ptr<void> handle) {
  const Api& api = caller.api();
  const auto domain = static_cast<virDomainPtr>(handle.get());
  ListedDomain out;
  out.status.name = text_or_empty(api.virDomainGetName(domain));
  out.status.uuid = uuid_of(caller, domain, api.virDomainGetUUID);
  // It says -1 both for "not running" and for an error, which a handle of a list does not have.
  out.id = static_cast<int>(api.virDomainGetID(domain));
  out.domain = Access::named<Domain>(caller.connection, std::move(handle), out.status.name, out.status.uuid);
  return out;
}

struct StatsAnswer {
  bool supported = true;
  std::vector<ListedDomain> domains;
};

/// The answer as libvirt handed it over. The handles of its domains share it and are let go with it: a reference of its own for each would be two
/// more calls for every domain, and libvirt spells the UUID of the domain that it is given in each.
class StatsRecords {
 public:
  explicit StatsRecords(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  StatsRecords(const StatsRecords&) = delete;
  StatsRecords& operator=(const StatsRecords&) = delete;
  ~StatsRecords() {
    if (records_ != nullptr) connection_->api().virDomainStatsRecordListFree(records_);
  }
  virDomainStatsRecordPtr** out() noexcept { return &records_; }
  const virDomainStatsRecord& operator[](int i) const noexcept { return *records_[i]; }

 private:
  std::shared_ptr<Connection> connection_;
  virDomainStatsRecordPtr* records_ = nullptr;
};

StatsAnswer ask_stats(const Caller& caller, unsigned groups) {
  const Api& api = caller.api();
  const auto records = std::make_shared<StatsRecords>(caller.connection);
  int count = api.virConnectGetAllDomainStats(caller.handle(), groups, records->out(), VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
  if (count < 0 && caller.last_code() == VIR_ERR_INVALID_ARG) {
    // A driver that is older than the flag.
    count = api.virConnectGetAllDomainStats(caller.handle(), groups, records->out(), 0);
  }
  if (count < 0 && classify(caller.site, caller.last_error()) == errc::unsupported) return {false, {}};
  caller.check(count);

  StatsAnswer out;
  out.domains.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const virDomainStatsRecord& record = (*records)[i];
    ListedDomain& domain = out.domains.emplace_back(describe(caller, std::shared_ptr<void>(records, record.dom)));
    unsigned vcpus = 0;
    unsigned long long memory = 0;
    static_cast<void>(api.virTypedParamsGetInt(record.params, record.nparams, "state.state", &domain.status.state));
    static_cast<void>(api.virTypedParamsGetInt(record.params, record.nparams, "state.reason", &domain.status.reason));
    static_cast<void>(api.virTypedParamsGetUInt(record.params, record.nparams, "vcpu.current", &vcpus));
    static_cast<void>(api.virTypedParamsGetULLong(record.params, record.nparams, "balloon.maximum", &memory));
    domain.status.vcpus = static_cast<std::int32_t>(vcpus);
    domain.status.max_memory_kib = memory;
  }
  return out;
}

/// state, vCPUs and memory as they are now. A domain that went away meanwhile keeps what is known.
void fill_from_info(const Caller& caller, ListedDomain& domain, bool with_state) {
  const auto handle = static_cast<virDomainPtr>(Access::handle(domain.domain).get());
  const Api& api = caller.api();
  virDomainInfo info{};
  if (api.virDomainGetInfo(handle, &info) < 0) {
    if (caller.last_code() == VIR_ERR_NO_DOMAIN) return;
    caller.fail();
  }
  domain.status.vcpus = static_cast<std::int32_t>(info.nrVirtCpu);
  domain.status.max_memory_kib = info.maxMem;
  if (!with_state) return;
  domain.status.state = info.state;
  int state = 0;
  int reason = 0;
  if (api.virDomainGetState(handle, &state, &reason, 0) == 0) {
    domain.status.state = state;
    domain.status.reason = reason;
  }
}

std::vector<ListedDomain> list_one_by_one(Connection& connection) {
  return connection.call(list_domains_site, connection.uri(), [](const Caller& caller) {
    const Api& api = caller.api();
    ObjectArray<virDomain> found(api.virDomainFree);
    found.set_count(caller.check(api.virConnectListAllDomains(caller.handle(), found.out(), 0)));
    std::vector<ListedDomain> out;
    out.reserve(static_cast<std::size_t>(found.count()));
    for (int i = 0; i < found.count(); ++i) {
      fill_from_info(caller, out.emplace_back(describe(caller, caller.own(found.take(i), api.virDomainFree))), true);
    }
    return out;
  });
}

StatsAnswer bulk(Connection& connection) {
  constexpr unsigned cheap = VIR_DOMAIN_STATS_STATE;
  constexpr unsigned wanted = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_BALLOON;
  // Both attempts together take no longer than one answer may.
  const auto left = std::min<Clock::duration>(connection.options().timeout, CallScope::deadline() - Clock::now());
  const auto half = std::chrono::duration_cast<std::chrono::milliseconds>(left / 2);
  const auto ask = [&](unsigned groups) {
    return connection.start(stats_site, connection.uri(), [groups](const Caller& caller) { return ask_stats(caller, groups); }).finish(half);
  };
  // vCPUs and memory need each domain's QEMU: one that hangs holds all of them up. Then the state alone is asked for, which does not.
  if (connection.abandoned() == 0) {
    try {
      return ask(wanted);
    } catch (const Error& error) {
      if (error.code() != errc::unreachable || connection.abandoned() == 0) throw;
    }
  }
  return ask(cheap);
}

/// Calls a list function for the active and for the other objects.
template <class Listed, class T, class List, class Describe>
std::vector<Listed> list_both(Connection& connection, const CallSite& site, List list, int (*release)(T*), unsigned active, unsigned inactive,
                              Describe describe_one) {
  std::vector<Listed> out;
  for (const bool is_active : {true, false}) {
    auto part = connection.call(site, connection.uri(), [=](const Caller& caller) {
      ObjectArray<T> found(release);
      found.set_count(caller.check(list(caller.handle(), found.out(), is_active ? active : inactive)));
      std::vector<Listed> listed;
      listed.reserve(static_cast<std::size_t>(found.count()));
      for (int i = 0; i < found.count(); ++i) {
        Listed& one = listed.emplace_back(describe_one(caller, found.take(i)));
        one.status.active = is_active;
      }
      return listed;
    });
    std::move(part.begin(), part.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace

std::vector<ListedDomain> list_domains(Connection& connection) {
  StatsAnswer answer = bulk(connection);
  if (!answer.supported) return list_one_by_one(connection);
  const auto lacks_sizes = [](const ListedDomain& domain) { return domain.status.vcpus == 0 || domain.status.max_memory_kib == 0; };
  if (std::any_of(answer.domains.begin(), answer.domains.end(), lacks_sizes)) {
    return connection.call(info_site, connection.uri(), [domains = std::move(answer.domains), lacks_sizes](const Caller& caller) mutable {
      for (ListedDomain& domain : domains) {
        if (lacks_sizes(domain)) fill_from_info(caller, domain, false);
      }
      return std::move(domains);
    });
  }
  return std::move(answer.domains);
}

std::vector<ListedNetwork> list_networks(Connection& connection) {
  const Api& api = connection.api();
  return list_both<ListedNetwork>(connection, list_networks_site, api.virConnectListAllNetworks, api.virNetworkFree, VIR_CONNECT_LIST_NETWORKS_ACTIVE,
                                  VIR_CONNECT_LIST_NETWORKS_INACTIVE, [](const Caller& caller, virNetworkPtr owned) {
                                    auto handle = caller.own(owned, caller.api().virNetworkFree);
                                    ListedNetwork out;
                                    out.status.name = text_or_empty(caller.api().virNetworkGetName(owned));
                                    out.status.uuid = uuid_of(caller, owned, caller.api().virNetworkGetUUID);
                                    out.network = Access::named<Network>(caller.connection, std::move(handle), out.status.name, out.status.uuid);
                                    return out;
                                  });
}

std::vector<ListedPool> list_pools(Connection& connection) {
  const Api& api = connection.api();
  return list_both<ListedPool>(connection, list_pools_site, api.virConnectListAllStoragePools, api.virStoragePoolFree,
                               VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE, VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE,
                               [](const Caller& caller, virStoragePoolPtr owned) {
                                 auto handle = caller.own(owned, caller.api().virStoragePoolFree);
                                 ListedPool out;
                                 out.status.name = text_or_empty(caller.api().virStoragePoolGetName(owned));
                                 out.status.uuid = uuid_of(caller, owned, caller.api().virStoragePoolGetUUID);
                                 out.pool = Access::named<Pool>(caller.connection, std::move(handle), out.status.name, out.status.uuid);
                                 return out;
                               });
}

std::vector<ListedVolume> list_volumes(Connection& connection, const Pool& pool) {
  return connection.call(list_volumes_site, pool.name(), [handle = Access::handle(pool)](const Caller& caller) {
    const Api& api = caller.api();
    ObjectArray<virStorageVol> found(api.virStorageVolFree);
    found.set_count(caller.check(api.virStoragePoolListAllVolumes(static_cast<virStoragePoolPtr>(handle.get()), found.out(), 0)));
    std::vector<ListedVolume> out;
    out.reserve(static_cast<std::size_t>(found.count()));
    for (int i = 0; i < found.count(); ++i) {
      auto* const volume = found.take(i);
      auto owned = caller.own(volume, api.virStorageVolFree);
      std::string key = text_or_empty(api.virStorageVolGetKey(volume));
      out.push_back({key, Access::volume(caller.connection, std::move(owned), text_or_empty(api.virStorageVolGetName(volume)), key)});
    }
    return out;
  });
}

}  // namespace aihow::libvirt::inline v0
