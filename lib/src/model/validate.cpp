// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <span>
#include "model/address.hpp"
#include "model/distinct.hpp"
#include "model/printable.hpp"

namespace aihow::state::inline v0 {
namespace {

using detail::Address;
using detail::Distinct;
using detail::is_printable;
using detail::Network;
using detail::parse_address;
using detail::parse_cidr;

constexpr std::size_t max_text_bytes = 4096;
constexpr std::size_t max_name_chars = 64;
constexpr std::size_t max_object_name_bytes = 255;
constexpr std::size_t max_bridge_chars = 15;

constexpr bool is_alnum(char c) noexcept { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

/// The name of a network, volume or pool: libvirt's to choose, ours to keep out of paths.
bool is_object_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= max_object_name_bytes && text != "." && text != ".." && text.find('/') == std::string_view::npos &&
         is_printable(text);
}

bool is_safe_path(std::string_view text) noexcept {
  if (text.empty() || text.front() != '/' || text.size() > max_text_bytes || !is_printable(text)) return false;
  for (auto at = text.find(".."); at != std::string_view::npos; at = text.find("..", at + 1)) {
    const bool begins = text[at - 1] == '/';
    const bool ends = at + 2 == text.size() || text[at + 2] == '/';
    if (begins && ends) return false;
  }
  return true;
}

bool is_bridge(std::string_view text) noexcept {
  const auto allowed = [](char c) { return c > ' ' && c < 0x7F && c != '/' && c != ':'; };
  return !text.empty() && text.size() <= max_bridge_chars && text != "." && text != ".." && std::all_of(text.begin(), text.end(), allowed);
}

bool is_format(std::string_view text) noexcept {
  const auto allowed = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= max_name_chars && std::all_of(text.begin(), text.end(), allowed);
}

bool is_timestamp(const Timestamp& time) noexcept {
  constexpr std::int64_t first = Timestamp::parse("0001-01-01T00:00:00")->civil_us();
  constexpr std::int64_t last = Timestamp::parse("9999-12-31T23:59:59.999999")->civil_us();
  return time.civil_us() >= first && time.civil_us() <= last;
}

std::string shown(std::string_view text) { return '"' + detail::shown(text, 80) + '"'; }

/// Where the check stands: pieces of a pointer that are only put together for a problem.
struct At {
  const char* list;  ///< empty: the root
  std::size_t index = 0;
  const char* member;
  std::optional<std::size_t> element;

  std::string pointer() const {
    std::string out;
    if (*list != '\0') out += fmt::format("/{}/{}", list, index);
    out += fmt::format("/{}", member);
    if (element) out += fmt::format("/{}", *element);
    return out;
  }
};

/// The address of a VM, or of a network's list, by its position.
struct AddressOfVm {
  const std::vector<VMInfo>* vms;
  std::optional<Address> operator()(std::size_t i) const {
    const auto& text = (*vms)[i].ip_address;
    return text ? parse_address(*text) : std::nullopt;
  }
};
struct AddressOfList {
  const std::vector<std::string>* addresses;
  std::optional<Address> operator()(std::size_t i) const { return parse_address((*addresses)[i]); }
};

class Checker {
 public:
  Checker(const ClusterState& state, std::size_t most) : state_(state), most_(most), seen_addresses_(state.vms.size(), {&state.vms}) {
    for (const NetworkInfo& network : state.networks) {
      if (const auto subnet = parse_cidr(network.subnet)) subnets_.push_back(*subnet);
    }
  }

  Problems run() {
    root();
    each(state_.vms, &Checker::vm);
    each(state_.networks, &Checker::network);
    each(state_.volumes, &Checker::volume);
    each(state_.pools, &Checker::pool);
    if (state_.lineage && state_.lineage->is_nil()) add({"", 0, "aihow/lineage", {}}, "expected a UUID that is not all zeros");
    return std::move(problems_);
  }

 private:
  template <class Object>
  void each(const std::vector<Object>& objects, void (Checker::*check)(std::size_t, const Object&)) {
    const auto name_of = [&objects](std::size_t i) { return std::optional<std::string_view>(objects[i].name); };
    Distinct<std::string_view, decltype(name_of)> names(objects.size(), name_of);
    for (std::size_t i = 0; i < objects.size(); ++i) {
      name_is_new_ = names.insert(static_cast<std::uint32_t>(i), objects[i].name);
      (this->*check)(i, objects[i]);
    }
  }

