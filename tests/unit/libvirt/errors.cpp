// SPDX-License-Identifier: MIT
#include "libvirt/errors.hpp"
#include <libvirt/virterror.h>
#include <cerrno>
#include "catch.hpp"

using namespace aihow::libvirt;
using aihow::state::errc;
using Catch::Matchers::Contains;

namespace {

constexpr CallSite site{"virDomainCreate", "start domain"};
constexpr CallSite define_site{"virDomainDefineXML", "define domain", true, true};

errc of(int code, int domain = VIR_FROM_QEMU, int number = 0) { return classify(site, {code, domain, number, "x"}); }

}  // namespace

TEST_CASE("libvirt's errors mean what a caller can act on", "[libvirt]") {
  CHECK(of(VIR_ERR_NO_DOMAIN) == errc::not_found);
  CHECK(of(VIR_ERR_NO_NETWORK) == errc::not_found);
  CHECK(of(VIR_ERR_NO_STORAGE_POOL) == errc::not_found);
  CHECK(of(VIR_ERR_NO_STORAGE_VOL) == errc::not_found);
  CHECK(of(VIR_ERR_AUTH_FAILED) == errc::permission);
  CHECK(of(VIR_ERR_AUTH_UNAVAILABLE) == errc::permission);
  CHECK(of(VIR_ERR_ACCESS_DENIED) == errc::permission);
  CHECK(of(VIR_ERR_OPERATION_DENIED) == errc::permission);
  CHECK(of(VIR_ERR_NO_CONNECT) == errc::unreachable);
  CHECK(of(VIR_ERR_RPC, VIR_FROM_RPC) == errc::unreachable);
  CHECK(of(VIR_ERR_OPERATION_INVALID) == errc::conflict);
  CHECK(of(VIR_ERR_DOM_EXIST) == errc::conflict);
  CHECK(of(VIR_ERR_NETWORK_EXIST) == errc::conflict);
  CHECK(of(VIR_ERR_STORAGE_VOL_EXIST) == errc::conflict);
  CHECK(of(VIR_ERR_NO_SUPPORT) == errc::unsupported);
  CHECK(of(VIR_ERR_CONFIG_UNSUPPORTED) == errc::unsupported);
  CHECK(of(VIR_ERR_XML_ERROR) == errc::invalid);
  CHECK(of(VIR_ERR_NO_MEMORY) == errc::out_of_memory);
  CHECK(of(VIR_ERR_OPERATION_FAILED) == errc::io);
  CHECK(of(VIR_ERR_INTERNAL_ERROR) == errc::io);
  CHECK(of(0) == errc::io);
  CHECK(of(99999) == errc::io);
}

TEST_CASE("the transport's errors are told from the machine's", "[libvirt]") {
  CHECK(of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ECONNREFUSED) == errc::unreachable);
  CHECK(of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, ENOENT) == errc::unreachable);
  CHECK(of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_RPC, EACCES) == errc::permission);
  CHECK(of(VIR_ERR_INTERNAL_ERROR, VIR_FROM_RPC) == errc::unreachable);  // "client socket is closed"
  CHECK(of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE, ENOSPC) == errc::io);
  CHECK(of(VIR_ERR_SYSTEM_ERROR, VIR_FROM_STORAGE, EPERM) == errc::permission);
  CHECK(of(VIR_ERR_INTERNAL_ERROR, VIR_FROM_URI) == errc::invalid);
}

TEST_CASE("defining what exists under another UUID is a conflict", "[libvirt]") {
  CHECK(classify(define_site, {VIR_ERR_OPERATION_FAILED, VIR_FROM_DOMAIN, 0, "domain 'x' already exists with uuid …"}) == errc::conflict);
}

TEST_CASE("a message says what, where, why and what to do", "[libvirt]") {
  const auto error = make_error(site, "vm", "qemu:///system", {VIR_ERR_AUTH_FAILED, VIR_FROM_RPC, 0, "authentication failed"});
  CHECK(std::string(error.what()) ==
        "cannot start domain vm at qemu:///system: authentication failed; run as root or as a member of the group libvirt");
  CHECK_THAT(make_error(site, "vm", "qemu:///system", {}).what(), Contains("libvirt gives no reason"));
}
