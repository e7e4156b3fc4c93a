// SPDX-License-Identifier: MIT
#include "board.hpp"
#include <sys/mman.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <new>
#include <system_error>

namespace writers {

Entry& Page::begin(std::uint32_t life, What what, std::uint8_t vm, aihow::state::VMState to) noexcept {
  Entry& entry = entries[used];
  entry.life = life;
  entry.what = what;
  entry.vm = vm;
  entry.to = to;
  entry.outcome = Outcome::about;
  ++used;
  return entry;
}

void Page::end(Entry& entry, Outcome outcome) noexcept {
  entry.outcome = outcome;
  if (outcome == Outcome::done) ++done;
}

Board& Board::make() {
  // Most of it is never touched. Fresh pages are zero, as the members' own beginnings are.
  void* const memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  return *static_cast<Board*>(memory);
}

void Board::fail(std::string_view text) noexcept {
  std::fprintf(stderr, "writers: process %d: %.*s\n", static_cast<int>(getpid()), static_cast<int>(text.size()), text.data());
  failed = true;
  stop = true;
}

void Board::notice(std::string_view text) noexcept {
  if (text.find("an older copy") != std::string_view::npos) ++told_older;
  else if (text.find("edited by hand") != std::string_view::npos) ++told_edited;
  else if (text.find("interrupted") != std::string_view::npos) ++told_interrupted;
  else ++told_other;
}

}  // namespace writers
