// SPDX-License-Identifier: MIT
// Pools and their volumes.
#include <aihow/libvirt/hypervisor.hpp>
#include "libvirt/listing.hpp"
#include "libvirt/object_call.hpp"
#include "libvirt/strings.hpp"

namespace aihow::libvirt::inline v0 {
namespace {

constexpr CallSite pool_status_site{"virStoragePoolIsActive", "ask for pool"};
constexpr CallSite pool_xml_site{"virStoragePoolGetXMLDesc", "read pool"};
constexpr CallSite build_site{"virStoragePoolBuild", "build pool", true};
constexpr CallSite start_site{"virStoragePoolCreate", "start pool", true};
constexpr CallSite refresh_site{"virStoragePoolRefresh", "refresh pool", true};
constexpr CallSite destroy_site{"virStoragePoolDestroy", "stop pool", true};
constexpr CallSite delete_site{"virStoragePoolDelete", "remove the directory of pool", true};
constexpr CallSite undefine_site{"virStoragePoolUndefine", "undefine pool"};
constexpr CallSite autostart_site{"virStoragePoolSetAutostart", "set autostart of pool"};
constexpr CallSite find_volume_site{"virStorageVolLookupByName", "look for volume"};
constexpr CallSite create_volume_site{"virStorageVolCreateXML", "create volume", true};
constexpr CallSite volumes_site{"virStorageVolGetInfo", "ask for the volumes of pool"};
constexpr CallSite volume_status_site{"virStorageVolGetInfo", "ask for volume"};
constexpr CallSite volume_xml_site{"virStorageVolGetXMLDesc", "read volume"};
constexpr CallSite remove_volume_site{"virStorageVolDelete", "delete volume", true};

Volume describe(const Caller& caller, virStorageVolPtr volume) {
  auto handle = caller.own(volume, caller.api().virStorageVolFree);
  std::string path = take(caller.check(caller.api().virStorageVolGetPath(volume)));
  return Access::volume(caller.connection, std::move(handle), text_or_empty(caller.api().virStorageVolGetName(volume)), std::move(path));
}

VolumeStatus status_of(const Caller& caller, virStorageVolPtr volume) {
  VolumeStatus out;
  virStorageVolInfo info{};
  caller.check(caller.api().virStorageVolGetInfo(volume, &info));
  out.name = text_or_empty(caller.api().virStorageVolGetName(volume));
  out.path = take(caller.check(caller.api().virStorageVolGetPath(volume)));
  out.capacity_bytes = info.capacity;
  out.allocation_bytes = info.allocation;
  return out;
}

}  // namespace

PoolStatus Pool::status() const {
  const bool active = run_on(connection_, handle_, pool_status_site, name_, &Api::virStoragePoolIsActive) == 1;
  return {name_, uuid_, active};
}

std::string Pool::xml() const {
  return call_on<virStoragePool>(connection_, handle_, pool_xml_site, name_, [](const Caller& caller, virStoragePoolPtr pool) {
    return take(caller.check(caller.api().virStoragePoolGetXMLDesc(pool, 0)));
  });
}

void Pool::build() const { run_on(connection_, handle_, build_site, name_, &Api::virStoragePoolBuild, 0U); }
void Pool::start() const { run_on(connection_, handle_, start_site, name_, &Api::virStoragePoolCreate, 0U); }
void Pool::refresh() const { run_on(connection_, handle_, refresh_site, name_, &Api::virStoragePoolRefresh, 0U); }
void Pool::destroy() const { run_on(connection_, handle_, destroy_site, name_, &Api::virStoragePoolDestroy); }
void Pool::remove_directory() const { run_on(connection_, handle_, delete_site, name_, &Api::virStoragePoolDelete, 0U); }
void Pool::undefine() const { run_on(connection_, handle_, undefine_site, name_, &Api::virStoragePoolUndefine); }
void Pool::set_autostart(bool on) const { run_on(connection_, handle_, autostart_site, name_, &Api::virStoragePoolSetAutostart, on ? 1 : 0); }

std::vector<VolumeStatus> Pool::volumes() const {
  const auto listed = list_volumes(*connection_, *this);
  if (listed.empty()) return {};
  return connection_->call(volumes_site, name_, [listed](const Caller& caller) {
    std::vector<VolumeStatus> out;
    out.reserve(listed.size());
    for (const ListedVolume& one : listed) {
      try {
        out.push_back(status_of(caller, static_cast<virStorageVolPtr>(Access::handle(one.volume).get())));
      } catch (const state::Error& error) {
        // Deleted since the list was made.
        if (error.code() != state::errc::not_found) throw;
      }
    }
    return out;
  });
}

std::optional<Volume> Pool::find_volume(std::string_view name) const {
  if (has_nul(name)) return std::nullopt;
  return connection_->call(find_volume_site, std::string(name), [handle = handle_, name = std::string(name)](const Caller& caller) {
    const virStorageVolPtr found = caller.api().virStorageVolLookupByName(static_cast<virStoragePoolPtr>(handle.get()), name.c_str());
    if (found == nullptr && caller.last_code() == VIR_ERR_NO_STORAGE_VOL) return std::optional<Volume>();
    return std::optional<Volume>(describe(caller, caller.check(found)));
  });
}

Volume Pool::create_volume(std::string_view xml) const {
  std::string text = checked_xml(xml);
  std::string name = name_in_xml(text);
  return connection_->call(create_volume_site, std::move(name), [handle = handle_, text = std::move(text)](const Caller& caller) {
    return describe(caller, caller.check(caller.api().virStorageVolCreateXML(static_cast<virStoragePoolPtr>(handle.get()), text.c_str(), 0)));
  });
}

VolumeStatus Volume::status() const { return call_on<virStorageVol>(connection_, handle_, volume_status_site, name_, status_of); }

std::string Volume::xml() const {
  return call_on<virStorageVol>(connection_, handle_, volume_xml_site, name_, [](const Caller& caller, virStorageVolPtr volume) {
    return take(caller.check(caller.api().virStorageVolGetXMLDesc(volume, 0)));
  });
}

void Volume::remove() const { run_on(connection_, handle_, remove_volume_site, name_, &Api::virStorageVolDelete, 0U); }

}  // namespace aihow::libvirt::inline v0
