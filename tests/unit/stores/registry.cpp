// SPDX-License-Identifier: MIT
#include <aihow/state/memory_store.hpp>
#include <aihow/state/stores.hpp>
#include <algorithm>
#include "catch.hpp"
#include "stores/location.hpp"

using namespace aihow::state;
using Catch::Matchers::Contains;

namespace {

std::string refusal(std::string_view location) {
  try {
    open_store(location);
  } catch (const Error& error) {
    CHECK(error.code() == errc::invalid);
    return error.what();
  }
  FAIL("opened " << location);
  return {};
}

}  // namespace

TEST_CASE("locations are taken apart") {
  struct Case {
    std::string_view text, scheme, rest;
    bool strict, no_locks;
  };
  const auto c = GENERATE(values<Case>({
      {"state.json", "file", "state.json", false, false},
      {"/a/b?c&d.json", "file", "/a/b?c&d.json", false, false},
      {"./odd:name", "file", "./odd:name", false, false},
      {"C:x", "file", "C:x", false, false},
      {"File:x", "file", "File:x", false, false},
      {"file:state.json", "file", "state.json", false, false},
      {"file:/a/b.json?strict", "file", "/a/b.json", true, false},
      {"file:/a/b.json?lock=none&strict", "file", "/a/b.json", true, true},
      {"file:/a/b.json?", "file", "/a/b.json", false, false},
      {"file:///a/b.json", "file", "/a/b.json", false, false},
      {"file://localhost/a/b.json", "file", "/a/b.json", false, false},
      {"memory:x", "memory", "x", false, false},
      {"memory:", "memory", "", false, false},
      {"key+value2:x:y", "key+value2", "x:y", false, false},
  }));
  INFO(c.text);
  const Location out = parse_location(c.text, {});
  CHECK(out.scheme == c.scheme);
  CHECK(out.rest == c.rest);
  CHECK(out.options.strict == c.strict);
  CHECK(out.options.no_locks == c.no_locks);
}

TEST_CASE("a location's query adds to the caller's options") {
  CHECK(parse_location("file:x?lock=none", {.strict = true}).options.strict);
  CHECK(parse_location("x", {.strict = true}).options.strict);
}

TEST_CASE("a location's query bounds the history") {
  const HistoryLimits limits = parse_location("file:x?history.max_revisions=7&strict&history.max_bytes=65536", {}).options.history;
  CHECK(limits.max_revisions == 7);
  CHECK(limits.max_bytes == 65536);
  CHECK(parse_location("file:x", {}).options.history.max_revisions == 1000);
  CHECK(parse_location("file:x", {}).options.history.max_bytes == 16U << 20);
  for (const std::string_view bad : {"0", "", "-1", "1k", "18446744073709551616"}) {
    INFO(bad);
    CHECK_THAT(refusal("file:x?history.max_bytes=" + std::string(bad)), Contains("history.max_bytes needs a number"));
  }
  CHECK_THAT(refusal("file:x?history.max_revisions"), Contains("history.max_revisions needs a number"));
}

TEST_CASE("locations that name nothing are refused, with what would do") {
  CHECK_THAT(refusal(""), Contains("empty"));
  CHECK_THAT(refusal(std::string_view("a\0b", 3)), Contains("NUL"));
  CHECK_THAT(refusal("file:"), Contains("file:PATH"));
  CHECK_THAT(refusal("file:?strict"), Contains("file:PATH"));
  CHECK_THAT(refusal("file://server/x"), Contains("another host"));
  CHECK_THAT(refusal("etcd:x"), Contains("etcd") && Contains("file, memory") && Contains("./etcd:x"));
  CHECK_THAT(refusal("file:x?strict&fast"), Contains("\"fast\"") && Contains("lock=none"));
}

TEST_CASE("opening does no I/O") { CHECK(open_store("memory:nowhere")->location() == "memory:nowhere"); }

TEST_CASE("a registered scheme opens its store") {
  std::string seen;
  bool strict = false;
  register_store("recorded", [&](std::string_view rest, const StoreOptions& options) {
    seen = rest;
    strict = options.strict;
    return std::make_unique<MemoryStore>();
  });
  CHECK(open_store("recorded:a/b?strict"));
  CHECK(seen == "a/b");
  CHECK(strict);
  const auto schemes = store_schemes();
  CHECK(std::is_sorted(schemes.begin(), schemes.end()));
  CHECK(std::count(schemes.begin(), schemes.end(), "recorded") == 1);
  CHECK(std::count(schemes.begin(), schemes.end(), "file") == 1);

  const auto make = [](std::string_view, const StoreOptions&) -> std::unique_ptr<StateStore> { return nullptr; };
  for (const char* scheme : {"recorded", "file", "memory", "", "x", "Upper", "a b", "a:"}) {
    INFO(scheme);
    CHECK_THROWS_AS(register_store(scheme, make), Error);
  }
  CHECK_THROWS_AS(register_store("nofactory", {}), Error);
  register_store("nothing", make);
  CHECK_THROWS_AS(open_store("nothing:"), Error);
}
