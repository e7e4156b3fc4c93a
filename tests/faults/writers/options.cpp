// SPDX-License-Identifier: MIT
#include "options.hpp"
#include <stdlib.h>
#include <charconv>
#include <cstdio>
#include <string_view>

namespace writers {
namespace {

constexpr const char* usage =
    "writers STATE [--processes N] [--threads N] [--readers N] [--changes N] [--kills N] [--kill-every-ms N] [--seconds N] [--seed N]\n"
    "              [--hands none|edit|clean|remove]\n"
    "\n"
    "Makes STATE, changes it with many writers at once, and holds every acknowledged change against state and history at the end.\n"
    "It ends when every writer has made its changes, so many kills were made, the time is over, or SIGTERM comes: whichever is first.\n"
    "Standard output has the figures as one JSON object. Exit code 0: everything held; 1: standard error says what did not; 4: usage.\n";

[[noreturn]] void refuse(std::string_view word) {
  std::fprintf(stderr, "writers: not understood: %.*s\n%s", static_cast<int>(word.size()), word.data(), usage);
  exit(4);
}

template <class Number>
Number number(std::string_view text) {
  Number out{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) refuse(text);
  return out;
}

Hands hands(std::string_view text) {
  if (text == "none") return Hands::none;
  if (text == "edit") return Hands::edit;
  if (text == "clean") return Hands::clean;
  if (text == "remove") return Hands::remove;
  refuse(text);
}

}  // namespace

Options parse_options(int count, char** words) {
  if (count < 2 || words[1][0] == '-') refuse(count < 2 ? "no STATE" : words[1]);
  Options out;
  out.state = words[1];
  for (int i = 2; i < count; i += 2) {
    const std::string_view name = words[i];
    if (i + 1 == count) refuse(name);
    const std::string_view value = words[i + 1];
    if (name == "--processes") out.processes = number<int>(value);
    else if (name == "--threads") out.threads = number<int>(value);
    else if (name == "--readers") out.readers = number<int>(value);
    else if (name == "--changes") out.changes = number<std::uint32_t>(value);
    else if (name == "--kills") out.kills = number<std::uint32_t>(value);
    else if (name == "--kill-every-ms") out.kill_every_ms = number<int>(value);
    else if (name == "--seconds") out.seconds = number<int>(value);
    else if (name == "--seed") out.seed = number<std::uint64_t>(value);
    else if (name == "--hands") out.hands = hands(value);
    else refuse(name);
  }
  if (out.processes < 1 || out.threads < 1 || out.readers < 0 || out.writers() > 99 || out.kill_every_ms < 1) refuse("numbers out of range");
  return out;
}

}  // namespace writers
