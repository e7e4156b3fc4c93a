// SPDX-License-Identifier: MIT
// "valid" is only said of the very bytes that were written.
#include "catch.hpp"
#include "documents.hpp"

using namespace aihow::state;

namespace {

bool is_valid(std::string_view bytes) {
  try {
    return read_document(bytes).integrity == Integrity::valid;
  } catch (const Error& error) {
    CHECK((error.code() == errc::corrupt || error.code() == errc::unsupported_version));
    return false;
  }
}

}  // namespace

TEST_CASE("no document with a flipped bit is valid", "[json][integrity]") {
  const std::string text = write_document(full_state());
  REQUIRE(is_valid(text));
  std::string flipped = text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      flipped[i] = static_cast<char>(text[i] ^ (1 << bit));
      if (is_valid(flipped)) FAIL("byte " << i << ", bit " << bit);
    }
    flipped[i] = text[i];
  }
}

TEST_CASE("no truncated or extended document is valid", "[json][integrity]") {
  const std::string text = write_document(full_state());
  for (std::size_t size = 0; size < text.size(); ++size) {
    if (is_valid(std::string_view(text).substr(0, size))) FAIL("truncated to " << size);
  }
  CHECK_FALSE(is_valid(text + "\n"));
  CHECK_FALSE(is_valid(" " + text));
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
