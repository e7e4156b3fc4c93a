// SPDX-License-Identifier: MIT
// System calls and allocations that fail, or kill the process, where a test says so: this program's own definitions take libc's place.
#pragma once
#include <cstddef>
#include <functional>

namespace aihow::test {

/// What strikes, at the nth call from now on; a process dies only at calls that change something: between two of them all points are one.
struct Strike {
  enum class Kind {
    none,
    call_fails,        ///< the nth call, with `error`
    process_dies,      ///< at the nth call
    allocation_fails,  ///< the nth
    no_exchange,       ///< renameat2() knows no flags, as on some network file systems
    no_locks,          ///< nor are there locks
    coarse_times,      ///< files are stamped by a coarse clock, as far as can be told
    stale,             ///< no name can be looked at: ESTALE
    rename_lies,       ///< renames are done, and say that they failed, as NFS may
  } kind = Kind::none;
  std::size_t nth = 0;  ///< from 1
  int error = 0;
};

/// Arms a strike for its lifetime; counting begins at zero.
class Armed {
 public:
  explicit Armed(Strike strike);
  ~Armed();
  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;

  bool struck() const noexcept;        ///< whether it came to it
  const char* where() const noexcept;  ///< the call it struck
};

/// Somebody else's hands: called before the nth renameat2() from now on, once.
void before_rename(std::size_t nth, std::function<void()> hands);

/// The same before the nth of all system calls from now on. What the hands do themselves does not count.
void before_call(std::size_t nth, std::function<void()> hands);
/// Whether they came to it; no hands are waiting from then on.
bool hands_came() noexcept;

/// Allocations since the last renameat2() that succeeded.
std::size_t allocations_since_exchange() noexcept;

/// For operator new: counts, and tells whether this one is to fail.
bool allocation_fails() noexcept;

}  // namespace aihow::test
