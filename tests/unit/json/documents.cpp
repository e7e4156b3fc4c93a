// SPDX-License-Identifier: MIT
#include "documents.hpp"
#include <fmt/format.h>
#include <array>

using namespace aihow::state;

ClusterState full_state() {
  const Timestamp time = *Timestamp::parse("2025-10-21T14:32:15.123456Z");
  VMInfo vm;
  vm.name = "compute-01";
  vm.cpu_cores = 16;
  vm.memory_gb = 64;
  vm.state = VMState::SHUTOFF;
  vm.ip_address = "192.168.100.20";
  vm.gpu_count = 2;
  vm.volumes = {"/pool/compute-01.qcow2", "/pool/scratch.qcow2"};
  vm.created_at = *Timestamp::parse("2025-10-21T14:32:30.5");
  vm.last_seen = *Timestamp::parse("2025-10-21T16:35:38+02:00");
  vm.role = "compute";
  vm.auto_start = false;
  vm.domain_name = "my-cluster-compute-01";
  vm.domain_uuid = Uuid::parse("11111111-2222-4333-8444-555555555555");
  vm.hypervisor = "qemu:///system";
  vm.state_reason = "destroyed";
  vm.unreachable_since = time;
  vm.pending = Pending::remove;
  vm.unknown = {{"rack", "\"Zürich \\u0041\""}, {"limits", "{ \"iops\" : [1e3, -0.50,\n  18446744073709551616 ] }"}};

  ClusterState state;
  state.cluster_name = "my-cluster";
  state.cluster_type = "hpc";
  state.status = "stopped";
  state.created_at = time;
  state.last_modified = *Timestamp::parse("2025-10-21T14:35:42");
  state.vms = {vm, VMInfo{}};
  state.vms[1].name = "bare";
  state.vms[1].created_at = state.vms[1].last_seen = time;
  state.networks.push_back({"my-cluster-network",
                            "192.168.100.0/24",
                            "virbr100",
                            {"192.168.100.20"},
                            Uuid::parse("22222222-2222-4333-8444-555555555555"),
                            time,
                            *Timestamp::parse("2025-10-21T14:35:42"),
                            Pending::create,
                            {{"mtu", "9000"}}});
  state.volumes.push_back({"compute-01-disk",
                           "/pool/compute-01.qcow2",
                           500,
                           "qcow2",
                           "my-cluster-pool",
                           "/images/base.qcow2",
                           time,
                           Pending::create,
                           {{"note", "null"}}});
  state.pools.push_back(
      {"my-cluster-pool", Uuid::parse("33333333-2222-4333-8444-555555555555"), "/pool", true, true, time, time, Pending::create, {{"x", "[]"}}});
  state.unknown = {{"owner", "\"ops\""}, {"", "true"}};
  state.revision = 42;
  state.lineage = Uuid::parse("0190b8a0-1111-4222-8333-444455556666");
  state.unknown_in_aihow = {{"hint", "{}"}};
  return state;
}

std::string Generator::text() {
  static constexpr std::array<std::string_view, 14> pieces{"a", "node-", "0", ".", " ", "é", "日本", "😀", "\"", "\\", "/", "\t", "\x1f", "\x7f"};
  std::string out;
  for (std::size_t i = below(12); i != 0; --i) out += pieces[below(pieces.size())];
  return out;
}

std::string Generator::space() {
  static constexpr std::array<std::string_view, 5> pieces{"", "", " ", "\n\t", "  \r\n"};
  return std::string(with_unknown_ ? pieces[below(pieces.size())] : "");
}

std::string Generator::number() {
  std::string out = chance(50) ? "-" : "";
  if (chance(20)) out += '0';
  else out += static_cast<char>('1' + below(9)) + digits(below(40));
  if (chance(40)) out += "." + digits(1 + below(30));
  if (chance(40)) out += (chance(50) ? "e" : "E") + std::string(std::array{"", "+", "-"}[below(3)]) + digits(1 + below(3));
  return out;
}

std::string Generator::json(int depth) {
  static constexpr std::array<std::string_view, 12> scalars{
      "null",         "true", "false", "0", "-0", "12345678901234567890123", "1.50", "-1E+5", "2e-300", R"("")", R"("\ud83d\ude00\/\u00e9")",
      R"("{[,:]}\"")"};
  if (depth == 0 && chance(5)) {  // as deep as a member of a VM may go
    const std::size_t levels = below(62);
    return std::string(levels, '[') + json(5) + std::string(levels, ']');
  }
  const std::size_t kind = below(depth > 4 ? 2 : 4);
  if (kind == 0 && chance(30)) return number();
  if (kind == 0) return std::string(scalars[below(scalars.size())]);
  if (kind == 1) return json_quote(text());
  std::string out = kind == 2 ? "[" : "{";
  const std::size_t count = below(4);
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out += ',';
    out += space();
    if (kind == 3) out += json_quote(text() + std::to_string(i)) + space() + ":" + space();
    out += json(depth + 1) + space();
  }
  return out + (kind == 2 ? "]" : "}");
}

