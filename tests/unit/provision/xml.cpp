// SPDX-License-Identifier: MIT
#include "provision/xml.hpp"
#include <aihow/state/json.hpp>
#include <pugixml.hpp>
#include "catch.hpp"
#include "provision/identity.hpp"
#include "sample_cluster.hpp"

using namespace aihow;
using namespace aihow::tool;
using test::sample_cluster;

namespace {

const state::Uuid lineage = *state::Uuid::parse("0f8fad5b-d9cb-469f-a165-70867728950e");

class Xml {
 public:
  explicit Xml(const std::string& text) { REQUIRE(document_.load_buffer(text.data(), text.size())); }
  std::string at(const char* path) const {
    const auto found = document_.select_node(path);
    return found.attribute() ? found.attribute().value() : found.node().text().as_string();
  }
  std::size_t count(const char* path) const { return document_.select_nodes(path).size(); }

 private:
  pugi::xml_document document_;
};

libvirt::Mark mark_of(const std::string& vm) {
  libvirt::Mark mark;
  mark.lineage = lineage;
  mark.cluster = "lab";
  mark.type = "hpc";
  mark.name = vm;
  mark.uuid = vm_uuid(lineage, vm);
  return mark;
}

Xml domain_of(const ClusterConfig& cluster, const HostInfo& host = {}, int first_host_cpu = 0, const std::string& path = "/pool/controller.qcow2") {
  const auto& node = cluster.nodes[0];
  return Xml(domain_xml({cluster, node, mark_of(node.name), mac_address(lineage, node.name), path, node.base_image, first_host_cpu}, host));
}

}  // namespace

TEST_CASE("a domain has the names, UUID, mark and sizes of its node", "[xml]") {
  const auto domain = domain_of(sample_cluster());
  CHECK(domain.at("/domain/@type") == "kvm");
  CHECK(domain.at("/domain/name") == "lab-controller");
  CHECK(domain.at("/domain/uuid") == state::object_uuid(lineage, state::ObjectKind::vm, "controller").to_string());
  CHECK(domain.at("/domain/metadata/*/@uuid") == domain.at("/domain/uuid"));
  CHECK(domain.at("/domain/memory") == "4");
  CHECK(domain.at("/domain/memory/@unit") == "GiB");
  CHECK(domain.at("/domain/vcpu") == "2");
  CHECK(domain.at("/domain/cpu/@mode") == "host-model");
  CHECK(domain.at("/domain/devices/interface/source/@network") == "lab-network");
  CHECK(domain.at("/domain/devices/interface/mac/@address") == mac_address(lineage, "controller"));
}

TEST_CASE("a disk's backing chain is spelled out to its end", "[xml]") {
  const auto domain = domain_of(sample_cluster());
  CHECK(domain.at("/domain/devices/disk/source/@file") == "/pool/controller.qcow2");
  CHECK(domain.at("/domain/devices/disk/backingStore/source/@file") == "/images/base.qcow2");
  CHECK(domain.at("/domain/devices/disk/backingStore/format/@type") == "qcow2");
  CHECK(domain.count("/domain/devices/disk/backingStore/backingStore[not(*)]") == 1);
}

TEST_CASE("no name or path changes the structure of the XML", "[xml]") {
  const std::string hostile = "/pool/<disk>&\"'</source><evil/>.qcow2";
  auto cluster = sample_cluster();
  cluster.network.bridge = "br'/><evil/>";
  cluster.nodes[0].base_image = "/images/]]>&amp;.qcow2";
  const auto domain = domain_of(cluster, {}, 0, hostile);
  CHECK(domain.at("/domain/devices/disk/source/@file") == hostile);
  CHECK(domain.at("/domain/devices/disk/backingStore/source/@file") == "/images/]]>&amp;.qcow2");
  CHECK(domain.count("//evil") == 0);
  const Xml network(network_xml(cluster, mark_of("lab-network")));
  CHECK(network.at("/network/bridge/@name") == "br'/><evil/>");
  CHECK(network.count("//evil") == 0);
  const Xml volume(volume_xml("a<b>.qcow2", 3, hostile));
  CHECK(volume.at("/volume/name") == "a<b>.qcow2");
  CHECK(volume.at("/volume/backingStore/path") == hostile);
  cluster.pool_path = hostile;
  CHECK(Xml(pool_xml(cluster, lineage)).at("/pool/target/path") == hostile);
}

TEST_CASE("a text that XML cannot hold is refused, wherever it would stand", "[xml]") {
  using namespace std::string_literals;
  const auto refused = [](const ClusterConfig& cluster) {
    const auto throws = [](auto build) {
      try {
        build();
        return false;
      } catch (const state::Error& error) {
        return error.code() == state::errc::invalid;
      }
    };
    return throws([&] { domain_of(cluster); }) || throws([&] { network_xml(cluster, mark_of("lab-network")); }) ||
           throws([&] { pool_xml(cluster, lineage); }) || throws([&] { volume_xml("a", 3, cluster.nodes[0].base_image); }) ||
           throws([&] { dhcp_host_xml(lineage, cluster.nodes[0]); });
  };
  CHECK_FALSE(refused(sample_cluster()));
  for (const std::string& text : {"a\0b"s, "a\nb"s, "\t"s, "\r"s, "\x1b"s, "\x7f"s, "a\xff"s, "\xc0\xaf"s, "\xed\xa0\x80"s, "\xef\xbf\xbf"s}) {
    INFO(state::json_quote(text));
    for (std::string ClusterConfig::*member : {&ClusterConfig::name, &ClusterConfig::pool_name, &ClusterConfig::pool_path}) {
      auto cluster = sample_cluster();
      cluster.*member = text;
      CHECK(refused(cluster));
    }
    auto cluster = sample_cluster();
    cluster.network.bridge = text;
    CHECK(refused(cluster));
    cluster = sample_cluster();
    cluster.acceleration.cpu_model = text;
    CHECK(refused(cluster));
    cluster = sample_cluster();
    cluster.nodes[0].base_image = text;
    CHECK(refused(cluster));
    cluster = sample_cluster();
    cluster.nodes[0].ip = text;
    CHECK(refused(cluster));
  }
  auto cluster = sample_cluster();
  cluster.pool_path = "/Zürich/日本 😀";
  CHECK_FALSE(refused(cluster));
}

