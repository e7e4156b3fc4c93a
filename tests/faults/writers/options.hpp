// SPDX-License-Identifier: MIT
// The command line of `writers`.
#pragma once
#include <cstdint>
#include <string>

namespace writers {

/// What somebody else does to the files meanwhile, and with it what can be held against them at the end.
enum class Hands : std::uint8_t {
  none,    ///< nothing: state and history are exact
  edit,    ///< edits and older copies come in place of the state: the history is exact, the state is what they made of it
  clean,   ///< files beside the state vanish: the state is exact, the history begins anywhere
  remove,  ///< all files vanish: what stands has been counted from its beginning on
};

struct Options {
  std::string state;
  int processes = 1;
  int threads = 1;            ///< in each process, on one manager
  int readers = 2;            ///< processes
  std::uint32_t changes = 0;  ///< of each writer (a thread of a process); 0: no end
  std::uint32_t kills = 0;    ///< it ends when so many processes were killed; 0: none is
  int kill_every_ms = 8;      ///< on average
  int seconds = 0;            ///< it ends after so long; 0: not for that
  std::uint64_t seed = 1;
  Hands hands = Hands::none;

  int writers() const noexcept { return processes * threads; }
};

/// Prints its usage and exits where the words are not right.
Options parse_options(int count, char** words);

}  // namespace writers