std::string Generator::digits(std::size_t count) {
  std::string out;
  while (count-- != 0) out += static_cast<char>('0' + below(10));
  return out;
}

std::string Generator::time_text() {
  const auto two = [this](std::size_t low, std::size_t high) { return fmt::format("{:02}", low + below(high - low + 1)); };
  std::string out = fmt::format("{:04}-{}-{}T{}:{}:{}", 1 + below(9999), two(1, 12), two(1, 28), two(0, 23), two(0, 59), two(0, 59));
  if (const std::size_t count = below(10); count != 0) out += "." + digits(count);
  if (chance(30)) return out;
  if (chance(40)) return out + "Z";
  return out + (chance(50) ? "+" : "-") + two(0, 23) + ":" + two(0, 59);
}

Timestamp Generator::time() {
  // The ends, and what a calendar has at its edges.
  static constexpr std::array<std::string_view, 9> spelled{
      "2025-10-21T14:32:15.123456",          "2025-10-21T14:32:15",         "2025-10-21T14:32:15Z",         "2024-02-29T23:59:59.000001Z",
      "0001-01-01T00:00:00.123456789-00:00", "9999-12-31T23:59:59.9+23:59", "2025-06-01T00:00:00.10-07:30", "1969-12-31T23:59:59.999Z",
      "2025-10-21T14:32:15.0000000"};
  if (chance(30)) return *Timestamp::parse(spelled[below(spelled.size())]);
  if (chance(50)) return *Timestamp::parse(time_text());
  return Timestamp::from_unix_us(static_cast<std::int64_t>(below(4'000'000'000'000'000)));
}

Uuid Generator::uuid() {
  Uuid out;
  for (auto& byte : out.bytes) byte = static_cast<std::uint8_t>(below(256));
  return out;
}

Pending Generator::pending() { return static_cast<Pending>(below(3)); }

UnknownMembers Generator::unknown() {
  UnknownMembers out;
  if (!with_unknown_ || chance(60)) return out;
  for (std::size_t i = below(4); i != 0; --i) out.push_back({text() + std::to_string(i), json(0)});
  return out;
}

VMInfo Generator::vm() {
  VMInfo out;
  out.name = text();
  out.cpu_cores = static_cast<std::int32_t>(random_());
  out.memory_gb = static_cast<std::int32_t>(below(1000));
  out.state = all_vm_states[below(all_vm_states.size())];
  if (chance(70)) out.ip_address = text();
  out.gpu_count = static_cast<std::int32_t>(below(9));
  for (std::size_t i = below(3); i != 0; --i) out.volumes.push_back(text());
  out.created_at = time();
  out.last_seen = time();
  if (chance(50)) out.role = text();
  out.auto_start = chance(50);
  if (chance(50)) out.domain_name = text();
  if (chance(50)) out.domain_uuid = uuid();
  if (chance(50)) out.hypervisor = text();
  if (chance(50)) out.state_reason = text();
  if (chance(30)) out.unreachable_since = time();
  out.pending = pending();
  out.unknown = unknown();
  return out;
}

NetworkInfo Generator::network() {
  NetworkInfo out;
  out.name = text();
  out.subnet = text();
  out.bridge = text();
  for (std::size_t i = below(4); i != 0; --i) out.active_ips.push_back(text());
  if (chance(50)) out.uuid = uuid();
  if (chance(30)) out.missing_since = time();
  if (chance(30)) out.inactive_since = time();
  out.pending = pending();
  out.unknown = unknown();
  return out;
}

VolumeInfo Generator::volume() {
  VolumeInfo out;
  out.name = text();
  out.path = text();
  out.size_gb = static_cast<std::int64_t>(random_());
  out.format = text();
  out.pool = text();
  out.backing_file = text();
  if (chance(30)) out.missing_since = time();
  out.pending = pending();
  out.unknown = unknown();
  return out;
}

PoolInfo Generator::pool() {
  PoolInfo out;
  out.name = text();
  if (chance(50)) out.uuid = uuid();
  out.path = text();
  out.owned = chance(50);
  out.owns_directory = chance(50);
  if (chance(30)) out.missing_since = time();
  if (chance(30)) out.inactive_since = time();
  out.pending = pending();
  out.unknown = unknown();
  return out;
}

ClusterState Generator::state(bool with_unknown) {
  with_unknown_ = with_unknown;
  ClusterState out;
  out.cluster_name = text();
  out.cluster_type = text();
  out.status = text();
  out.created_at = time();
  out.last_modified = time();
  for (std::size_t i = below(4); i != 0; --i) out.vms.push_back(vm());
  for (std::size_t i = below(3); i != 0; --i) out.networks.push_back(network());
  for (std::size_t i = below(3); i != 0; --i) out.volumes.push_back(volume());
  for (std::size_t i = below(3); i != 0; --i) out.pools.push_back(pool());
  out.unknown = unknown();
  if (chance(70)) {
    out.lineage = uuid();
    out.revision = random_() >> below(64);
    out.unknown_in_aihow = unknown();
  }
  return out;
}
