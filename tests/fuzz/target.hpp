// SPDX-License-Identifier: MIT
// What the fuzz targets have in common. A target is a function that must come back, whatever the bytes: libFuzzer calls it, and so does replay.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Ends the program where something that must hold does not.
inline void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

/// Bytes taken apart into numbers and texts; once they are used up, zeros and empty texts.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const char out = rest_.front();
    rest_.remove_prefix(1);
    return static_cast<std::uint8_t>(out);
  }
  /// Up to the next line break, which it takes, too: texts stay readable in a corpus, and `\n` itself is written `\` and `n`.
  std::string text() {
    const std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool escaped = line[i] == '\\' && line.substr(i, 2) == "\\n";
      out += escaped ? '\n' : line[i];
      i += escaped;
    }
    return out;
  }

 private:
  std::string_view rest_;
};
