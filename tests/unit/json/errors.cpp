// SPDX-License-Identifier: MIT
// Every way in which a document can be wrong: where the error stands, and what it says.
#include <functional>
#include <optional>
#include "catch.hpp"
#include "documents.hpp"

using namespace aihow::state;

namespace {

std::optional<Error> error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

struct Case {
  std::string what;
  std::string text;
  std::size_t line;
  std::size_t column;
  std::string pointer;
  std::string message;
};

void check(const Case& expected) {
  INFO(expected.what << "\n" << expected.text);
  const auto error = error_of([&] { read_document(expected.text, "state.json"); });
  REQUIRE(error);
  CHECK(error->code() == errc::corrupt);
  CHECK(error->path() == "state.json");
  CHECK(error->place().line == expected.line);
  CHECK(error->place().column == expected.column);
  CHECK(error->pointer() == expected.pointer);
  CHECK(error->message() == expected.message);
}

/// A document whose VM has one more line, the ninth, that is under test; a value there begins in the column after it.
std::string with_vm_line(std::string_view line) {
  std::string out = R"({
  "cluster_name": "c",
  "cluster_type": "hpc",
  "status": "running",
  "vms": [
    {
      "name": "a", "cpu_cores": 1, "memory_gb": 1,
      "state": "RUNNING",
)";
  return out.append(line).append("\n    }\n  ]\n}\n");
}

/// The same with a root member in the fifth line.
std::string with_root_line(std::string_view line) {
  std::string out = R"({
  "cluster_name": "c",
  "cluster_type": "hpc",
  "status": "running",
)";
  return out.append(line).append("\n}\n");
}

}  // namespace

TEST_CASE("a value of the wrong type or range is refused at its place", "[json][errors]") {
  const std::string time = "expected a date and time as in \"2025-10-21T14:32:15.123456Z\", found ";
  for (const auto& [line, pointer, message] : std::initializer_list<std::tuple<std::string, std::string, std::string>>{
           {R"("cpu_cores": "eight")", "/cpu_cores", R"(expected an integer from 1 to 4096, found "eight")"},
           {R"("cpu_cores": 2147483648)", "/cpu_cores", "expected an integer from 1 to 4096, found 2147483648"},
           {R"("cpu_cores": -2147483649)", "/cpu_cores", "expected an integer from 1 to 4096, found -2147483649"},
           {R"("cpu_cores": 18446744073709551615)", "/cpu_cores", "expected an integer from 1 to 4096, found 18446744073709551615"},
           {R"("cpu_cores": 8.0)", "/cpu_cores", "expected an integer from 1 to 4096, found 8.0"},
           {R"("cpu_cores": true)", "/cpu_cores", "expected an integer from 1 to 4096, found true"},
           {R"("cpu_cores": null)", "/cpu_cores", "expected an integer from 1 to 4096, found null"},
           {R"("cpu_cores": {"a": 1})", "/cpu_cores", "expected an integer from 1 to 4096, found an object"},
           {R"("cpu_cores": [1])", "/cpu_cores", "expected an integer from 1 to 4096, found an array"},
           {R"("name": 5)", "/name", "expected a string, found 5"},
           {R"("name": null)", "/name", "expected a string, found null"},
           {R"("ip_address": false)", "/ip_address", "expected a string or null, found false"},
           {R"("gpu_count": "")", "/gpu_count", R"(expected an integer from 0 to 1024, found "")"},
           {R"("volumes": "x")", "/volumes", R"(expected an array of strings, found "x")"},
           {R"("created_at": "yesterday")", "/created_at", time + R"("yesterday")"},
           {R"("last_seen": "2025-02-29T00:00:00")", "/last_seen", time + R"("2025-02-29T00:00:00")"},
           {R"("unreachable_since": 1)", "/unreachable_since", time + "1"},
           {R"("domain_uuid": "12")", "/domain_uuid", R"(expected a UUID, found "12")"},
           {R"("auto_start": 0)", "/auto_start", "expected true or false, found 0"},
           {R"("pending": "destroy")", "/pending", R"(expected "create" or "delete", found "destroy")"},
           {R"("state": "running")", "/state",
            R"(expected one of "RUNNING", "PAUSED", "SHUTOFF", "UNDEFINED", "CRASHED", "DYING", "PMSUSPENDED", found "running")"},
       }) {
    const std::string text = "{\"cluster_name\": \"c\",\n\"vms\": [{},\n  {\n    " + line + "}]}";
    // The first VM is refused first unless it is whole.
    std::string whole = text;
    whole.replace(whole.find("{}"), 2, R"({"name": "a", "cpu_cores": 1, "memory_gb": 1, "state": "RUNNING"})");
    check({"value", whole, 4, 5 + line.find(": ") + 2, "/vms/1" + pointer, message});
  }
}

