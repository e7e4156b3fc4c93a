// SPDX-License-Identifier: MIT
// System calls and allocations that fail, or kill the process, where a test says so: this program's own definitions take libc's place.
#pragma once
#include <cstddef>
#include <functional>

namespace aihow::test {

/// What strikes, at the nth call from now on; a process dies only at calls that change something: between two of them all points are one.
struct Strike {
  enum class Kind { none, call_fails, process_dies, allocation_fails, no_exchange } kind = Kind::none;
  std::size_t nth = 0;  ///< from 1
  int error = 0;        ///< of a call that fails
};

/// Arms a strike for its lifetime; counting begins at zero. `no_exchange`: renameat2() knows no flags, as on some network file systems.
class Armed {
 public:
  explicit Armed(Strike strike);
  ~Armed();
  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;

  bool struck() const noexcept;        ///< whether it came to it
  const char* where() const noexcept;  ///< the call it struck
};

/// Allocations since the last renameat2() that succeeded.
std::size_t allocations_since_exchange() noexcept;

}  // namespace aihow::test
