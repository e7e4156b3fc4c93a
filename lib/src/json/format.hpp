// SPDX-License-Identifier: MIT
// The document's format as data: the members of each object, in order, with their rules. Reader and writer both follow these tables.
#pragma once
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

namespace aihow::state::inline v0::format {

enum class Presence : std::uint8_t {
  required,    ///< a document without it is refused
  defaulted,   ///< may be missing when read; always written
  when_set,    ///< written only when it says something
  when_false,  ///< a flag whose default is true, written only when it is not
};

/// What an integer may be. Reading enforces it only where `strict`: elsewhere it must fit its type, and validate() has the last word.
struct Range {
  std::int64_t low = 0;
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  bool strict = false;
};

template <std::size_t N>
struct Literal {
  char chars[N]{};
  constexpr Literal(const char (&text)[N]) { std::copy_n(text, N, chars); }  // NOLINT(google-explicit-constructor): to be written in place
  constexpr std::string_view view() const noexcept { return {chars, N - 1}; }
};

template <Literal Name, auto Pointer, Presence How, Range Limits = Range{}>
struct Member {
  static constexpr auto name = Name;
  static constexpr auto pointer = Pointer;
  static constexpr Presence presence = How;
  static constexpr Range range = Limits;
};

template <class... Each>
struct Members {
  static constexpr std::size_t count = sizeof...(Each);
  template <class Visitor>
  static constexpr void for_each(Visitor&& visit) {
    (visit(Each{}), ...);
  }
};

template <class... A, class... B>
Members<A..., B...> join(Members<A...>, Members<B...>);

/// The checksum member. `digits_at`: the offset of its 32 digits in the document that was read; npos where they are not spelled plainly.
struct Checksum {
  std::string text;
  std::size_t digits_at = std::string_view::npos;
};
inline constexpr std::string_view checksum_prefix = "xxh128:";
inline constexpr std::size_t checksum_digits = 32;

/// The root's last member.
struct Aihow {
  std::int32_t format_version = v0::format_version;
  std::uint64_t revision = 0;
  std::optional<Uuid> lineage;
  Checksum checksum;
  UnknownMembers unknown;
};

/// A document's root: what the model has, and what only the format has.
struct Root : ClusterState {
  std::optional<Aihow> aihow;
};

template <class T>
struct Format;

template <>
struct Format<VMInfo> {
  static constexpr std::string_view noun = "a VM";
  using List =
      Members<Member<"name", &VMInfo::name, Presence::required>, Member<"cpu_cores", &VMInfo::cpu_cores, Presence::required, Range{1, max_cpu_cores}>,
              Member<"memory_gb", &VMInfo::memory_gb, Presence::required, Range{1, max_memory_gb}>,
              Member<"state", &VMInfo::state, Presence::required>, Member<"ip_address", &VMInfo::ip_address, Presence::defaulted>,
              Member<"gpu_count", &VMInfo::gpu_count, Presence::defaulted, Range{0, max_gpu_count}>,
              Member<"volumes", &VMInfo::volumes, Presence::defaulted>, Member<"created_at", &VMInfo::created_at, Presence::defaulted>,
              Member<"last_seen", &VMInfo::last_seen, Presence::defaulted>, Member<"role", &VMInfo::role, Presence::when_set>,
              Member<"auto_start", &VMInfo::auto_start, Presence::when_false>, Member<"domain_name", &VMInfo::domain_name, Presence::when_set>,
              Member<"domain_uuid", &VMInfo::domain_uuid, Presence::when_set>, Member<"hypervisor", &VMInfo::hypervisor, Presence::when_set>,
              Member<"state_reason", &VMInfo::state_reason, Presence::when_set>,
              Member<"unreachable_since", &VMInfo::unreachable_since, Presence::when_set>, Member<"pending", &VMInfo::pending, Presence::when_set>>;
};

template <>
struct Format<NetworkInfo> {
  static constexpr std::string_view noun = "a network";
  using List =
      Members<Member<"name", &NetworkInfo::name, Presence::required>, Member<"subnet", &NetworkInfo::subnet, Presence::required>,
              Member<"bridge", &NetworkInfo::bridge, Presence::required>, Member<"active_ips", &NetworkInfo::active_ips, Presence::defaulted>,
              Member<"uuid", &NetworkInfo::uuid, Presence::when_set>, Member<"missing_since", &NetworkInfo::missing_since, Presence::when_set>,
              Member<"inactive_since", &NetworkInfo::inactive_since, Presence::when_set>,
              Member<"pending", &NetworkInfo::pending, Presence::when_set>>;
};

template <>
struct Format<VolumeInfo> {
  static constexpr std::string_view noun = "a volume";
  using List =
      Members<Member<"name", &VolumeInfo::name, Presence::required>, Member<"path", &VolumeInfo::path, Presence::required>,
              Member<"size_gb", &VolumeInfo::size_gb, Presence::required, Range{0, max_size_gb}>,
              Member<"format", &VolumeInfo::format, Presence::required>, Member<"pool", &VolumeInfo::pool, Presence::when_set>,
              Member<"backing_file", &VolumeInfo::backing_file, Presence::when_set>,
              Member<"missing_since", &VolumeInfo::missing_since, Presence::when_set>, Member<"pending", &VolumeInfo::pending, Presence::when_set>>;
};

template <>
struct Format<PoolInfo> {
  static constexpr std::string_view noun = "a pool";
  using List =
      Members<Member<"name", &PoolInfo::name, Presence::required>, Member<"uuid", &PoolInfo::uuid, Presence::when_set>,
              Member<"path", &PoolInfo::path, Presence::required>, Member<"owned", &PoolInfo::owned, Presence::defaulted>,
              Member<"owns_directory", &PoolInfo::owns_directory, Presence::when_set>,
              Member<"missing_since", &PoolInfo::missing_since, Presence::when_set>,
              Member<"inactive_since", &PoolInfo::inactive_since, Presence::when_set>, Member<"pending", &PoolInfo::pending, Presence::when_set>>;
};

template <>
struct Format<Aihow> {
  static constexpr std::string_view noun = "the aihow object";
  using List = Members<Member<"format_version", &Aihow::format_version, Presence::required, Range{1, std::numeric_limits<std::int32_t>::max(), true}>,
                       Member<"revision", &Aihow::revision, Presence::required>, Member<"lineage", &Aihow::lineage, Presence::required>,
                       Member<"checksum", &Aihow::checksum, Presence::defaulted>>;
};

template <>
struct Format<ClusterState> {
  static constexpr std::string_view noun = "a state";
  using List =
      Members<Member<"cluster_name", &ClusterState::cluster_name, Presence::required>,
              Member<"cluster_type", &ClusterState::cluster_type, Presence::required>, Member<"status", &ClusterState::status, Presence::required>,
              Member<"created_at", &ClusterState::created_at, Presence::defaulted>,
              Member<"last_modified", &ClusterState::last_modified, Presence::defaulted>, Member<"vms", &ClusterState::vms, Presence::defaulted>,
              Member<"networks", &ClusterState::networks, Presence::defaulted>, Member<"volumes", &ClusterState::volumes, Presence::defaulted>,
              Member<"pools", &ClusterState::pools, Presence::when_set>>;
};

template <>
struct Format<Root> {
  static constexpr std::string_view noun = Format<ClusterState>::noun;
  using List = decltype(join(Format<ClusterState>::List{}, Members<Member<"aihow", &Root::aihow, Presence::when_set>>{}));
};

/// Whether objects of this type have a member of that name that is not an unknown one.
template <class T>
constexpr bool is_known(std::string_view name) noexcept {
  bool found = false;
  Format<T>::List::for_each([&](auto member) { found = found || member.name.view() == name; });
  return found;
}

/// Containers round an object of this type in a document, itself included: its members' values may go max_document_depth less this deep.
template <class T>
inline constexpr int level = 3;
template <>
inline constexpr int level<Aihow> = 2;
template <>
inline constexpr int level<ClusterState> = 1;
template <>
inline constexpr int level<Root> = level<ClusterState>;

}  // namespace aihow::state::inline v0::format