TEST_CASE("values elsewhere are refused at their place", "[json][errors]") {
  check({"root is an array", "[]", 1, 1, "", "expected an object, found an array"});
  check({"root is a string", " \"a\"", 1, 2, "", "expected an object, found \"a\""});
  check({"root is a number", "17 ", 1, 1, "", "expected an object, found 17"});
  check({"root is null", "null", 1, 1, "", "expected an object, found null"});
  check({"a VM is a number", with_root_line("\"vms\": [\n 5]"), 6, 2, "/vms/0", "expected an object, found 5"});
  check({"a VM is an array", with_root_line("\"vms\": [[]]"), 5, 9, "/vms/0", "expected an object, found an array"});
  check({"vms is an object", with_root_line("\"vms\": {}"), 5, 8, "/vms", "expected an array of objects, found an object"});
  check({"a volume path is a number", with_vm_line("\"volumes\": [\"/a\", 7]"), 9, 19, "/vms/0/volumes/1", "expected a string, found 7"});
  check({"a volume path is an object", with_vm_line("\"volumes\": [{}]"), 9, 13, "/vms/0/volumes/0", "expected a string, found an object"});
  check({"a volume path is an array", with_vm_line("\"volumes\": [[]]"), 9, 13, "/vms/0/volumes/0", "expected a string, found an array"});
  check({"size of a volume", with_root_line(R"("volumes": [{"size_gb": 9223372036854775808}])"), 5, 25, "/volumes/0/size_gb",
         "expected an integer from 0 to 1073741824, found 9223372036854775808"});
  check({"aihow is an array", with_root_line("\"aihow\": []"), 5, 10, "/aihow", "expected an object, found an array"});
  check({"revision below 0", with_root_line("\"aihow\": {\"revision\": -1}"), 5, 23, "/aihow/revision",
         "expected an integer from 0 to 18446744073709551615, found -1"});
  check({"format_version 0", with_root_line("\"aihow\": {\"format_version\": 0}"), 5, 29, "/aihow/format_version",
         "expected an integer from 1 to 2147483647, found 0"});
}

TEST_CASE("a missing member is named, with the place of the object that lacks it", "[json][errors]") {
  check({"cluster_name", "{}", 1, 1, "", "expected a member \"cluster_name\", found none"});
  check({"status", R"({"cluster_name": "c", "cluster_type": "hpc"})", 1, 1, "", "expected a member \"status\", found none"});
  check({"VM", with_root_line("\"vms\": [\n  {\"name\": \"a\", \"cpu_cores\": 1,\n   \"memory_gb\": 1}]"), 6, 3, "/vms/0",
         "expected a member \"state\", found none"});
  check({"network", with_root_line("\"networks\": [{\"name\": \"a\", \"subnet\": \"b\"}]"), 5, 14, "/networks/0",
         "expected a member \"bridge\", found none"});
  check({"volume", with_root_line("\"volumes\": [{\"name\": \"a\"}]"), 5, 13, "/volumes/0", "expected a member \"path\", found none"});
  check({"pool", with_root_line("\"pools\": [{\"name\": \"a\"}]"), 5, 11, "/pools/0", "expected a member \"path\", found none"});
  check(
      {"aihow", with_root_line("\"aihow\": {\"format_version\": 1, \"revision\": 2}"), 5, 10, "/aihow", "expected a member \"lineage\", found none"});
}

