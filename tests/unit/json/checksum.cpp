// SPDX-License-Identifier: MIT
// A digest is the same whether its bytes come at once or in pieces, which are digested by other instructions where the processor has them.
#include "json/checksum.hpp"
#include <algorithm>
#include <string>
#include "catch.hpp"

using namespace aihow::state;

namespace {

std::string bytes_of(std::size_t size) {
  std::string out(size, '\0');
  std::uint32_t value = 1;
  for (char& byte : out) byte = static_cast<char>((value = value * 1664525 + 1013904223) >> 24);
  return out;
}

}  // namespace

TEST_CASE("the digest of what comes in pieces is that of the whole", "[json][checksum]") {
  // Around the sizes at which XXH3 goes another way, and the blocks that it takes at a time.
  for (const std::size_t size : {0, 1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 255, 256, 257, 1023, 1024, 1025, 4096, 100'000}) {
    const std::string bytes = bytes_of(size);
    for (const std::size_t piece :
         {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{256}, std::size_t{1000}, std::max<std::size_t>(size, 1)}) {
      format::Digester pieces;
      for (std::size_t at = 0; at < size; at += piece) pieces.update(std::string_view(bytes).substr(at, piece));
      INFO(size << " bytes in pieces of " << piece);
      CHECK(format::text(pieces.finish()) == format::text(format::digest(bytes)));
    }
  }
}

TEST_CASE("both digests of a document are those of its bytes, and of them with zeros", "[json][checksum]") {
  const std::string bytes = bytes_of(5000);
  for (const std::size_t at : {std::size_t{0}, std::size_t{300}, std::size_t{5000 - 32}}) {
    std::string with_zeros = bytes;
    with_zeros.replace(at, 32, 32, '0');
    const auto [as_they_are, zeroed] = format::digests(bytes, at);
    CHECK(format::text(as_they_are) == format::text(format::digest(bytes)));
    CHECK(format::text(zeroed) == format::text(format::digest(with_zeros)));
  }
}
