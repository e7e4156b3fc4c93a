// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "test_node.hpp"

using namespace aihow::libvirt;
using aihow::state::errc;
using aihow::state::Error;
using aihow::state::Timestamp;

namespace {

Mark full_mark() {
  Mark out = own_mark(lineage_a, "cluster", ObjectKind::vm, "controller");
  out.role = "controller";
  out.auto_start = false;
  out.created_at = Timestamp::parse("2025-10-21T14:32:15.123456Z");
  out.gpus = {"0000:01:00.0", "0000:02:00.0"};
  out.volume = "controller-disk";
  out.volume_path = "/pool/controller.qcow2";
  out.volume_size_gb = 40;
  out.pool = "cluster-pool";
  out.backing_file = "/images/base.qcow2";
  out.pool_owns_directory = true;
  out.network = "cluster-network";
  return out;
}

std::string with_metadata(const std::string& inner) { return "<domain><metadata>" + inner + "</metadata></domain>"; }
std::string written(const Mark& mark) { return domain_xml({"vm", mark.uuid, 0, 1, 1, {mark}, {}}); }

const std::string head = R"(kind="vm" lineage="11111111-2222-4333-8444-555555555555" cluster="c" type="hpc" name="n")";
const std::string own_uuid = R"( uuid="00000000-0000-4000-8000-000000000001")";
const std::string declaration = R"( xmlns:aihow="urn:libaihow:mark:1" )";

}  // namespace

TEST_CASE("a mark is read as it was written", "[libvirt][mark]") {
  CHECK(read_mark(written(full_mark())) == full_mark());
  const Mark small = own_mark(lineage_a, "c", ObjectKind::network, "net");
  CHECK(read_mark(network_xml({"net", small.uuid, "b", "10.0.0.1", "255.0.0.0", {small}})) == small);
}

TEST_CASE("a mark survives libvirt", "[libvirt][mark]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(TestNode{}.write(folder));
  const Mark mark = full_mark();
  const Domain domain = hypervisor.define_domain(written(mark));
  CHECK(read_mark(domain.xml()) == mark);
  CHECK(read_mark(domain.xml(true)) == mark);
  const Mark of_network = own_mark(lineage_a, "cluster", ObjectKind::network, "net");
  const Network network = hypervisor.define_network(network_xml({"net", of_network.uuid, "virbr7", "10.0.0.1", "255.0.0.0", {of_network}}));
  CHECK(read_mark(network.xml()) == of_network);
}

TEST_CASE("no text of a mark can change the structure of the XML", "[libvirt][mark]") {
  TemporaryFolder folder;
  const auto hypervisor = Hypervisor::open(TestNode{}.write(folder));
  Mark mark = full_mark();
  mark.backing_file = R"(/a"/><evil attribute='x'>&amp;]]><!-- \u00e9 é)";
  mark.role = "<role>";
  mark.gpus = {R"("><x/>)"};
  const Domain domain = hypervisor.define_domain(written(mark));
  CHECK(read_mark(domain.xml()) == mark);
  for (const char control : {'\0', '\1', '\n', '\t', '\x1f', '\x7f'}) {
    Mark bad = full_mark();
    bad.cluster = std::string("a") + control + "b";
    CHECK_THROWS_AS(written(bad), Error);
    bad = full_mark();
    bad.gpus = {std::string(1, control)};
    CHECK_THROWS_AS(written(bad), Error);
  }
}

TEST_CASE("a mark is known by its namespace, not by its prefix", "[libvirt][mark]") {
  const auto reads = [](const std::string& inner) { return read_mark(with_metadata(inner)).has_value(); };
  CHECK(reads("<aihow:mark" + declaration + head + own_uuid + "/>"));
  CHECK(reads("<x:mark xmlns:x='urn:libaihow:mark:1' " + head + own_uuid + "/>"));
  CHECK(reads("<mark xmlns='urn:libaihow:mark:1' " + head + own_uuid + "/>"));
  CHECK(read_mark("<domain xmlns:aihow='urn:libaihow:mark:1'><metadata><aihow:mark " + head + own_uuid + "/></metadata></domain>"));
  CHECK_FALSE(reads("<aihow:mark " + head + own_uuid + "/>"));
  CHECK_FALSE(reads("<aihow:mark xmlns:aihow='urn:libaihow:mark:2' " + head + own_uuid + "/>"));
  CHECK_FALSE(reads("<aihow:other" + declaration + head + own_uuid + "/>"));
}

TEST_CASE("what is no whole mark is none", "[libvirt][mark]") {
  const auto reads = [](const std::string& attributes) { return read_mark(with_metadata("<aihow:mark" + declaration + attributes + "/>")); };
  CHECK_FALSE(read_mark("<domain/>"));
  CHECK_FALSE(read_mark(with_metadata("")));
  CHECK_FALSE(reads(""));
  CHECK_FALSE(reads(head));
  CHECK_FALSE(reads(head + " uuid='nonsense'"));
  CHECK_FALSE(reads(R"(kind="pool" lineage="11111111-2222-4333-8444-555555555555" cluster="c" type="hpc" name="n")" + own_uuid));
  CHECK_FALSE(reads(R"(kind="vm" lineage="1" cluster="c" type="hpc" name="n")" + own_uuid));
  CHECK_FALSE(reads(R"(kind="vm" lineage="11111111-2222-4333-8444-555555555555" cluster="" type="hpc" name="n")" + own_uuid));
  const std::string mark = "<aihow:mark" + declaration + head + own_uuid + "/>";
  CHECK_FALSE(read_mark(with_metadata(mark + mark)));
  CHECK_THROWS_AS(read_mark("no XML"), Error);
  CHECK_THROWS_AS(read_mark(""), Error);
}

TEST_CASE("what a mark only remembers may be missing or make no sense", "[libvirt][mark]") {
  const auto mark = read_mark(with_metadata("<aihow:mark" + declaration + head + own_uuid +
                                            " created_at='once' volume_size_gb='-4' auto_start='perhaps'><aihow:gpu/></aihow:mark>"));
  REQUIRE(mark);
  CHECK_FALSE(mark->created_at);
  CHECK(mark->volume_size_gb == 0);
  CHECK(mark->auto_start);
  CHECK(mark->gpus.empty());
  CHECK(read_mark(with_metadata("<aihow:mark" + declaration + head + own_uuid + " volume_size_gb='12x'/>"))->volume_size_gb == 0);
}

TEST_CASE("ours means that mark, UUID and lineage agree", "[libvirt][mark]") {
  const Mark mark = full_mark();
  const Uuid other = *Uuid::parse("00000000-0000-4000-8000-000000000001");
  CHECK(ownership(std::nullopt, mark.uuid, lineage_a) == Ownership::unmarked);
  CHECK(ownership(mark, mark.uuid, lineage_a) == Ownership::ours);
  CHECK(ownership(mark, other, lineage_a) == Ownership::clone);
  CHECK(ownership(mark, mark.uuid, lineage_b) == Ownership::foreign);
  Mark rewritten = mark;  // a clone whose mark was given its own UUID
  rewritten.uuid = other;
  CHECK(ownership(rewritten, other, lineage_a) == Ownership::clone);
}
