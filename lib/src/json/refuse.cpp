// SPDX-License-Identifier: MIT
#include "json/refuse.hpp"
#include <fmt/format.h>
#include "json/locate.hpp"

namespace aihow::state::inline v0::format {
namespace {

[[noreturn]] void refuse(const Source& source, Location location, const std::string& message) {
  throw Error(errc::corrupt, message, ErrorPlace{std::string(source.path), std::move(location.pointer), location.line, location.column});
}

/// What is wrong inside a token that begins before `at`, or at it.
std::string syntax_message(std::string_view bytes, std::size_t at, const Location& location) {
  if (at == 0 && bytes.substr(0, 3) == "\xEF\xBB\xBF") return "expected a value, found a byte order mark: save the file as UTF-8 without one";
  if (at >= bytes.size() && location.token_at < at && bytes[location.token_at] == '"')
    return "expected the closing quote, found the end of the document";
  if (at < bytes.size() && location.token_at < at && bytes[location.token_at] == '"') {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (byte == 0) return "expected text, found a NUL byte";
    if (byte < 0x20) return fmt::format("expected text, found the control character \\x{:02x} (in JSON: \\u{:04x})", byte, byte);
    if (byte >= 0x80) return fmt::format("expected UTF-8, found the byte \\x{:02x}", byte);
    return fmt::format("expected a valid escape, found {}", describe_token(bytes.substr(0, at + 1), at));
  }
  if (location.token_at == at && at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x20)
    return fmt::format("expected {}, found the control character \\x{:02x}", location.expected, static_cast<unsigned char>(bytes[at]));
  return fmt::format("expected {}, found {}", location.expected, describe_token(bytes, location.token_at));
}

}  // namespace

std::string expected_value(const Slot& slot) {
  switch (slot.kind) {
    case Kind::text:
    case Kind::checksum:
      return "a string";
    case Kind::optional_text:
      return "a string or null";
    case Kind::int32:
    case Kind::int64:
      return fmt::format("an integer from {} to {}", slot.range.low, slot.range.high);
    case Kind::uint64:
      return fmt::format("an integer from 0 to {}", std::numeric_limits<std::uint64_t>::max());
    case Kind::flag:
      return "true or false";
    case Kind::vm_state: {
      std::string out;
      for (const VMState state : all_vm_states) out += (out.empty() ? "one of \"" : ", \"") + std::string(to_string(state)) + '"';
      return out;
    }
    case Kind::pending:
      return "\"create\" or \"delete\"";
    case Kind::timestamp:
    case Kind::optional_timestamp:
      return "a date and time as in \"2025-10-21T14:32:15.123456Z\"";
    case Kind::optional_uuid:
      return "a UUID";
    case Kind::texts:
      return "an array of strings";
    case Kind::objects:
      return "an array of objects";
    case Kind::object:
      return "an object";
  }
  return "a value";
}

std::string expected_element(const Slot& slot) { return slot.kind == Kind::texts ? "a string" : "an object"; }

void refuse_value(const Source& source, std::size_t at, std::string_view expected) {
  refuse(source, locate(source.bytes, at), fmt::format("expected {}, found {}", expected, describe_token(source.bytes, at)));
}

void refuse_duplicate(const Source& source, std::size_t at) {
  refuse(source, locate(source.bytes, at), fmt::format("expected each member once, found {} again", describe_token(source.bytes, at)));
}

void refuse_missing(const Source& source, std::size_t at, std::string_view member) {
  Location location = locate(source.bytes, at);
  count_lines(source.bytes, location.container_at, location.line, location.column);
  refuse(source, std::move(location), fmt::format("expected a member \"{}\", found none", member));
}

void refuse_nul(const Source& source, std::size_t at) { refuse(source, locate(source.bytes, at), "expected text, found a NUL character (\\u0000)"); }

void refuse_depth(const Source& source, std::size_t at, int max_depth) {
  refuse(source, locate(source.bytes, at), fmt::format("expected at most {} objects and arrays inside each other, found more", max_depth));
}

void refuse_memory(const Source& source, std::size_t at) {
  refuse(source, locate(source.bytes, at),
         "expected a document that fits into 4 times its size in memory plus 16 MiB, found more: too many members and elements that hold next to "
         "nothing");
}

void refuse_syntax(const Source& source, std::size_t at) {
  const Location location = locate(source.bytes, at);
  refuse(source, location, syntax_message(source.bytes, at, location));
}

void check_size(std::string_view bytes, std::string_view path) {
  const ErrorPlace place{std::string(path), {}, 0, 0};
  if (bytes.empty()) throw Error(errc::corrupt, "expected a document, found an empty file", place);
  if (bytes.size() > max_document_bytes)
    throw Error(errc::corrupt, fmt::format("expected at most {} bytes, found {}", max_document_bytes, bytes.size()), place);
}

}  // namespace aihow::state::inline v0::format
