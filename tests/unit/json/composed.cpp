// SPDX-License-Identifier: MIT
// The library's own layout, written here line by line and not by the library: any such document writes back byte for byte.
#include <fmt/format.h>
#include <algorithm>
#include "catch.hpp"
#include "documents.hpp"
#include "seeds.hpp"

using namespace aihow::state;

namespace {

/// Composes a document's lines. Text in it needs no escape but the ones that are spelled out here.
class Lines {
 public:
  explicit Lines(std::uint64_t seed) : random_(seed) {}

  std::string document() {
    open("", '{');
    member("cluster_name", word());
    member("cluster_type", word());
    member("status", word());
    member("created_at", time());
    member("last_modified", time());
    list("vms", [this] { vm(); });
    list("networks", [this] { network(); });
    list("volumes", [this] { volume(); });
    if (random_.chance(50))
      list(
          "pools", [this] { pool(); }, 1);
    unknown();
    const bool is_signed = random_.chance(70);
    if (is_signed) aihow();
    close('}');
    if (!is_signed) return out_;
    out_ += '\n';
    const auto zeros = out_.rfind("xxh128:") + 7;
    return out_.replace(zeros, 32, document_token(out_));
  }

 private:
  void line(std::string_view text) {
    if (!first_) out_ += ',';
    first_ = false;
    if (!out_.empty()) out_ += '\n';
    out_.append(2 * depth_, ' ').append(text);
  }
  void open(std::string_view before, char bracket) {
    line(std::string(before) + bracket);
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_) out_.append("\n").append(2 * depth_, ' ');
    out_ += bracket;
    first_ = false;
  }
  void member(std::string_view name, std::string_view value) { line(fmt::format("\"{}\": {}", name, value)); }
  void maybe(std::string_view name, std::string_view value) {
    if (random_.chance(40)) member(name, value);
  }
  template <class Element>
  void list(std::string_view name, Element element, std::size_t least = 0) {
    open(fmt::format("\"{}\": ", name), '[');
    for (std::size_t i = random_.below(4) + least; i != 0; --i) {
      open("", '{');
      element();
      unknown();
      close('}');
    }
    close(']');
  }
  void words(std::string_view name) {
    open(fmt::format("\"{}\": ", name), '[');
    for (std::size_t i = random_.below(4); i != 0; --i) line(word());
    close(']');
  }

  template <class T, std::size_t N>
  const T& any(const T (&choices)[N]) {
    return choices[random_.below(N)];
  }
  std::string word() {
    return any({R"("")", R"("compute-01")", R"("192.168.100.10")", R"("/var/lib/libvirt/images/a.qcow2")", R"("Zürich 日本 😀")",
                R"("\" \\ \b\f\n\r\t")", R"("\u0001\u001f")", "\"\x7f\"", "\"\xC2\x85 \xEF\xBF\xBF\"", R"("a/b<c>&'d'")", R"("sixteen letters.")"});
  }
  std::string time() { return '"' + random_.time_text() + '"'; }
  std::string uuid() { return any({R"("00000000-0000-0000-0000-000000000000")", R"("0190b8a0-1111-4222-8333-444455556666")"}); }
  std::string pending() { return any({R"("create")", R"("delete")"}); }
  std::string int32() { return any({"0", "1", "-1", "4096", "2147483647", "-2147483648"}); }
  std::string int64() { return any({"0", "500", "9223372036854775807", "-9223372036854775808"}); }
  std::string uint64() { return any({"0", "1", "42", "9223372036854775808", "18446744073709551615"}); }

  void vm() {
    member("name", word());
    member("cpu_cores", int32());
    member("memory_gb", int32());
    member("state", any({R"("UNDEFINED")", R"("RUNNING")", R"("PAUSED")", R"("SHUTOFF")", R"("CRASHED")", R"("DYING")", R"("PMSUSPENDED")"}));
    member("ip_address", random_.chance(50) ? "null" : word());
    member("gpu_count", int32());
    words("volumes");
    member("created_at", time());
    member("last_seen", time());
    if (random_.chance(40)) member("role", any({R"("compute")", R"("controller")"}));
    maybe("auto_start", "false");
    maybe("domain_name", R"("lab-compute-01")");
    maybe("domain_uuid", uuid());
    maybe("hypervisor", R"("qemu:///system")");
    maybe("state_reason", R"("booted")");
    maybe("unreachable_since", time());
    maybe("pending", pending());
  }
  void network() {
    member("name", word());
    member("subnet", word());
    member("bridge", word());
    words("active_ips");
    maybe("uuid", uuid());
    maybe("missing_since", time());
    maybe("inactive_since", time());
    maybe("pending", pending());
  }
  void volume() {
    member("name", word());
    member("path", word());
    member("size_gb", int64());
    member("format", word());
    maybe("pool", R"("lab-pool")");
    maybe("backing_file", R"("/images/base.qcow2")");
    maybe("missing_since", time());
    maybe("pending", pending());
  }
  void pool() {
    member("name", word());
    maybe("uuid", uuid());
    member("path", word());
    member("owned", any({"true", "false"}));
    maybe("owns_directory", "true");
    maybe("missing_since", time());
    maybe("inactive_since", time());
    maybe("pending", pending());
  }
  void aihow() {
    open("\"aihow\": ", '{');
    member("format_version", "1");
    member("revision", uint64());
    member("lineage", uuid());
    member("checksum", fmt::format("\"xxh128:{:032}\"", 0));
    unknown();
    close('}');
  }
  void unknown() {
    static constexpr std::string_view names[] = {"", "rack", "größe", "日本", "\\\"\\\\", "\\u0001", "a/b~c", "nam", "names", "Aihow", " "};
    std::string_view shuffled[std::size(names)];
    std::copy(std::begin(names), std::end(names), shuffled);
    for (std::size_t i = std::size(names); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random_.below(i)]);
    if (random_.chance(50)) return;
    for (std::size_t i = random_.below(4); i != 0; --i) member(shuffled[i], random_.json(0));
  }

  Generator random_;
  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;
};

}  // namespace

TEST_CASE("any document in the library's own layout is written back byte for byte", "[json][property]") {
  for_each_seed([](std::uint64_t seed) {
    const std::string text = Lines(seed).document();
    INFO(text);
    const Document document = read_document(text);
    REQUIRE(document.integrity == (document.state.lineage ? Integrity::valid : Integrity::unsigned_));
    REQUIRE(write_document(document.state) == text);
  });
}
