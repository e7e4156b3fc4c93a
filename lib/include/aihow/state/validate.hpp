// SPDX-License-Identifier: MIT
// What makes a state valid beyond its form.
#pragma once
#include <aihow/state/model.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace aihow::state::inline v0 {

inline constexpr std::int32_t max_cpu_cores = 4096;
inline constexpr std::int32_t max_memory_gb = 16 * 1024 * 1024;
inline constexpr std::int32_t max_gpu_count = 1024;
inline constexpr std::int64_t max_size_gb = std::int64_t{1} << 30;

/// One broken rule: where (JSON pointer, `/vms/3/cpu_cores`) and what was found and is allowed.
struct Problem {
  std::string pointer;
  std::string message;
  bool operator==(const Problem&) const = default;
};

/// Letters, digits, `_`, `-`, `.`; 1 to 64 characters; starts with a letter or digit. The rule for clusters and VMs.
bool is_name(std::string_view text) noexcept;
/// A dotted-quad IPv4 or an IPv6 literal.
bool is_address(std::string_view text) noexcept;
/// `address/prefix`, IPv4 or IPv6.
bool is_cidr(std::string_view text) noexcept;
/// Whether `address` lies in `cidr`; false where either is malformed or the families differ.
bool is_inside(std::string_view address, std::string_view cidr) noexcept;

/// Every problem of a state, in document order; empty: valid. Checks names (characters, length, uniqueness), type and status words, ranges,
/// addresses (form, inside the networks where there are any, none twice), CIDRs, absolute paths without `..`, control characters.
/// O(n). Throws only out of memory.
std::vector<Problem> validate(const ClusterState& state);

/// Problems of a state, not more of them than somebody reads.
struct Problems {
  std::vector<Problem> first;
  std::size_t count = 0;  ///< of all
  std::size_t more() const noexcept { return count - first.size(); }
};

/// The first `most` problems, and how many there are. For what strangers wrote: a document of some megabytes may have a million of them.
Problems validate_first(const ClusterState& state, std::size_t most);

/// So many problems an error's message lists; it says how many more there are.
inline constexpr std::size_t max_problems_told = 10;

/// Throws Error invalid that lists up to ten problems, if there are any. `path` names the document in the message.
void require_valid(const ClusterState& state, std::string_view path = {});

}  // namespace aihow::state::inline v0