TEST_CASE("a member that comes twice is refused where it comes again", "[json][errors]") {
  check({"known, root", with_root_line("\"status\": 1"), 5, 1, "/status", "expected each member once, found \"status\" again"});
  check({"known, VM", with_vm_line("\"name\": \"b\""), 9, 1, "/vms/0/name", "expected each member once, found \"name\" again"});
  check({"unknown, root", with_root_line("\"x\": 1, \"y\": 2, \"x\": 1"), 5, 17, "/x", "expected each member once, found \"x\" again"});
  check({"unknown, spelled otherwise", with_vm_line("\"x\": 1, \"\\u0078\": 1"), 9, 9, "/vms/0/x",
         "expected each member once, found \"\\u0078\" again"});
  check({"inside an unknown value", with_vm_line("\"x\": [{\"q\": {}}, {\"q\": 1, \"r\": {\"q\": 3}, \"q\": 2}]"), 9, 42, "/vms/0/x/1/q",
         "expected each member once, found \"q\" again"});
  check({"inside aihow", with_root_line("\"aihow\": {\"format_version\": 1, \"revision\": 1, \"revision\": 1}"), 5, 47, "/aihow/revision",
         "expected each member once, found \"revision\" again"});
}

TEST_CASE("broken JSON is refused where it breaks", "[json][errors]") {
  check({"blanks only", " \n ", 2, 2, "", "expected a value, found the end of the document"});
  check({"something behind it", with_root_line("\"x\": 1") + "y", 7, 1, "", "expected the end of the document, found y"});
  check({"a comma too many", with_root_line("\"x\": 1,"), 6, 1, "", "expected a member name, found }"});
  check({"a comma too few", with_root_line("\"x\": 1 \"y\": 2"), 5, 8, "", "expected , or }, found \"y\""});
  check({"no colon", with_root_line("\"x\" 1"), 5, 5, "/x", "expected :, found 1"});
  check({"no value", with_root_line("\"x\":"), 6, 1, "/x", "expected a value, found }"});
  check({"no name", with_root_line("1: 2"), 5, 1, "", "expected a member name, found 1"});
  check({"the wrong bracket", with_root_line("\"x\": [1}"), 5, 8, "/x", "expected , or ], found }"});
  check({"NaN", with_root_line("\"x\": NaN"), 5, 6, "/x", "expected a value, found NaN"});
  check({"Infinity", with_root_line("\"x\": -Infinity"), 5, 7, "/x", "expected a value, found -Infinity"});
  check({"a leading zero", with_root_line("\"x\": 01"), 5, 7, "/x", "expected a value, found 01"});
  check({"a comment", with_root_line("// no"), 5, 1, "", "expected a member name, found //"});
  check({"a byte order mark", "\xEF\xBB\xBF{}", 1, 1, "", "expected a value, found a byte order mark: save the file as UTF-8 without one"});
  check({"cut off in a name", "{\"cluster_name\": \"c\", \"sta", 1, 27, "", "expected the closing quote, found the end of the document"});
  check({"cut off in a word", "{\"x\": tr", 1, 9, "/x", "expected a value, found tr"});
  check({"cut off behind a value", "{\"x\": {}", 1, 9, "", "expected , or }, found the end of the document"});
}

TEST_CASE("names in a pointer are escaped as RFC 6901 says; control characters are shown as JSON spells them", "[json][errors]") {
  CHECK(error_of([] { read_document(R"({"a/b~c": {"d~/e": x}})"); })->pointer() == "/a~1b~0c/d~0~1e");
  CHECK(error_of([] { read_document(R"({"a\u0001": x})"); })->pointer() == "/a\\u0001");
}

TEST_CASE("text that is no clean UTF-8 is refused", "[json][errors]") {
  using namespace std::string_literals;
  check({"a stray byte", with_vm_line("\"role\": \"a\xff\""), 9, 11, "/vms/0/role", "expected UTF-8, found the byte \\xff"});
  check({"overlong", with_root_line("\"x\": \"\xc0\xaf\""), 5, 7, "/x", "expected UTF-8, found the byte \\xc0"});
  check({"a surrogate", with_root_line("\"x\": \"\xed\xa0\x80\""), 5, 7, "/x", "expected UTF-8, found the byte \\xed"});
  check({"in a name", with_root_line("\"\xff\": 1"), 5, 2, "", "expected UTF-8, found the byte \\xff"});
  check({"NUL in text", with_root_line("\"x\": \"a\0b\""s), 5, 8, "/x", "expected text, found a NUL byte"});
  check({"NUL elsewhere", with_root_line("\"x\": \0001"s), 5, 6, "/x", "expected a value, found the control character \\x00"});
  check({"NUL, escaped", with_vm_line("\"role\": \"a\\u0000\""), 9, 9, "/vms/0/role", "expected text, found a NUL character (\\u0000)"});
  check({"NUL, escaped, unknown", with_root_line("\"x\": [\"\\u0000\"]"), 5, 7, "/x/0", "expected text, found a NUL character (\\u0000)"});
  check({"NUL in a name", with_root_line("\"\\u0000\": 1"), 5, 1, "/\\u0000", "expected text, found a NUL character (\\u0000)"});
  check({"a raw control character", with_root_line("\"x\": \"a\tb\""), 5, 8, "/x",
         "expected text, found the control character \\x09 (in JSON: \\u0009)"});
  check({"no such escape", with_root_line("\"x\": \"\\q\""), 5, 8, "/x", "expected a valid escape, found q"});
  check({"half a surrogate pair", with_root_line("\"x\": \"\\ud800\""), 5, 13, "/x", "expected a valid escape, found \""});
}

