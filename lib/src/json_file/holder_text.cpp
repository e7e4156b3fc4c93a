// SPDX-License-Identifier: MIT
#include "json_file/holder_text.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <algorithm>
#include <boost/json/parse.hpp>

namespace aihow::state::inline v0::json_file {
namespace {

/// Cuts between characters, so that what is left is UTF-8 if it was.
std::string_view shortened(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
  return text.substr(0, size);
}

std::string text_with(const Holder& holder, std::size_t longest) {
  const auto quoted = [&](std::string_view text) { return json_quote(shortened(text, longest)); };
  return fmt::format(R"({{"pid":{},"host":{},"program":{},"what":{},"since":"{}"}})", holder.pid, quoted(holder.host), quoted(holder.program),
                     quoted(holder.what), holder.since.to_string());
}

std::string text_member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string holder_text(const Holder& holder) {
  std::string text;
  for (const std::size_t longest : {128, 64, 16, 0}) {
    text = text_with(holder, longest);
    if (text.size() < holder_bytes) break;
  }
  text.resize(holder_bytes - 1, ' ');
  return text += '\n';
}

Holder parse_holder(std::string_view text) {
  Holder holder;
  const auto end = text.find_last_not_of(std::string_view(" \n\0", 3));
  boost::json::error_code error;
  const auto value = boost::json::parse(text.substr(0, end == std::string_view::npos ? 0 : end + 1), error);
  if (error || !value.is_object()) return holder;
  const auto& object = value.get_object();
  holder.host = text_member(object, "host");
  holder.program = text_member(object, "program");
  holder.what = text_member(object, "what");
  if (const auto* pid = object.if_contains("pid"); pid != nullptr && pid->is_int64()) holder.pid = pid->get_int64();
  holder.since = Timestamp::parse(text_member(object, "since")).value_or(Timestamp{});
  return holder;
}

std::string describe(const Holder& holder) {
  if (holder.pid == 0) return "somebody who has not said who (yet)";
  return fmt::format("{} ({}), pid {} on {}, since {}", holder.program.empty() ? "a program" : holder.program,
                     holder.what.empty() ? "no operation given" : holder.what, holder.pid, holder.host.empty() ? "an unnamed host" : holder.host,
                     holder.since.to_string());
}

std::string locked_text(const Holder& holder) { return fmt::format("locked by {}: wait for it to end, or allow more time", describe(holder)); }

}  // namespace aihow::state::inline v0::json_file
