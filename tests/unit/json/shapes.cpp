// SPDX-License-Identifier: MIT
#include "shapes.hpp"
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string_view>

namespace {

const std::string head = R"({"cluster_name":"c","cluster_type":"hpc","status":"running")";

/// A root member whose value is `before` + repeated + `after`.
ShapeMaker member(std::string what, const std::string& before, std::string unit, std::string between, const std::string& after,
                  bool is_valid = true) {
  return {std::move(what), head + "," + before, std::move(unit), std::move(between), after + "}", is_valid};
}

const std::string vm = R"("name":"#","cpu_cores":1,"memory_gb":1,"state":"DYING")";
const std::string in_vm = R"("vms":[{"name":"","cpu_cores":1,"memory_gb":1,"state":"DYING",)";

std::vector<ShapeMaker> make_all() {
  std::vector<ShapeMaker> out{
      {"brackets", "", "[", "", "", false},
      {"members in members", "", "{\"a\":", "", "", false},
      {"blanks", "{", " ", "", "", false},
      {"line breaks", "{", "\n", "", "", false},
      {"line breaks and a document", "", "\n", "", head + "}"},
      {"one string", "\"", "a", "", "\"", false},
      {"one number", "", "1", "", "", false},
      {"no JSON", "", "x", "", "", false},
      {"NUL bytes", "", std::string(1, '\0'), "", "", false},
      member("unknown, empty arrays", "\"x\":[", "[]", ",", "]"),
      member("unknown, empty objects", "\"x\":[", "{}", ",", "]"),
      member("unknown, arrays in arrays", "\"x\":[", "[[],[]]", ",", "]"),
      member("unknown, digits", "\"x\":[", "0", ",", "]"),
      member("unknown, small decimals", "\"x\":[", "1e1", ",", "]"),
      member("unknown, empty strings", "\"x\":[", "\"\"", ",", "]"),
      member("unknown, strings of one escape", "\"x\":[", "\"\\n\"", ",", "]"),
      member("unknown, objects of one member", "\"x\":[", "{\"\":0}", ",", "]"),
      member("unknown, objects of two members", "\"x\":[", "{\"\":0,\"a\":0}", ",", "]"),
      member("unknown, one object of many members", "\"x\":{", "\"#\":0", ",", "}"),
      member("unknown, many members spelled by escapes", "\"x\":{", "\"#\\n\":0", ",", "}"),
      member("unknown, one member again and again", "\"x\":{", "\"a\":0", ",", "}", false),
      member("unknown, one member again and again, escaped", "\"x\":{", "\"\\u0061\":0", ",", "}", false),
      member("unknown, a long string", "\"x\":\"", "a", "", "\""),
      member("unknown, a long string of escapes", "\"x\":\"", "\\n", "", "\""),
      member("unknown, a long number", "\"x\":1", "1", "", ""),
      member("unknown, a long fraction", "\"x\":1.", "1", "", ""),
      member("unknown, blanks", "\"x\":[", " ", "", "]"),
      member("unknown, deep", "\"x\":[", std::string(60, '[') + std::string(60, ']'), ",", "]"),
      member("members that we do not know", "", "\"#\":0", ",", ""),
      member("members that we do not know, escaped", "", "\"#\\n\":0", ",", ""),
      member("members of sixteen characters", "", "\"0123456789#\":0", ",", ""),
      member("a member again and again", "", "\"a\":0", ",", "", false),
      member("a long name", "\"", "a", "", "\":0"),
      member("a long name of escapes", "\"", "\\n", "", "\":0"),
      member("a long name of wide characters", "\"", "\\u20ac", "", "\":0"),
      member("a long text", "\"created_at\":\"2025-10-21T14:32:15\",\"pools\":[{\"name\":\"", "a", "", "\",\"path\":\"\"}]"),
      member("a long text of escapes", "\"pools\":[{\"name\":\"", "\\n", "", "\",\"path\":\"\"}]"),
      member("a long text of wide characters", "\"pools\":[{\"name\":\"", "\\u20ac", "", "\",\"path\":\"\"}]"),
      member("VMs", "\"vms\":[", "{" + vm + "}", ",", "]"),
      member("VMs with a disk", "\"vms\":[", "{" + vm + ",\"volumes\":[\"\"]}", ",", "]"),
      member("VMs with disks", "\"vms\":[", "{" + vm + ",\"volumes\":[\"\",\"\",\"\",\"\",\"\"]}", ",", "]"),
      member("VMs with an unknown member", "\"vms\":[", "{" + vm + ",\"\":0}", ",", "]"),
      member("VMs with unknown members", "\"vms\":[", "{" + vm + ",\"\":0,\"a\":0,\"b\":0}", ",", "]"),
      member("VMs with texts", "\"vms\":[", "{" + vm + R"(,"role":"0123456789abcdef","hypervisor":"0123456789abcdef"})", ",", "]"),
      member("a VM with many disks", in_vm + "\"volumes\":[", "\"\"", ",", "]}]"),
      member("a VM with many disks of sixteen characters", in_vm + "\"volumes\":[", "\"0123456789abcdef\"", ",", "]}]"),
      member("a VM with many unknown members", in_vm, "\"#\":0", ",", "}]"),
      member("networks", "\"networks\":[", R"({"name":"","subnet":"","bridge":""})", ",", "]"),
      member("a network with many addresses", R"("networks":[{"name":"","subnet":"","bridge":"","active_ips":[)", "\"\"", ",", "]}]"),
      member("volumes", "\"volumes\":[", R"({"name":"","path":"","size_gb":0,"format":""})", ",", "]"),
      member("pools", "\"pools\":[", R"({"name":"","path":""})", ",", "]"),
      member("pools that lack a member", "\"pools\":[", R"({})", ",", "]", false),
      member("a long number of cores", "\"vms\":[{\"cpu_cores\":1", "1", "", "}]", false),
      member("a long state", "\"vms\":[{\"state\":\"", "A", "", "\"}]", false),
      member("a long state of escapes", "\"vms\":[{\"state\":\"", "\\n", "", "\"}]", false),
      member("a long time", "\"created_at\":\"", "1", "", "\"", false),
      member("a long layout of another tool", "\"vms\":0,\"state_file_version\":\"", "a", "", "\"", false),
      member("a long layout of another tool, escaped", "\"vms\":0,\"state_file_version\":\"", "\\u0001", "", "\"", false),
      member("a long format version", "\"aihow\":{\"format_version\":1", "1", "", "}", false),
      member("a long checksum", R"("aihow":{"format_version":1,"revision":1,"lineage":"0190b8a0-1111-4222-8333-444455556666","checksum":")", "a", "",
             "\"}"),
      member("a long name before an error", "\"", "a", "", "\":x", false),
      member("a long name of control characters before an error", "\"", "\\u0001", "", "\":x", false),
      member("long names in each other before an error", "\"x\":{\"", "a", "", "\":{\"b\":{\"a\":0,\"a\":0}}}", false),
      member("a string without an end", "\"x\":\"", "a", "", "", false),
  };
  // In the library's own layout, as far as it can be strange.
  const std::string own =
      "{\n  \"cluster_name\": \"c\",\n  \"cluster_type\": \"hpc\",\n  \"status\": \"running\",\n  \"created_at\": \"2025-10-21T14:32:15Z\",\n"
      "  \"last_modified\": \"2025-10-21T14:32:15Z\",\n";
  const std::string lists = "  \"networks\": [],\n  \"volumes\": []\n}";
  const std::string own_vm =
      "    {\n      \"name\": \"\",\n      \"cpu_cores\": 1,\n      \"memory_gb\": 1,\n      \"state\": \"DYING\",\n      \"ip_address\": null,\n"
      "      \"gpu_count\": 0,\n      \"volumes\": [";
  const std::string own_vm_end = "],\n      \"created_at\": \"2025-10-21T14:32:15Z\",\n      \"last_seen\": \"2025-10-21T14:32:15Z\"";
  out.push_back({"own layout, VMs", own + "  \"vms\": [\n", own_vm + own_vm_end + "\n    }", ",\n", "\n  ],\n" + lists});
  out.push_back(
      {"own layout, VMs with a disk", own + "  \"vms\": [\n", own_vm + "\n        \"\"\n      " + own_vm_end + "\n    }", ",\n", "\n  ],\n" + lists});
  out.push_back({"own layout, a VM with many disks", own + "  \"vms\": [\n" + own_vm + "\n", "        \"\"", ",\n",
                 "\n      " + own_vm_end + "\n    }\n  ],\n" + lists});
  out.push_back(
      {"own layout, members that we do not know", own + "  \"vms\": [],\n  \"networks\": [],\n  \"volumes\": [],\n", "  \"#\": 0", ",\n", "\n}"});
  const std::string no_vms = own + "  \"vms\": [],\n";
  const std::string own_network = "    {\n      \"name\": \"\",\n      \"subnet\": \"\",\n      \"bridge\": \"\",\n      \"active_ips\": [";
  const std::string end_of_network = "\n      ]\n    }\n  ],\n  \"volumes\": []\n}";
  out.push_back({"own layout, networks", no_vms + "  \"networks\": [\n", own_network + "]\n    }", ",\n", "\n  ],\n  \"volumes\": []\n}"});
  out.push_back(
      {"own layout, a network with many addresses", no_vms + "  \"networks\": [\n" + own_network + "\n", "        \"\"", ",\n", end_of_network});
  out.push_back({"own layout, a network with addresses of sixteen characters", no_vms + "  \"networks\": [\n" + own_network + "\n",
                 "        \"0123456789abcdef\"", ",\n", end_of_network});
  out.push_back({"own layout, volumes", no_vms + "  \"networks\": [],\n  \"volumes\": [\n",
                 "    {\n      \"name\": \"\",\n      \"path\": \"\",\n      \"size_gb\": 0,\n      \"format\": \"\"\n    }", ",\n", "\n  ]\n}"});
  out.push_back({"own layout, pools", no_vms + "  \"networks\": [],\n  \"volumes\": [],\n  \"pools\": [\n",
                 "    {\n      \"name\": \"\",\n      \"path\": \"\",\n      \"owned\": true\n    }", ",\n", "\n  ]\n}"});
  out.push_back({"own layout, VMs with unknown members", own + "  \"vms\": [\n",
                 own_vm + own_vm_end + ",\n      \"\": 0,\n      \"a\": 0,\n      \"b\": 0\n    }", ",\n", "\n  ],\n" + lists});
  std::string nine_disks;
  for (int i = 0; i < 9; ++i) nine_disks += std::string(i == 0 ? "" : ",") + "\n        \"0123456789abcdef\"";
  out.push_back({"own layout, VMs with nine disks of sixteen characters", own + "  \"vms\": [\n",
                 own_vm + nine_disks + "\n      " + own_vm_end + "\n    }", ",\n", "\n  ],\n" + lists});
  // Each of those whose form is right, with an error as its last byte but one: found late, and its place is looked for in all of it.
  for (std::size_t i = 0, count = out.size(); i < count; ++i) {
    if (!out[i].is_valid) continue;
    ShapeMaker broken = out[i];
    broken.what += ", broken at the end";
    broken.after.insert(broken.after.size() - 1, ",");
    broken.is_valid = false;
    out.push_back(broken);
  }
  return out;
}

}  // namespace

