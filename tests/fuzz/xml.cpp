// SPDX-License-Identifier: MIT
// The XML that libvirt objects are made from: whatever the names and paths, its structure stays, and they read back as they were.
#include "provision/xml.hpp"
#include <aihow/state/error.hpp>
#include <array>
#include <functional>
#include <pugixml.hpp>
#include "provision/identity.hpp"
#include "target.hpp"

using namespace aihow;
using namespace aihow::tool;

namespace {

const state::Uuid lineage = *state::Uuid::parse("0f8fad5b-d9cb-469f-a165-70867728950e");

constexpr std::size_t text_count = 16;
using Texts = std::array<std::string, text_count>;

/// A cluster with all that a configuration can have, its texts taken from `texts`.
ClusterConfig cluster_of(const Texts& texts, unsigned flags) {
  const auto flag = [flags](unsigned bit) { return (flags >> bit & 1) != 0; };
  ClusterConfig out;
  out.type = texts[0];
  out.name = texts[1];
  out.network = {"192.168.100.0/24", texts[2], texts[3], texts[4], {texts[5]}, "192.168.100.2", "192.168.100.254"};
  out.pool_name = texts[6];
  out.pool_path = texts[7];
  out.acceleration.cpu_pinning = flag(0);
  out.acceleration.enable_hugepages = flag(1);
  if (flag(2)) out.acceleration.hugepage_size = "2M";
  if (flag(3)) out.acceleration.cpu_model = "model-" + texts[8];  // some models have a meaning
  out.acceleration.cpu_features = {{texts[9], flag(4)}};
  NodeConfig node;
  node.name = texts[10];
  node.role = texts[11];
  node.cpu_cores = 2;
  node.base_image = texts[12];
  if (flag(5)) node.ip = texts[13];
  node.devices = {{"0000:3b:1f.7", "gpu", {}, {}, {}}};
  if (flag(6)) node.mounts = {{texts[14], texts[15], {}, {}, {}, {}, {}}};
  out.nodes = {node};
  return out;
}

libvirt::Mark mark_of(const ClusterConfig& cluster) {
  libvirt::Mark out;
  out.lineage = out.uuid = lineage;
  out.cluster = cluster.name;
  out.type = cluster.type;
  out.name = cluster.nodes[0].name;
  out.role = cluster.nodes[0].role;
  out.volume_path = cluster.pool_path;
  out.backing_file = cluster.nodes[0].base_image;
  out.gpus = {cluster.nodes[0].devices[0].pci_address};
  return out;
}

using Build = std::function<std::string(const ClusterConfig&)>;
const std::array<Build, 5> builds{
    [](const ClusterConfig& cluster) {
      const NodeConfig& node = cluster.nodes[0];
      return domain_xml({cluster, node, mark_of(cluster), "52:54:00:00:00:01", cluster.pool_path, node.base_image}, {});
    },
    [](const ClusterConfig& cluster) { return network_xml(cluster, mark_of(cluster)); },
    [](const ClusterConfig& cluster) { return dhcp_host_xml(lineage, cluster.nodes[0]); },
    [](const ClusterConfig& cluster) { return pool_xml(cluster, lineage); },
    [](const ClusterConfig& cluster) { return volume_xml(cluster.nodes[0].name, 3, cluster.nodes[0].base_image); },
};

/// What XML may not be able to hold: then refusing is right.
bool is_unprintable(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c >= 0x7F; });
}

class Comparison {
 public:
  /// `plain` was built with placeholders (`@a@`, `@b@` …), `built` with texts.
  Comparison(const Texts& placeholders, const Texts& texts) : placeholders_(placeholders), texts_(texts) {}

  void elements(pugi::xml_node plain, pugi::xml_node built) const {
    expect(std::string_view(plain.name()) == built.name(), "no text makes another element");
    pugi::xml_attribute other = built.first_attribute();
    for (const pugi::xml_attribute attribute : plain.attributes()) {
      expect(std::string_view(attribute.name()) == other.name(), "no text makes another attribute");
      value(attribute.value(), other.value());
      other = other.next_attribute();
    }
    expect(!other, "no text makes one attribute more");
    pugi::xml_node child = first_element(built.first_child());
    bool any = false;
    for (pugi::xml_node at = first_element(plain.first_child()); at; at = first_element(at.next_sibling())) {
      elements(at, child);
      child = first_element(child.next_sibling());
      any = true;
    }
    expect(!child, "no text makes one element more");
    if (!any) value(plain.child_value(), built.child_value());
  }

 private:
  static pugi::xml_node first_element(pugi::xml_node node) {
    while (node && node.type() != pugi::node_element) {
      expect(node.type() == pugi::node_pcdata, "no text makes a comment or an instruction");
      node = node.next_sibling();
    }
    return node;
  }

  void value(std::string plain, std::string_view built) const {
    if (plain.starts_with("52:54:00:") && built.starts_with("52:54:00:") && built.size() == plain.size()) return;  // follows from a name
    for (std::size_t i = 0; i < text_count; ++i) {
      if (placeholders_[i].empty()) continue;
      // A text that itself looks like a placeholder is not replaced again: placeholders are found first, from the right.
      if (const std::size_t at = plain.find(placeholders_[i]); at != std::string::npos) {
        const std::string before = plain.substr(0, at), after = plain.substr(at + placeholders_[i].size());
        const Comparison rest(placeholders_, texts_);
        expect(built.size() == rest.filled(before).size() + texts_[i].size() + rest.filled(after).size(), "a text reads back as long as it was");
        plain = rest.filled(before) + texts_[i] + rest.filled(after);
        break;
      }
    }
    expect(plain == built, "a text reads back as it was");
  }
  std::string filled(std::string plain) const {
    for (std::size_t i = 0; i < text_count; ++i) {
      const std::size_t at = placeholders_[i].empty() ? std::string::npos : plain.find(placeholders_[i]);
      if (at != std::string::npos) return filled(plain.substr(0, at)) + texts_[i] + filled(plain.substr(at + placeholders_[i].size()));
    }
    return plain;
  }

  const Texts& placeholders_;
  const Texts& texts_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const unsigned flags = input.byte();
  const Build& build = builds[input.byte() % builds.size()];
  Texts texts, placeholders;
  bool unprintable = false;
  for (std::size_t i = 0; i < text_count; ++i) {
    texts[i] = input.text();
    unprintable = unprintable || is_unprintable(texts[i]);
    if (!texts[i].empty()) placeholders[i] = {'@', static_cast<char>('a' + i), '@'};
  }
  std::string xml;
  try {
    xml = build(cluster_of(texts, flags));
  } catch (const state::Error& error) {
    expect(error.code() == state::errc::invalid && unprintable, "only what XML has no spelling for is refused");
    return 0;
  }
  const std::string plain_xml = build(cluster_of(placeholders, flags));
  // As XML's own rules are: line ends and blanks in attributes are normalised. Blanks alone are a text, too.
  constexpr unsigned rules = pugi::parse_full | pugi::parse_ws_pcdata;
  pugi::xml_document plain, built;
  expect(plain.load_buffer(plain_xml.data(), plain_xml.size(), rules), "it is XML");
  expect(built.load_buffer(xml.data(), xml.size(), rules), "it is XML, whatever the texts");
  Comparison(placeholders, texts).elements(plain.document_element(), built.document_element());
  return 0;
}