  // What is wrong is put together out of the way, so that looking at what is right stays short.
  [[gnu::cold]] void add(const At& at, std::string message) {
    if (problems_.count++ < most_) problems_.first.push_back({at.pointer(), std::move(message)});
  }
  [[gnu::cold]] void refuse(const At& at, std::string_view expected, std::string_view found) {
    add(at, fmt::format("expected {}, found {}", expected, shown(found)));
  }
  [[gnu::cold]] void refuse_range(std::int64_t value, std::int64_t low, std::int64_t high, const At& at) {
    add(at, fmt::format("expected an integer from {} to {}, found {}", low, high, value));
  }
  void need(bool holds, const At& at, std::string_view expected, std::string_view found) {
    if (!holds) refuse(at, expected, found);
  }
  void need_range(std::int64_t value, std::int64_t low, std::int64_t high, const At& at) {
    if (value < low || value > high) refuse_range(value, low, high, at);
  }
  void need_word(std::string_view word, std::span<const std::string_view> words, const At& at) {
    if (std::find(words.begin(), words.end(), word) == words.end()) refuse(at, fmt::format("one of {}", fmt::join(words, ", ")), word);
  }
  void need_time(const Timestamp& time, const At& at) {
    if (!is_timestamp(time)) add(at, "expected a time in the years 1 to 9999");
  }
  void need_text(std::string_view text, const At& at) { need(text.size() <= max_text_bytes && is_printable(text), at, text_rule, text); }
  void need_path(std::string_view path, const At& at) { need(is_safe_path(path), at, path_rule, path); }
  void need_new_name(std::string_view name, const At& at) {
    if (!name_is_new_) add(at, fmt::format("expected a name that is there once, found {} again", shown(name)));
  }
  static constexpr std::string_view name_rule = "a name (letters, digits, _ - . ; 1 to 64; a letter or digit first)";
  static constexpr std::string_view object_name_rule = "a name (text without / and control characters; 1 to 255 bytes)";
  static constexpr std::string_view text_rule = "UTF-8 text without control characters, at most 4096 bytes";
  static constexpr std::string_view path_rule = "an absolute path without .. and control characters";
  static constexpr std::string_view cidr_rule = "a network as in 192.168.100.0/24";
  static constexpr std::string_view bridge_rule = "a bridge device (1 to 15 printable characters without / and :)";
  static constexpr std::string_view format_rule = "an image format as in qcow2";

  void root() {
    static constexpr std::array<std::string_view, 2> types{"hpc", "cloud"};
    static constexpr std::array<std::string_view, 4> statuses{"running", "stopped", "error", "partial"};
    need(is_name(state_.cluster_name), {"", 0, "cluster_name", {}}, name_rule, state_.cluster_name);
    need_word(state_.cluster_type, types, {"", 0, "cluster_type", {}});
    need_word(state_.status, statuses, {"", 0, "status", {}});
    need_time(state_.created_at, {"", 0, "created_at", {}});
    need_time(state_.last_modified, {"", 0, "last_modified", {}});
  }

  void vm(std::size_t i, const VMInfo& vm) {
    const auto at = [&](const char* member) { return At{"vms", i, member, {}}; };
    need(is_name(vm.name), at("name"), name_rule, vm.name);
    need_new_name(vm.name, at("name"));
    need_range(vm.cpu_cores, 1, max_cpu_cores, at("cpu_cores"));
    need_range(vm.memory_gb, 1, max_memory_gb, at("memory_gb"));
    if (vm.ip_address) vm_address(i, *vm.ip_address);
    need_range(vm.gpu_count, 0, max_gpu_count, at("gpu_count"));
    for (std::size_t v = 0; v < vm.volumes.size(); ++v) need_path(vm.volumes[v], {"vms", i, "volumes", v});
    need_time(vm.created_at, at("created_at"));
    need_time(vm.last_seen, at("last_seen"));
    need_text(vm.role, at("role"));
    need_text(vm.domain_name, at("domain_name"));
    need_text(vm.hypervisor, at("hypervisor"));
    need_text(vm.state_reason, at("state_reason"));
    if (vm.unreachable_since) need_time(*vm.unreachable_since, at("unreachable_since"));
  }

