// SPDX-License-Identifier: MIT
// XXH3-128 of documents, as 32 lower-case hex digits (high half first, as `xxh128sum` prints it).
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace aihow::state::inline v0::format {

using Digest = std::array<char, 32>;
inline std::string_view text(const Digest& digest) noexcept { return {digest.data(), digest.size()}; }

Digest digest(std::string_view bytes) noexcept;

/// Of bytes as they are, and with the 32 at some place taken as '0'.
struct Digests {
  Digest as_they_are;
  Digest with_zeros;
};
/// Both in one pass. Requires: the zeros lie inside `bytes`.
Digests digests(std::string_view bytes, std::size_t zeros_at) noexcept;

/// The digest of bytes that come piece by piece. A copy goes on from where the original stood.
class Digester {
 public:
  Digester() noexcept;
  void update(std::string_view bytes) noexcept;
  Digest finish() const noexcept;

 private:
  /// xxHash's state, whose header stays in one source file.
  alignas(64) std::array<std::byte, 576> state_;
};

}  // namespace aihow::state::inline v0::format
