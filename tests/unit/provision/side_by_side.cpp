// SPDX-License-Identifier: MIT
#include "provision/side_by_side.hpp"
#include <atomic>
#include <latch>
#include "catch.hpp"
#include "provision/operations.hpp"
#include "provision/undo.hpp"

using namespace aihow::tool;
using aihow::state::errc;
using aihow::state::Error;
using aihow::state::ObjectKind;

namespace {

const auto nothing = [] {};

struct Silent : Reporter {
  void phase(std::string_view, std::size_t) noexcept override {}
  void step(std::string_view) noexcept override {}
  void waiting(std::string_view) noexcept override {}
  void notice(std::string_view) noexcept override {}
  void trace(std::string_view) noexcept override {}
};

}  // namespace

TEST_CASE("parts run at the same time", "[side_by_side]") {
  std::latch all(4);
  std::vector<Part> parts;
  for (int i = 0; i < 4; ++i) parts.push_back({"part", [&](const std::stop_token&) { all.arrive_and_wait(); }});  // hangs where they do not
  CHECK(side_by_side(std::move(parts), {}, true, nothing).empty());
}

TEST_CASE("there are more parts than threads", "[side_by_side]") {
  std::atomic<int> run = 0;
  std::vector<Part> parts(100, Part{"part", [&](const std::stop_token&) { ++run; }});
  CHECK(side_by_side(std::move(parts), {}, true, nothing).empty());
  CHECK(run == 100);
}

TEST_CASE("a failure stops the rest only where it should", "[side_by_side]") {
  for (const bool fail_fast : {true, false}) {
    std::latch failed(1);
    std::vector<Part> parts;
    parts.push_back({"bad", [&](const std::stop_token&) {
                       failed.count_down();
                       throw Error(errc::io, "broken");
                     }});
    parts.push_back({"other", [&](const std::stop_token& stop) {
                       failed.wait();
                       if (!fail_fast) return;
                       wait_until([] { return false; }, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
                     }});
    const auto failures = side_by_side(std::move(parts), {}, fail_fast, nothing);
    REQUIRE(failures.size() == 1);  // one that was asked to stop has not failed
    CHECK(failures[0].name == "bad");
    CHECK(failures[0].message == "broken");
    CHECK(failures[0].cause == errc::io);
  }
}

TEST_CASE("a user who cancels is told apart", "[side_by_side]") {
  std::stop_source user;
  std::vector<Part> parts{{"long", [&](const std::stop_token& stop) {
                             user.request_stop();
                             wait_until([] { return false; }, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
                           }}};
  const auto failures = side_by_side(std::move(parts), user.get_token(), true, nothing);
  REQUIRE(failures.size() == 1);
  CHECK(failures[0].cause == errc::cancelled);
}

TEST_CASE("what the meanwhile throws stops the parts and comes out", "[side_by_side]") {
  std::vector<Part> parts{{"long", [](const std::stop_token& stop) {
                             wait_until([] { return false; }, std::chrono::steady_clock::now() + std::chrono::hours(1), stop);
                           }}};
  CHECK_THROWS_WITH(side_by_side(std::move(parts), {}, true, [] { throw Error(errc::io, "disk full"); }), "disk full");
}

TEST_CASE("waiting ends at its deadline", "[side_by_side]") {
  CHECK_FALSE(wait_until([] { return false; }, std::chrono::steady_clock::now(), {}));
  CHECK(wait_until([] { return true; }, std::chrono::steady_clock::now(), {}));
}

TEST_CASE("every kind of exception becomes a failure with its words", "[side_by_side]") {
  const auto of = [](auto&& thrown) {
    try {
      throw thrown;
    } catch (...) {
      return describe_failure("x");
    }
  };
  CHECK(of(Error(errc::permission, "no")).cause == errc::permission);
  CHECK(of(OperationFailed("no", errc::unreachable)).cause == errc::unreachable);
  CHECK(of(std::bad_alloc()).cause == errc::out_of_memory);
  CHECK(of(std::runtime_error("odd")).message == "odd");
}

TEST_CASE("nothing to undo asks for no connection", "[undo]") {
  UndoList list;
  const auto number = list.add(ObjectKind::vm, "a", "domain a", [](const auto&) { return true; });
  list.forget(number);  // the act did not happen
  Silent reporter;
  const auto result = list.undo([]() -> aihow::libvirt::Hypervisor { throw Error(errc::unreachable, "down"); }, reporter);
  CHECK(result.undone.empty());
  CHECK(result.left.empty());
}

TEST_CASE("what cannot be undone, since the hypervisor is down, is named", "[undo]") {
  UndoList list;
  list.add(ObjectKind::volume, "a-disk", "disk a", [](const auto&) { return true; });
  list.add(ObjectKind::vm, "a", "domain a", [](const auto&) { return true; });
  Silent reporter;
  int connections = 0;
  const auto result = list.undo(
      [&]() -> aihow::libvirt::Hypervisor {
        ++connections;
        throw Error(errc::unreachable, "down");
      },
      reporter);
  CHECK(connections == 1);  // the others would wait as long, for the same
  REQUIRE(result.left.size() == 2);
  CHECK(result.left[0].name == "a");
  CHECK(result.left[1].text == "disk a: down");
}

TEST_CASE("undoing goes last first, and one that fails does not hold up the others", "[undo]") {
  UndoList list;
  std::vector<std::string> order;
  list.add(ObjectKind::network, "n", "network n", [&](const auto&) { return order.emplace_back("n"), true; });
  list.add(ObjectKind::volume, "v", "disk v", [](const auto&) -> bool { throw Error(errc::io, "busy"); });
  list.add(ObjectKind::vm, "a", "domain a", [&](const auto&) { return order.emplace_back("a"), false; });
  Silent reporter;
  const auto result = list.undo([] { return aihow::libvirt::Hypervisor::open("test:///default"); }, reporter);
  CHECK(order == std::vector<std::string>{"a", "n"});
  CHECK(result.undone == std::vector<std::string>{"network n"});  // of the domain there was nothing
  REQUIRE(result.left.size() == 1);
  CHECK(result.left[0].text == "disk v: busy");
}