  void vm_address(std::size_t i, std::string_view text) {
    const At at{"vms", i, "ip_address", {}};
    const auto address = parse_address(text);
    if (!address) return add(at, fmt::format("expected an IPv4 or IPv6 address, found {}", shown(text)));
    const auto inside = [&](const Network& subnet) { return subnet.contains(*address); };
    if (!subnets_.empty() && std::none_of(subnets_.begin(), subnets_.end(), inside))
      add(at, fmt::format("expected an address inside the cluster's networks, found {}", shown(text)));
    if (!seen_addresses_.insert(static_cast<std::uint32_t>(i), *address))
      add(at, fmt::format("expected an address that no other VM has, found {} again", shown(text)));
  }

  void network(std::size_t i, const NetworkInfo& network) {
    const auto at = [&](const char* member) { return At{"networks", i, member, {}}; };
    need(is_object_name(network.name), at("name"), object_name_rule, network.name);
    need_new_name(network.name, at("name"));
    const auto subnet = parse_cidr(network.subnet);
    need(subnet.has_value(), at("subnet"), cidr_rule, network.subnet);
    need(is_bridge(network.bridge), at("bridge"), bridge_rule, network.bridge);
    Distinct<Address, AddressOfList> leased(network.active_ips.size(), {&network.active_ips});
    for (std::size_t a = 0; a < network.active_ips.size(); ++a) {
      const std::string& text = network.active_ips[a];
      const At place{"networks", i, "active_ips", a};
      const auto address = parse_address(text);
      if (!address) {
        add(place, fmt::format("expected an IPv4 or IPv6 address, found {}", shown(text)));
        continue;
      }
      if (subnet && !subnet->contains(*address)) add(place, fmt::format("expected an address inside {}, found {}", network.subnet, shown(text)));
      if (!leased.insert(static_cast<std::uint32_t>(a), *address))
        add(place, fmt::format("expected an address that is there once, found {} again", shown(text)));
    }
  }

  void volume(std::size_t i, const VolumeInfo& volume) {
    const auto at = [&](const char* member) { return At{"volumes", i, member, {}}; };
    need(is_object_name(volume.name), at("name"), object_name_rule, volume.name);
    need_new_name(volume.name, at("name"));
    need_path(volume.path, at("path"));
    need_range(volume.size_gb, 0, max_size_gb, at("size_gb"));
    need(is_format(volume.format), at("format"), format_rule, volume.format);
    if (!volume.pool.empty()) need(is_object_name(volume.pool), at("pool"), object_name_rule, volume.pool);
    if (!volume.backing_file.empty()) need_path(volume.backing_file, at("backing_file"));
  }

  void pool(std::size_t i, const PoolInfo& pool) {
    const auto at = [&](const char* member) { return At{"pools", i, member, {}}; };
    need(is_object_name(pool.name), at("name"), object_name_rule, pool.name);
    need_new_name(pool.name, at("name"));
    need_path(pool.path, at("path"));
  }

  const ClusterState& state_;
  const std::size_t most_;
  std::vector<Network> subnets_;
  bool name_is_new_ = true;  ///< of the object that is looked at
  Distinct<Address, AddressOfVm> seen_addresses_;
  Problems problems_;
};

}  // namespace

bool is_name(std::string_view text) noexcept {
  const auto allowed = [](char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; };
  return !text.empty() && text.size() <= max_name_chars && is_alnum(text.front()) && std::all_of(text.begin(), text.end(), allowed);
}

bool is_address(std::string_view text) noexcept { return parse_address(text).has_value(); }

bool is_cidr(std::string_view text) noexcept { return parse_cidr(text).has_value(); }

bool is_inside(std::string_view address, std::string_view cidr) noexcept {
  const auto parsed = parse_address(address);
  const auto network = parse_cidr(cidr);
  return parsed && network && network->contains(*parsed);
}

std::vector<Problem> validate(const ClusterState& state) { return validate_first(state, std::numeric_limits<std::size_t>::max()).first; }

Problems validate_first(const ClusterState& state, std::size_t most) { return Checker(state, most).run(); }

void require_valid(const ClusterState& state, std::string_view path) {
  const Problems problems = validate_first(state, max_problems_told);
  if (problems.count == 0) return;
  const bool is_one = problems.count == 1;
  std::string message = is_one ? "" : fmt::format("{} problems: ", problems.count);
  for (const Problem& problem : problems.first) {
    if (&problem != &problems.first.front()) message += "; ";
    if (!is_one) message += problem.pointer + ": ";
    message += problem.message;
  }
  if (problems.more() != 0) message += fmt::format("; and {} more", problems.more());
  throw Error(errc::invalid, message, ErrorPlace{std::string(path), is_one ? problems.first.front().pointer : "", 0, 0});
}

}  // namespace aihow::state::inline v0