const std::vector<ShapeMaker>& shape_makers() {
  static const std::vector<ShapeMaker> all = make_all();
  return all;
}

std::vector<ShapeMaker> distinct_shape_makers() {
  const std::string one_network = R"("networks":[{"name":"n","subnet":"::/0","bridge":"b","active_ips":[)";
  const std::string vm_of_name = R"({"name":"n#","cpu_cores":1,"memory_gb":1,"state":"DYING")";
  return {
      member("a network with many different addresses", one_network, "\"::@\"", ",", "]}]"),
      member("a network with many addresses of many bytes", one_network, "\"1234:1234:1234:1234:1234:1234:@\"", ",", "]}]"),
      member("VMs of different names", "\"vms\":[", vm_of_name + "}", ",", "]"),
      member("VMs of different addresses", "\"vms\":[", vm_of_name + ",\"ip_address\":\"::@\"}", ",", "]"),
      member("VMs of many wrong members", "\"vms\":[",
             R"({"name":"","cpu_cores":0,"memory_gb":0,"state":"DYING","ip_address":"","gpu_count":-1,"role":"\n","domain_name":"\n"})", ",", "]"),
      member("volumes of different names", "\"volumes\":[", R"({"name":"#","path":"","size_gb":-1,"format":""})", ",", "]"),
  };
}

namespace {

void add_number(std::string& out, std::size_t number) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&()*+,-.:;<=>?@[]^_{|}~";
  do out += digits[number % digits.size()];
  while ((number /= digits.size()) != 0);
}

/// Two groups of an IPv6 address, in no order.
void add_groups(std::string& out, std::size_t number) {
  const std::uint32_t scrambled = static_cast<std::uint32_t>(number) * 2654435761U;  // odd, so that none comes twice
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "%x:%x", scrambled >> 16, scrambled & 0xFFFF);
  out.append(text.data(), static_cast<std::size_t>(size));
}

}  // namespace

std::string make_shape(const ShapeMaker& maker, std::size_t size) {
  std::string out = maker.before;
  out.reserve(size + 1024);
  for (std::size_t count = 0; out.size() + maker.unit.size() + maker.after.size() < size; ++count) {
    if (count != 0) out += maker.between;
    for (const char c : maker.unit) {
      if (c == '#') add_number(out, count);
      else if (c == '@') add_groups(out, count);
      else if (c == '$') out += std::to_string(count);
      else out += c;
    }
  }
  return out += maker.after;
}
