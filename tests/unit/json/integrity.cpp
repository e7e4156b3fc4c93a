// SPDX-License-Identifier: MIT
// "valid" is only said of the very bytes that were written.
#include <aihow/state/inspect.hpp>
#include "catch.hpp"
#include "documents.hpp"

using namespace aihow::state;

namespace {

/// What `verify` says.
bool is_valid(std::string_view bytes) { return inspect_document(bytes).verdict == Verdict::valid; }

/// Has every member, and more of them up to 20 KiB.
std::string large_document() {
  ClusterState state = full_state();
  std::string text;
  for (int i = 0; (text = write_document(state)).size() < 20 * 1024; ++i) {
    state.vms.push_back(state.vms[0]);
    state.vms.back().name = "compute-" + std::to_string(100 + i);
    state.vms.back().ip_address.reset();
  }
  return text;
}

// Every bit and every length, but in a build that takes minutes for it.
#ifdef __OPTIMIZE__
constexpr std::size_t bit_stride = 1, size_stride = 1;
#else
constexpr std::size_t bit_stride = 61, size_stride = 7;
#endif

}  // namespace

TEST_CASE("no document of 20 KiB with a flipped bit is valid", "[json][integrity]") {
  const std::string text = large_document();
  REQUIRE(is_valid(text));
  std::string flipped = text;
  for (std::size_t bit = 0; bit < 8 * text.size(); bit += bit_stride) {
    char& byte = flipped[bit / 8];
    byte = static_cast<char>(byte ^ (1 << bit % 8));
    if (is_valid(flipped)) FAIL("byte " << bit / 8 << ", bit " << bit % 8);
    byte = text[bit / 8];
  }
}

TEST_CASE("no document of 20 KiB is valid when truncated, or extended", "[json][integrity]") {
  const std::string text = large_document();
  for (std::size_t size = 0; size < text.size(); size += size_stride) {
    if (is_valid(std::string_view(text).substr(0, size))) FAIL("truncated to " << size);
  }
  for (const char c : std::string_view("\0\n \t}],a\xff", 9)) {
    CHECK_FALSE(is_valid(text + c));
    CHECK_FALSE(is_valid(c + text));
  }
}

TEST_CASE("a document that has aihow without a checksum, or with one of another form, is edited", "[json][integrity]") {
  const std::string text = write_document(full_state());
  const auto begin = text.find(",\n    \"checksum\"");
  const auto end = text.find(",\n    \"hint\"");
  REQUIRE(begin < end);
  REQUIRE(end != std::string::npos);
  CHECK(read_document(text.substr(0, begin) + text.substr(end)).integrity == Integrity::edited);

  const auto with = [&](std::string_view checksum) {
    return read_document(text.substr(0, begin) + ",\n    \"checksum\": " + json_quote(checksum) + text.substr(end)).integrity;
  };
  CHECK(with("") == Integrity::edited);
  CHECK(with("xxh128:0") == Integrity::edited);
  CHECK(with("sha256:00000000000000000000000000000000") == Integrity::edited);
  CHECK(with("xxh128:00000000000000000000000000000000") == Integrity::edited);
}

TEST_CASE("the token differs whenever the bytes differ", "[json][integrity]") {
  const std::string text = write_document(full_state());
  std::string edited = text;
  edited.replace(edited.rfind("xxh128:") + 7, 1, "g");
  CHECK(read_document(edited).token != read_document(text).token);
  CHECK(read_document(text).token == document_token(text));
}
