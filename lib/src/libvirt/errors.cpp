// SPDX-License-Identifier: MIT
#include "libvirt/errors.hpp"
#include <fmt/format.h>
#include <libvirt/virterror.h>
#include <cerrno>

namespace aihow::libvirt::inline v0 {
namespace {

using state::errc;
using state::Error;

struct Meaning {
  int code;
  errc means;
};

constexpr Meaning meanings[] = {
    {VIR_ERR_NO_DOMAIN, errc::not_found},
    {VIR_ERR_NO_NETWORK, errc::not_found},
    {VIR_ERR_NO_STORAGE_POOL, errc::not_found},
    {VIR_ERR_NO_STORAGE_VOL, errc::not_found},
    {VIR_ERR_NO_NODE_DEVICE, errc::not_found},
    {VIR_ERR_AUTH_FAILED, errc::permission},
    {VIR_ERR_AUTH_CANCELLED, errc::permission},
    {VIR_ERR_AUTH_UNAVAILABLE, errc::permission},
    {VIR_ERR_ACCESS_DENIED, errc::permission},
    {VIR_ERR_OPERATION_DENIED, errc::permission},
    {VIR_ERR_NO_CONNECT, errc::unreachable},
    {VIR_ERR_INVALID_CONN, errc::unreachable},
    {VIR_ERR_UNKNOWN_HOST, errc::unreachable},
    {VIR_ERR_RPC, errc::unreachable},
    {VIR_ERR_SSH, errc::unreachable},
    {VIR_ERR_LIBSSH, errc::unreachable},
    {VIR_ERR_GNUTLS_ERROR, errc::unreachable},
    {VIR_ERR_OPERATION_INVALID, errc::conflict},
    {VIR_ERR_DOM_EXIST, errc::conflict},
    {VIR_ERR_NETWORK_EXIST, errc::conflict},
    {VIR_ERR_STORAGE_VOL_EXIST, errc::conflict},
    {VIR_ERR_STORAGE_POOL_BUILT, errc::conflict},
    {VIR_ERR_RESOURCE_BUSY, errc::conflict},
    {VIR_ERR_NO_SUPPORT, errc::unsupported},
    {VIR_ERR_OPERATION_UNSUPPORTED, errc::unsupported},
    {VIR_ERR_ARGUMENT_UNSUPPORTED, errc::unsupported},
    {VIR_ERR_CONFIG_UNSUPPORTED, errc::unsupported},
    {VIR_ERR_XML_ERROR, errc::invalid},
    {VIR_ERR_XML_DETAIL, errc::invalid},
    {VIR_ERR_XML_INVALID_SCHEMA, errc::invalid},
    {VIR_ERR_NO_MEMORY, errc::out_of_memory},
};

std::string_view advice(errc code) {
  switch (code) {
    case errc::not_found:
      return "it is gone: look at what libvirt has with `virsh list --all`, `virsh net-list --all` or `virsh pool-list --all`";
    case errc::permission:
      return "run as root or as a member of the group libvirt";
    case errc::unreachable:
      return "check that libvirtd runs there (`systemctl status libvirtd`) and that the connection URI is right";
    case errc::conflict:
      return "look at its present state and at what else uses it";
    case errc::unsupported:
      return "this hypervisor cannot do it";
    case errc::invalid:
      return "correct what is wrong in it";
    default:
      return "see libvirtd's log (`journalctl -u libvirtd`)";
  }
}

bool from_transport(int domain) { return domain == VIR_FROM_RPC || domain == VIR_FROM_REMOTE; }

}  // namespace

errc classify(const CallSite& site, const LibvirtError& error) noexcept {
  if (error.code == VIR_ERR_SYSTEM_ERROR && (error.number == EACCES || error.number == EPERM)) return errc::permission;
  // "client socket is closed", "Connection refused", "End of file while reading data": the transport has no codes of its own.
  if ((error.code == VIR_ERR_SYSTEM_ERROR || error.code == VIR_ERR_INTERNAL_ERROR) && from_transport(error.domain)) return errc::unreachable;
  if (error.code == VIR_ERR_INTERNAL_ERROR && error.domain == VIR_FROM_URI) return errc::invalid;
  if (error.code == VIR_ERR_OPERATION_FAILED && site.define) return errc::conflict;
  for (const Meaning& meaning : meanings) {
    if (meaning.code == error.code) return meaning.means;
  }
  return errc::io;
}

Error make_error(const CallSite& site, std::string_view object, std::string_view uri, const LibvirtError& error) {
  const errc code = classify(site, error);
  const std::string_view message = error.message.empty() ? std::string_view("libvirt gives no reason") : std::string_view(error.message);
  const std::string where = object.empty() || object == uri ? std::string(uri) : fmt::format("{} at {}", object, uri);
  return Error(code, fmt::format("cannot {} {}: {}; {}", site.doing, where, message, advice(code)));
}

Error make_hang_error(const CallSite& site, std::string_view object, std::string_view uri, long long waited_ms) {
  const std::string where = object.empty() || object == uri ? std::string(uri) : fmt::format("{} at {}", object, uri);
  return Error(errc::unreachable,
               fmt::format("cannot {} {}: no answer to {} within {} ms; {}", site.doing, where, site.function, waited_ms, advice(errc::unreachable)));
}

}  // namespace aihow::libvirt::inline v0
