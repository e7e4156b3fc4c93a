// SPDX-License-Identifier: MIT
// Documents that mean harm end soon, with an error or read, in bounded memory. A program of its own: it counts its allocations.
#include <sys/mman.h>
#include <aihow/state/inspect.hpp>
#include <aihow/state/json.hpp>
#include <aihow/state/manager.hpp>
#include <array>
#include <clocale>
#include "answer.hpp"
#include "catch.hpp"
#include "shapes.hpp"
#include "support/scratch_directory.hpp"

using namespace aihow;
using namespace aihow::state;

namespace {

Answer answer_to(std::string_view text) {
  return answer_of([&] { (void)read_document(text, "state.json"); });
}

/// What a document of VMs as they usually are costs.
double usual_seconds() {
  ClusterState state;
  state.cluster_name = state.cluster_type = state.status = "c";
  VMInfo vm;
  vm.volumes = {"/var/lib/libvirt/images/my-cluster/compute-01.qcow2"};
  vm.ip_address = "192.168.100.20";
  state.vms.assign(shape_bytes / 400, vm);
  return answer_to(write_document(state)).seconds;
}

}  // namespace

TEST_CASE("no document takes more than 4 times its size and 16 MiB of memory, or much longer than a usual one", "[json][hostile]") {
  const double usual = usual_seconds();
  double slowest = 0;
  double largest = 0;
  for (const ShapeMaker& maker : shape_makers()) {
    const std::string text = make_shape(maker, shape_bytes);
    const Answer answer = answer_to(text);
    INFO(maker.what << ": " << (answer.error ? std::string(answer.error->what()).substr(0, 200) : "read"));
    CHECK(answer.peak_bytes + text.size() < 4 * text.size() + 16 * mebibyte);
    // A hundred times is far from what is seen, and far from anything quadratic.
    CHECK(answer.seconds < 100 * usual + 0.1);
    CHECK(answer.seconds < hostile_seconds);
    if (!maker.is_valid) REQUIRE(answer.error);
    if (answer.error) {
      CHECK((answer.error->code() == errc::corrupt || answer.error->code() == errc::unsupported_version));
      CHECK(answer.error->path() == "state.json");
      if (answer.error->code() == errc::corrupt) CHECK(answer.error->place().line > 0);
      CHECK(std::string_view(answer.error->what()).size() < 100'000);
    }
    slowest = std::max(slowest, answer.seconds);
    largest = std::max(largest, static_cast<double>(answer.peak_bytes) / static_cast<double>(text.size()));
  }
  WARN("documents of " << shape_bytes / mebibyte << " MiB: at most " << slowest << " s (a usual one: " << usual << " s) and " << largest
                       << " times its size");
}

TEST_CASE("nor does looking at one, however many rules it breaks", "[json][hostile]") {
  const double usual = usual_seconds();
  double slowest = 0;
  double largest = 0;
  std::vector<ShapeMaker> makers = shape_makers();
  const std::vector<ShapeMaker> distinct = distinct_shape_makers();
  makers.insert(makers.end(), distinct.begin(), distinct.end());
  for (const ShapeMaker& maker : makers) {
    const std::string text = make_shape(maker, shape_bytes);
    const Answer answer = answer_of([&] { CHECK(inspect_document(text).findings.size() <= max_findings); });
    INFO(maker.what);
    CHECK_FALSE(answer.error);
    CHECK(answer.peak_bytes + text.size() < 4 * text.size() + 16 * mebibyte);
    CHECK(answer.seconds < 100 * usual + 0.1);
    CHECK(answer.seconds < hostile_seconds);
    slowest = std::max(slowest, answer.seconds);
    largest = std::max(largest, static_cast<double>(answer.peak_bytes) / static_cast<double>(text.size()));
  }
  WARN("looking at documents of " << shape_bytes / mebibyte << " MiB: at most " << slowest << " s (reading a usual one: " << usual << " s) and "
                                  << largest << " times its size");
}

#ifdef __OPTIMIZE__
TEST_CASE("what is read in the library's own layout is read with a blank more, too, however large", "[json][hostile]") {
  // Beyond the 16 MiB the two readers would differ first.
  for (const ShapeMaker& maker : shape_makers()) {
    if (!maker.what.starts_with("own layout") || !maker.is_valid) continue;
    std::string text = make_shape(maker, 64 * mebibyte);
    const Answer own = answer_to(text);
    text += ' ';
    const Answer other = answer_to(text);
    INFO(maker.what << ": " << (other.error ? other.error->what() : "read"));
    CHECK(own.error.has_value() == other.error.has_value());
    CHECK(own.peak_bytes + text.size() < 4 * text.size() + 16 * mebibyte);
    CHECK(other.peak_bytes + text.size() < 4 * text.size() + 16 * mebibyte);
  }
}
#endif

TEST_CASE("nor does opening a state, or verifying it, with a backup of its size that nobody signed", "[json][hostile]") {
  const test::ScratchDirectory scratch;
  ClusterState state;
  state.cluster_name = "c";
  state.cluster_type = "hpc";
  state.status = "running";
  for (std::size_t i = 0; i < shape_bytes / 200; ++i) {
    VMInfo vm;
    vm.name = "vm-" + std::to_string(i);
    vm.volumes.assign(17, "/");
    state.vms.push_back(std::move(vm));
  }
  const std::string text = write_document(state);
  for (const char* name : {"s.json", "s.json.backup"}) std::ofstream(scratch / name) << text;
  const std::string path = scratch / "s.json";
  const std::size_t limit = 4 * text.size() + 16 * mebibyte;
  CHECK(answer_of([&] { CHECK(inspect_file(path).findings.empty()); }).peak_bytes < limit);
  CHECK(answer_of([&] { CHECK(ClusterStateManager(path).snapshot()->state.vms.size() == state.vms.size()); }).peak_bytes < limit);
  CHECK(answer_of([&] { CHECK(ClusterStateManager(path).inspect().size() == 2); }).peak_bytes < limit);
}

TEST_CASE("times, integers and names of enumerations are read and written without memory, whatever the locale", "[json]") {
  const std::string before = setlocale(LC_ALL, nullptr);
  setlocale(LC_ALL, "");  // the machine's, whatever it is
  const PeakMemory peak;
  const auto time = Timestamp::parse("2025-10-21T14:32:15.123456+02:00");
  REQUIRE(time);
  std::array<char, Timestamp::max_chars> text{};
  const std::string_view spelled(text.data(), time->to_chars(text.data()));
  const auto state = vm_state_from_string(to_string(VMState::PMSUSPENDED));
  const std::size_t held = peak.bytes();
  setlocale(LC_ALL, before.c_str());
  CHECK(spelled == "2025-10-21T14:32:15.123456+02:00");
  CHECK(state == VMState::PMSUSPENDED);
  CHECK(held == 0);
}

TEST_CASE("a document whose models would need too much memory is refused at its place", "[json][hostile]") {
  std::string text = R"({"cluster_name":"c","cluster_type":"hpc","status":"running","vms":[)";
  for (int i = 0; i < 200'000; ++i) text += R"({"name":"","cpu_cores":1,"memory_gb":1,"state":"DYING"},)";
  text.back() = ']';
  text += '}';
  const Answer answer = answer_to(text);
  REQUIRE(answer.error);
  CHECK(answer.error->code() == errc::corrupt);
  CHECK(answer.error->message().substr(0, 62) == "expected a document that fits into 4 times its size in memory ");
  CHECK(answer.error->pointer().substr(0, 5) == "/vms/");
  CHECK(answer.error->place().line == 1);
}

TEST_CASE("100,000 VMs of little more than what they must have are read", "[json][hostile]") {
  std::string text = R"({"cluster_name":"c","cluster_type":"hpc","status":"running","vms":[)";
  for (int i = 0; i < 100'000; ++i)
    text += R"({"name":"vm-)" + std::to_string(i) + R"(","cpu_cores":1,"memory_gb":1,"state":"RUNNING","ip_address":"10.0.0.1"},)";
  text.back() = ']';
  text += '}';
  CHECK(read_document(text).state.vms.size() == 100'000);
}

TEST_CASE("a document beyond 1 GiB is refused for its size alone", "[json][hostile]") {
  const std::size_t size = max_document_bytes + 1;
  // Memory that nobody touches is none.
  void* const memory = mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  const Answer beyond = answer_to({static_cast<const char*>(memory), size});
  const Answer just = answer_to({static_cast<const char*>(memory), size - 1});
  munmap(memory, size);
  REQUIRE(beyond.error);
  CHECK(beyond.error->code() == errc::corrupt);
  CHECK(beyond.error->message() == "expected at most 1073741824 bytes, found 1073741825");
  REQUIRE(just.error);
  CHECK(just.error->message() == "expected a value, found the control character \\x00");
  CHECK(beyond.peak_bytes + just.peak_bytes < mebibyte);
}

TEST_CASE("a name that is very long is cut short in an error's pointer", "[json][hostile]") {
  for (const std::string_view unit : {"a", "\\n", "\\u20ac", "\\ud83d\\ude00", "é", "😀"}) {
    std::string text = "{\"";
    while (text.size() < 10'000) text += unit;
    const Answer answer = answer_to(text + "\": {\"b\": x}}");
    REQUIRE(answer.error);
    const std::string& pointer = answer.error->pointer();
    INFO(pointer);
    CHECK(pointer.size() < 10'000);
    CHECK(pointer.find("…/b") == pointer.size() - 5);
    // No character is cut in two, no escape either.
    CHECK(json_quote(pointer).find("\xEF\xBF\xBD") == std::string::npos);
    CHECK((pointer.find("\\u") == std::string::npos || unit == "\\n"));
  }
}
