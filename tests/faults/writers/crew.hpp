// SPDX-License-Identifier: MIT
// The processes: forked, killed at random, made anew, and brought to an end.
#pragma once
#include <sys/types.h>
#include <aihow/state/stores.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include "board.hpp"

namespace writers {

class Crew {
 public:
  Crew(Board& board, const Options& options);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Starts all, and returns when all have ended.
  void run();
  std::uint32_t kills() const noexcept { return kills_; }
  /// So many of these met the one that held the commit lock a moment before.
  std::uint32_t kills_of_holders() const noexcept { return kills_of_holders_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr int reader = -1;

  void start(int process, std::uint32_t life);
  void wait_for_signal(Clock::time_point until);
  void reap();
  void ended(pid_t pid, int status);
  void kill_one();
  pid_t holder();
  Clock::time_point next_kill();
  void end_all();

  Board& board_;
  const Options& options_;
  std::mt19937_64 random_;
  std::unique_ptr<aihow::state::StateStore> store_;
  struct Member {
    int process;  ///< or `reader`
    std::uint32_t life;
  };
  std::map<pid_t, Member> members_;
  int writing_ = 0;  ///< processes that have changes to make
  std::uint32_t kills_ = 0;
  std::uint32_t kills_of_holders_ = 0;
};

}  // namespace writers