TEST_CASE("software emulation has the domain type qemu and the hypervisor's own CPU", "[xml]") {
  auto cluster = sample_cluster();
  cluster.acceleration.enable_kvm = false;
  const auto domain = domain_of(cluster);
  CHECK(domain.at("/domain/@type") == "qemu");
  CHECK(domain.count("/domain/cpu") == 0);
}

TEST_CASE("CPU model, features and topology reach the domain", "[xml]") {
  auto cluster = sample_cluster();
  cluster.acceleration.cpu_model = "host-passthrough";
  cluster.acceleration.cpu_features = {{"avx2", true}, {"hle", false}};
  cluster.acceleration.cpu_topology = CpuTopology{1, 1, 2};
  cluster.acceleration.enable_nested = true;
  const auto domain = domain_of(cluster);
  CHECK(domain.at("/domain/cpu/@mode") == "host-passthrough");
  CHECK(domain.at("/domain/cpu/feature[@name='avx2']/@policy") == "require");
  CHECK(domain.at("/domain/cpu/feature[@name='hle']/@policy") == "disable");
  CHECK(domain.at("/domain/cpu/feature[@name='vmx']/@policy") == "optional");
  CHECK(domain.at("/domain/cpu/topology/@threads") == "2");
  cluster.nodes[0].cpu_cores = 3;  // not what the topology gives
  CHECK(domain_of(cluster).count("/domain/cpu/topology") == 0);
  cluster.acceleration.cpu_model = "qemu64";
  CHECK(domain_of(cluster).at("/domain/cpu[@mode='custom']/model") == "qemu64");
}

TEST_CASE("hugepages, memfd and pinning reach the domain", "[xml]") {
  auto cluster = sample_cluster();
  cluster.acceleration.enable_hugepages = true;
  cluster.acceleration.hugepage_size = "2M";
  cluster.acceleration.memory_backing = "memfd";
  cluster.acceleration.cpu_pinning = true;
  HostInfo host;
  host.cpus = 4;
  const auto domain = domain_of(cluster, host, 3);
  CHECK(domain.at("/domain/memoryBacking/hugepages/page/@size") == "2");
  CHECK(domain.at("/domain/memoryBacking/hugepages/page/@unit") == "MiB");
  CHECK(domain.at("/domain/memoryBacking/source/@type") == "memfd");
  CHECK(domain.at("/domain/cputune/vcpupin[@vcpu='0']/@cpuset") == "3");
  CHECK(domain.at("/domain/cputune/vcpupin[@vcpu='1']/@cpuset") == "0");
}

TEST_CASE("passthrough devices and virtiofs mounts reach the domain", "[xml]") {
  auto cluster = sample_cluster();
  cluster.nodes[0].devices = {{"0000:3b:1f.7", "gpu", {}, {}, {}}};
  cluster.nodes[0].mounts = {{"data", "/srv/data", "/mnt/data", "", "", "", ""}};
  const auto domain = domain_of(cluster);
  CHECK(domain.at("/domain/devices/hostdev/source/address/@bus") == "0x3b");
  CHECK(domain.at("/domain/devices/hostdev/source/address/@slot") == "0x1f");
  CHECK(domain.at("/domain/devices/hostdev/source/address/@function") == "0x7");
  CHECK(domain.at("/domain/devices/filesystem/source/@dir") == "/srv/data");
  CHECK(domain.at("/domain/devices/filesystem/target/@dir") == "data");
  CHECK(domain.at("/domain/memoryBacking/access/@mode") == "shared");  // virtiofs does not work without
}

TEST_CASE("a network reserves the fixed addresses by MAC", "[xml]") {
  const auto cluster = sample_cluster();
  const Xml network(network_xml(cluster, mark_of("lab-network")));
  CHECK(network.at("/network/ip/@address") == "192.168.100.1");
  CHECK(network.at("/network/dns/forwarder/@addr") == "9.9.9.9");
  CHECK(network.count("/network/ip/dhcp/host") == 1);
  CHECK(network.at("/network/ip/dhcp/host/@ip") == "192.168.100.10");
  CHECK(network.at("/network/ip/dhcp/host/@mac") == mac_address(lineage, "controller"));
  CHECK(Xml(dhcp_host_xml(lineage, cluster.nodes[0])).at("/host/@mac") == mac_address(lineage, "controller"));
}

TEST_CASE("what a host is follows from its capabilities", "[xml]") {
  const auto qemu =
      read_host_info("qemu:///system",
                     "<capabilities><host><cpu><arch>aarch64</arch></cpu><topology><cells num='1'><cell id='0'><cpus num='2'><cpu id='0'/>"
                     "<cpu id='1'/></cpus></cell></cells></topology></host></capabilities>");
  CHECK(qemu.arch == "aarch64");
  CHECK(qemu.machine.empty());
  CHECK(qemu.cpus == 2);
  const auto test = read_host_info("test:///default", "<capabilities><guest><arch name='i686'/></guest></capabilities>");
  CHECK(test.domain_type == "test");
  CHECK(test.arch == "i686");
}
