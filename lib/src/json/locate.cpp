// SPDX-License-Identifier: MIT
#include "json/locate.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>
#include <vector>
#include "model/printable.hpp"
#include "model/utf8.hpp"

namespace aihow::state::inline v0::format {
namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
constexpr bool ends_word(char c) noexcept { return is_space(c) || std::string_view(",:{}[]\"").find(c) != std::string_view::npos; }

std::size_t skip_space(std::string_view bytes, std::size_t at) noexcept {
  while (at < bytes.size() && is_space(bytes[at])) ++at;
  return at;
}

/// One open object or array on the way down.
struct Open {
  std::size_t at = 0;
  bool is_array = false;
  std::size_t index = 0;
  std::string_view key;  ///< as spelled, quotes included; empty: none yet
  enum class Next { first, key, colon, value, comma } next = Next::first;
};

/// Of the string that begins at `at`; npos: it has none.
std::size_t closing_quote(std::string_view bytes, std::size_t at) noexcept {
  for (++at; at < bytes.size(); ++at) {
    if (bytes[at] == '"') return at;
    at += bytes[at] == '\\';
  }
  return std::string_view::npos;
}

/// Whether a document that ends with this token ends too early.
bool is_torn(std::string_view token) noexcept {
  if (token.front() == '"') return closing_quote(token, 0) == std::string_view::npos;
  for (const std::string_view word : {"true", "false", "null"}) {
    if (token.size() < word.size() && word.substr(0, token.size()) == token) return true;
  }
  return false;
}

std::string_view expected_after(const Open& open) noexcept {
  switch (open.next) {
    case Open::Next::first:
      return open.is_array ? "a value or ]" : "a member name or }";
    case Open::Next::key:
      return "a member name";
    case Open::Next::colon:
      return ":";
    case Open::Next::value:
      return "a value";
    case Open::Next::comma:
      return open.is_array ? ", or ]" : ", or }";
  }
  return "";
}

constexpr char meaning_of_escape(char c) noexcept {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // a quote, a slash, a backslash
  }
}

/// Of a well-formed string whose only escapes are of two characters.
std::string unescape_short(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (std::size_t at = 0;;) {
    const std::size_t escape = std::min(inside.find('\\', at), inside.size());
    out.append(inside, at, escape - at);
    if (escape == inside.size()) return out;
    out += meaning_of_escape(inside[escape + 1]);
    at = escape + 2;
  }
}

std::string unescape(std::string_view spelled) {
  if (spelled.size() >= 2 && spelled.front() == '"' && spelled.back() == '"' && spelled.find("\\u") == std::string_view::npos)
    return unescape_short(spelled.substr(1, spelled.size() - 2));
  boost::json::error_code ignored;
  const auto value = boost::json::parse({spelled.data(), spelled.size()}, ignored);
  return value.is_string() ? std::string(value.get_string()) : std::string(spelled);
}

/// Of a name that is spelled like this, as much as an error message needs.
std::string shown_name(std::string_view spelled) {
  constexpr std::size_t longest = 1024;
  if (spelled.size() <= longest) return unescape(spelled);
  std::size_t end = 1;
  while (end < longest) {
    // Both halves of a surrogate pair, or neither.
    const bool first_half = spelled.substr(end, 2) == "\\u" && (spelled[end + 2] == 'd' || spelled[end + 2] == 'D') &&
                            std::string_view("89abAB").find(spelled[end + 3]) != std::string_view::npos;
    const std::size_t escape = spelled[end] != '\\' ? 0 : spelled[end + 1] != 'u' ? 2 : first_half ? 12 : 6;
    end += escape != 0 ? escape : std::max<std::size_t>(detail::utf8_length(spelled.substr(end, 4)), 1);
  }
  return unescape(std::string(spelled.substr(0, end)) + '"') + "…";
}

std::string pointer_of(const std::vector<Open>& stack) {
  std::string out;
  for (const Open& open : stack) {
    // Only the innermost one can stand between two of its members.
    if (open.next != Open::Next::value && open.next != Open::Next::colon) break;
    out += '/';
    if (open.is_array) {
      out += std::to_string(open.index);
      continue;
    }
    for (const char c : shown_name(open.key)) {
      if (c == '~') out += "~0";
      else if (c == '/') out += "~1";
      else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) out += fmt::format("\\u{:04x}", c);
      else out += c;
    }
  }
  return out;
}

}  // namespace

std::optional<std::size_t> member_at(std::string_view bytes, std::size_t object_at, std::string_view name) {
  for (std::size_t at = skip_separators(bytes, object_at + 1); bytes[at] != '}';) {
    const std::size_t value_at = skip_separators(bytes, skip_token(bytes, at));
    if (string_at(bytes, at) == name) return value_at;
    at = skip_separators(bytes, skip_value(bytes, value_at));
  }
  return std::nullopt;
}

