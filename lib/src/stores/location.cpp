// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <stores/location.hpp>

namespace aihow::state::inline v0 {
namespace {

constexpr std::string_view file_scheme = "file";

/// Applies one option; false: it does not know it. Throws Error invalid for a value that is none.
bool apply_flag(std::string_view option, StoreOptions& options) {
  if (option == "strict") options.strict = true;
  else if (option == "lock=none") options.no_locks = true;
  else return false;
  return true;
}

struct NumberOption {
  std::string_view name;
  std::uint64_t HistoryLimits::*field;
};
constexpr NumberOption number_options[] = {
    {"history.max_revisions", &HistoryLimits::max_revisions},
    {"history.max_bytes", &HistoryLimits::max_bytes},
};

bool apply_number(std::string_view option, std::string_view location, StoreOptions& options) {
  const std::string_view name = option.substr(0, option.find('='));
  const auto known = std::find_if(std::begin(number_options), std::end(number_options), [&](const NumberOption& one) { return one.name == name; });
  if (known == std::end(number_options)) return false;
  const std::string_view value = option.substr(std::min(name.size() + 1, option.size()));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size() || number == 0) {
    throw Error(errc::invalid, fmt::format("the location {:?} has the option {:?}: {} needs a number from 1 on", location, option, name));
  }
  options.history.*known->field = number;
  return true;
}

void apply_query(std::string_view query, std::string_view location, StoreOptions& options) {
  while (!query.empty()) {
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), one.size() + 1));
    if (apply_flag(one, options) || apply_number(one, location, options)) continue;
    throw Error(errc::invalid, fmt::format("the location {:?} has the unknown option {:?}: it can have \"strict\", \"lock=none\", "
                                           "\"history.max_revisions=N\" and \"history.max_bytes=N\"",
                                           location, one));
  }
}

/// `///x` and `//localhost/x` (RFC 8089) are `/x`.
std::string_view without_host(std::string_view rest, std::string_view location) {
  if (!rest.starts_with("//")) return rest;
  rest.remove_prefix(2);
  if (rest.starts_with("localhost/")) rest.remove_prefix(std::string_view("localhost").size());
  if (!rest.starts_with('/')) {
    throw Error(errc::invalid, fmt::format("the location {:?} names another host: write file:PATH or file:///PATH", location));
  }
  return rest;
}

}  // namespace

bool is_scheme(std::string_view text) noexcept {
  return text.size() >= 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+'; });
}

Location parse_location(std::string_view location, const StoreOptions& options) {
  if (location.empty()) throw Error(errc::invalid, "the location of the state is empty: give a path, or SCHEME:NAME");
  if (location.find('\0') != std::string_view::npos) throw Error(errc::invalid, "the location of the state has a NUL character in it");
  Location out{.scheme = std::string(file_scheme), .rest = std::string(location), .options = options};
  const auto colon = location.find(':');
  if (colon == std::string_view::npos || !is_scheme(location.substr(0, colon))) return out;

  out.scheme = location.substr(0, colon);
  std::string_view rest = location.substr(colon + 1);
  if (const auto question = rest.find('?'); question != std::string_view::npos) {
    apply_query(rest.substr(question + 1), location, out.options);
    rest = rest.substr(0, question);
  }
  if (out.scheme == file_scheme) {
    rest = without_host(rest, location);
    if (rest.empty()) throw Error(errc::invalid, "the location \"file:\" names no file: write file:PATH");
  }
  out.rest = rest;
  return out;
}

}  // namespace aihow::state::inline v0