TEST_CASE("64 levels are read, 65 are not", "[json][errors]") {
  const auto nested = [](std::size_t depth) { return with_root_line("\"x\": " + std::string(depth, '[') + std::string(depth, ']')); };
  CHECK_NOTHROW(read_document(nested(63)));
  std::string pointer = "/x";
  for (int i = 0; i < 63; ++i) pointer += "/0";
  check({"too deep", nested(64), 5, 69, pointer, "expected at most 64 objects and arrays inside each other, found more"});
  // A hostile one is answered without running through it or out of stack.
  CHECK(error_of([] { read_document(std::string(10 << 20, '[')); })->code() == errc::corrupt);
}

TEST_CASE("an empty document and one that is too large are refused", "[json][errors]") {
  const auto error = error_of([] { read_document("", "state.json"); });
  REQUIRE(error);
  CHECK(error->code() == errc::corrupt);
  CHECK(std::string(error->what()) == "state.json: expected a document, found an empty file");

  // Only its size is looked at, so these bytes need not exist.
  const std::string some = "{}";
  const auto large = error_of([&] { read_document(std::string_view(some.data(), max_document_bytes + 1)); });
  REQUIRE(large);
  CHECK(large->code() == errc::corrupt);
  CHECK(large->message() == "expected at most 1073741824 bytes, found 1073741825");
}

TEST_CASE("a newer format is refused as such, whatever else it holds", "[json][errors]") {
  for (const std::string& text :
       {with_root_line(R"("aihow": {"format_version": 2, "revision": 1, "lineage": "0190b8a0-1111-4222-8333-444455556666"})"),
        with_root_line(R"("aihow": {"format_version": 2, "revision": "one"})"),
        std::string(R"({"aihow": {"format_version": 99999999999999999999}, "clusters": []})"),
        std::string(R"({"machines": [{"format_version": 1}], "aihow": {"format_version": 3000000000}})")}) {
    INFO(text);
    const auto error = error_of([&] { read_document(text, "state.json"); });
    REQUIRE(error);
    CHECK(error->code() == errc::unsupported_version);
    CHECK(error->path() == "state.json");
    CHECK(error->pointer() == "/aihow/format_version");
  }
  // The same words elsewhere mean nothing.
  CHECK(error_of([] { read_document(R"({"x": {"aihow": {"format_version": 2}}})"); })->code() == errc::corrupt);
}

TEST_CASE("the layout of the existing Python tool is named, not called corrupt", "[json][errors]") {
  const auto error = error_of([] {
    read_document(R"({"cluster_name": "c", "cluster_type": "hpc", "controller": null, "compute_nodes": [], "state_file_version": "2.0"})",
                  "state.json");
  });
  REQUIRE(error);
  CHECK(error->code() == errc::unsupported_version);
  CHECK(error->pointer() == "/state_file_version");
  CHECK(error->place().column == 109);
  CHECK(error->message() == "this is a state of the existing Python tool (its layout \"2.0\"): `ai-how state import FILE` converts it");
}

TEST_CASE("an object that is read alone has the same errors", "[json][errors]") {
  const auto error = error_of([] { vm_from_json("{\"name\": \"a\",\n\"cpu_cores\": \"x\"}"); });
  REQUIRE(error);
  CHECK(error->code() == errc::corrupt);
  CHECK(error->pointer() == "/cpu_cores");
  CHECK(error->place().line == 2);
  CHECK(error_of([] { network_from_json("[]"); })->code() == errc::corrupt);
  CHECK(error_of([] { volume_from_json("{"); })->code() == errc::corrupt);
  CHECK(error_of([] { pool_from_json(""); })->code() == errc::corrupt);
}
