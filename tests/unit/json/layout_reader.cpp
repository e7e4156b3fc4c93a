// SPDX-License-Identifier: MIT
// The fast reader: it takes what the writer writes, and never reads anything in another way than the general one.
#include "json/layout_reader.hpp"
#include <aihow/state/json.hpp>
#include <optional>
#include "catch.hpp"
#include "documents.hpp"
#include "json/event_reader.hpp"
#include "json/reader.hpp"

using namespace aihow::state;
using namespace std::string_view_literals;

namespace {

std::optional<format::Root> by_layout(std::string_view bytes) {
  format::Root out;
  format::Resume resume;
  return format::read_layout(bytes, out, resume) ? std::optional(std::move(out)) : std::nullopt;
}
using Reader = void (*)(std::string_view bytes, std::string_view path, format::Root& out);
std::optional<format::Root> read_with(Reader reader, std::string_view bytes, std::string& error) {
  format::Root out;
  try {
    reader(bytes, {}, out);
  } catch (const Error& thrown) {
    error = thrown.what();
    return std::nullopt;
  }
  return out;
}

bool same(const format::Root& a, const format::Root& b) {
  if (static_cast<const ClusterState&>(a) != static_cast<const ClusterState&>(b) || a.aihow.has_value() != b.aihow.has_value()) return false;
  if (!a.aihow) return true;
  return a.aihow->format_version == b.aihow->format_version && a.aihow->revision == b.aihow->revision && a.aihow->lineage == b.aihow->lineage &&
         a.aihow->checksum.text == b.aihow->checksum.text && a.aihow->checksum.digits_at == b.aihow->checksum.digits_at &&
         a.aihow->unknown == b.aihow->unknown;
}

/// Both readers together say what the general one says alone, and what the fast one takes it reads as the same. Returns whether it takes it.
bool agrees(const std::string& bytes) {
  INFO(bytes);
  std::string error;
  std::string general_error;
  const auto general = read_with(format::read_events, bytes, general_error);
  const auto together = read_with(format::read, bytes, error);
  REQUIRE(error == general_error);
  if (general) REQUIRE(same(*together, *general));
  const auto fast = by_layout(bytes);
  if (!fast) return false;
  REQUIRE(general.has_value());
  CHECK(write_document(*fast) == write_document(*general));
  REQUIRE(same(*fast, *general));
  return true;
}

}  // namespace

TEST_CASE("the fast reader takes what the writer writes", "[json][layout]") {
  ClusterState state = full_state();
  CHECK(agrees(write_document(state)));
  state.lineage.reset();
  CHECK(agrees(write_document(state)));
  CHECK(agrees(write_document(ClusterState())));
}

TEST_CASE("lists of any length are taken, also where their elements differ much", "[json][layout]") {
  ClusterState state = full_state();
  VMInfo vm = state.vms.at(0);
  vm.unknown.clear();
  for (const std::size_t count : {1U, 15U, 16U, 17U, 40U, 3000U}) {
    state.vms.assign(count, vm);
    CHECK(agrees(write_document(state)));
  }
  // Long ones first: more come than were foreseen, and the general reader has to do it.
  state.vms.assign(16, vm);
  for (VMInfo& first : state.vms) first.volumes.assign(200, "/a/rather/long/path/of/a/volume");
  vm.volumes.clear();
  state.vms.insert(state.vms.end(), 30'000, vm);
  const std::string bytes = write_document(state);
  CHECK_FALSE(agrees(bytes));
  CHECK(read_document(bytes).state == state);
}

TEST_CASE("generated documents are read alike by both readers", "[json][layout]") {
  std::size_t taken = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Generator random(seed);
    taken += agrees(write_document(random.state(seed % 2 == 0)));
  }
  CHECK(taken > 150);
}

// Every byte, but in a build that takes minutes for it.
#ifdef __OPTIMIZE__
constexpr std::size_t stride = 1;
#else
constexpr std::size_t stride = 23;
#endif

TEST_CASE("a byte that is changed, missing or too much is refused or read as the general reader does", "[json][layout]") {
  const std::string document = write_document(full_state());
  REQUIRE(agrees(document));
  std::size_t taken = 0;
  constexpr auto bytes = "\0 \n\"\\,:{}[]0-.eZ/x\x7F\x80\xC3\xFF"sv;
  for (std::size_t at = 0; at < document.size(); at += stride) {
    std::string changed = document;
    changed.erase(at, 1);
    taken += agrees(changed);
    for (const char c : bytes) {
      changed = document;
      changed[at] = c;
      taken += agrees(changed);
      changed.insert(at, 1, document[at]);
      taken += agrees(changed);
    }
    agrees(document.substr(0, at));
  }
  // Most changes inside of names and texts leave a document.
  CHECK(taken > 1000 / stride);
}

TEST_CASE("many unknown members are left to the general reader", "[json][layout]") {
  ClusterState state = full_state();
  state.unknown.clear();
  for (int i = 0; i < 64; ++i) state.unknown.push_back({"member " + std::to_string(i), "[1, {\"a\": null}]"});
  CHECK(agrees(write_document(state)));
  state.unknown.push_back({"one more", "1.50"});
  const std::string bytes = write_document(state);
  CHECK_FALSE(agrees(bytes));
  CHECK(read_document(bytes).state == state);
}
