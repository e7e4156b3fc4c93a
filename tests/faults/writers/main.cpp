// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <aihow/state/manager.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include "accounts.hpp"
#include "crew.hpp"
#include "writer.hpp"

using namespace writers;

namespace {

void print(const Board& board, const Options& options, const Crew& crew, const Figures& figures, double seconds) {
  fmt::print("{{\"processes\": {}, \"threads\": {}, \"seed\": {}, \"seconds\": {:.1f}, \"done\": {}, \"refused\": {}, \"conflicts\": {}, ",
             options.processes, options.threads, options.seed, seconds, figures.done, figures.refused, board.conflicts.load());
  fmt::print("\"kills\": {}, \"kills_of_holders\": {}, \"cut_short\": {}, \"landed\": {}, \"needless\": {}, ", crew.kills(), crew.kills_of_holders(),
             figures.cut_short, figures.landed, figures.needless);
  fmt::print("\"revision\": {}, \"records\": {}, \"jumps\": {}, \"reads\": {}, \"longest_read_ms\": {:.1f}, ", figures.revision, figures.records,
             figures.jumps, board.reads.load(), static_cast<double>(board.longest_read_us) / 1000);
  fmt::print("\"notices\": {{\"older\": {}, \"edited\": {}, \"interrupted\": {}, \"other\": {}}}}}\n", board.told_older.load(),
             board.told_edited.load(), board.told_interrupted.load(), board.told_other.load());
}

}  // namespace

int main(int count, char** words) {
  const Options options = parse_options(count, words);
  Board& board = Board::make();
  try {
    const auto began = std::chrono::steady_clock::now();
    aihow::state::ClusterStateManager(options.state).ensure_state("demo", "hpc");
    Crew crew(board, options);
    crew.run();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    print(board, options, crew, reckon(board, options), seconds);
  } catch (const std::exception& error) {
    board.fail(error.what());
  }
  return board.failed ? 1 : 0;
}