std::string string_at(std::string_view bytes, std::size_t at) { return unescape(bytes.substr(at, skip_token(bytes, at) - at)); }

std::size_t skip_separators(std::string_view bytes, std::size_t at) noexcept {
  while (at < bytes.size() && (is_space(bytes[at]) || bytes[at] == ',' || bytes[at] == ':')) ++at;
  return at;
}

std::size_t skip_token(std::string_view bytes, std::size_t at) noexcept {
  if (at >= bytes.size()) return at;
  if (bytes[at] == '"') {
    const std::size_t quote = closing_quote(bytes, at);
    return quote == std::string_view::npos ? bytes.size() : quote + 1;
  }
  if (ends_word(bytes[at])) return at + 1;
  while (at < bytes.size() && !ends_word(bytes[at])) ++at;
  return at;
}

std::size_t skip_value(std::string_view bytes, std::size_t at) noexcept {
  at = skip_separators(bytes, at);
  if (at >= bytes.size() || (bytes[at] != '{' && bytes[at] != '[')) return skip_token(bytes, at);
  // Of what is inside only the brackets count.
  for (std::size_t depth = 0; at < bytes.size(); ++at) {
    switch (bytes[at]) {
      case '"':
        at = std::min(closing_quote(bytes, at), bytes.size() - 1);
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
  }
  return at;
}

std::size_t count_elements(std::string_view bytes, std::size_t at) noexcept {
  std::size_t count = 1;
  std::size_t depth = 0;
  while (at < bytes.size()) {
    switch (bytes[at]) {
      case '"':
        at = skip_token(bytes, at);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return count;
        --depth;
        break;
      case ',':
        count += depth == 0;
        break;
      default:
        break;
    }
    ++at;
  }
  return count;
}

void count_lines(std::string_view bytes, std::size_t offset, std::size_t& line, std::size_t& column) noexcept {
  const auto before = bytes.substr(0, offset);
  line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto last = before.rfind('\n');
  column = offset - (last == std::string_view::npos ? 0 : last + 1) + 1;
}

Location locate(std::string_view bytes, std::size_t offset) {
  using Next = Open::Next;
  std::vector<Open> stack;
  bool done = false;
  std::size_t at = skip_space(bytes, 0);
  std::size_t token_at = offset;
  while (at < offset) {
    const std::size_t end = skip_token(bytes, at);
    const char c = bytes[at];
    if (end > offset || (end == offset && end == bytes.size() && is_torn(bytes.substr(at)))) {
      token_at = at;
      break;
    }
    if (c == '{' || c == '[') {
      if (!stack.empty() && stack.back().is_array) stack.back().next = Next::value;
      stack.emplace_back();
      stack.back().at = at;
      stack.back().is_array = c == '[';
    } else if (c == '}' || c == ']') {
      if (!stack.empty()) stack.pop_back();
      if (stack.empty()) done = true;
      else stack.back().next = Next::comma;
    } else if (stack.empty()) {
      done = true;
    } else if (Open& open = stack.back(); c == ',') {
      ++open.index;
      open.next = open.is_array ? Next::value : Next::key;
    } else if (c == ':') {
      open.next = Next::value;
    } else if (!open.is_array && open.next != Next::value) {
      open.key = bytes.substr(at, end - at);
      open.next = Next::colon;
    } else {
      open.next = Next::comma;
    }
    at = skip_space(bytes, end);
  }

  Location out;
  out.token_at = token_at;
  out.expected = stack.empty() ? (done ? "the end of the document" : "a value") : expected_after(stack.back());
  out.container_at = stack.empty() ? 0 : stack.back().at;
  // A token that stands there is named itself: a member by its name, an element by its index.
  if (!stack.empty() && token_at < bytes.size()) {
    Open& open = stack.back();
    const char c = bytes[token_at];
    const std::size_t end = skip_token(bytes, token_at);
    const bool whole_string = c == '"' && token_at == offset && closing_quote(bytes, token_at) != std::string_view::npos;
    const bool begins_value = c != '}' && c != ']' && c != ',' && c != ':';
    if (open.is_array && open.next == Next::first && begins_value) open.next = Next::value;
    if (!open.is_array && (open.next == Next::first || open.next == Next::key) && whole_string) {
      open.key = bytes.substr(token_at, end - token_at);
      open.next = Next::colon;
    }
  }
  out.pointer = pointer_of(stack);
  count_lines(bytes, offset, out.line, out.column);
  return out;
}

std::string describe_token(std::string_view bytes, std::size_t at) {
  constexpr std::size_t longest = 40;
  if (at >= bytes.size()) return "the end of the document";
  if (bytes[at] == '{') return "an object";
  if (bytes[at] == '[') return "an array";
  return detail::shown(bytes.substr(at, skip_token(bytes, at) - at), longest);
}

}  // namespace aihow::state::inline v0::format
