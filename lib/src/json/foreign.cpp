// SPDX-License-Identifier: MIT
#include "json/foreign.hpp"
#include <fmt/format.h>
#include <aihow/state/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>
#include "json/places.hpp"
#include "model/printable.hpp"

namespace aihow::state::inline v0::format {
namespace {

using boost::json::error_code;
using JsonView = boost::json::string_view;

/// Picks `/aihow/format_version` and what tells the other tool's layout out of any JSON, and ignores everything else.
struct Probe {
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

  bool newer = false;
  std::string foreign_version;
  bool has_vms = false;
  bool has_nodes = false;  ///< as the other tool lists them; its older files say no version

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return ++depth, true; }
  bool on_object_end(std::size_t, error_code&) { return --depth, true; }
  bool on_array_begin(error_code&) { return ++depth, true; }
  bool on_array_end(std::size_t, error_code&) { return --depth, true; }
  bool on_key_part(JsonView, std::size_t, error_code&) { return true; }
  bool on_key(JsonView name, std::size_t, error_code&) {
    if (depth == 1) in_aihow = name == "aihow";
    if (depth == 1) at_foreign = name == "state_file_version";
    if (depth == 1) has_vms = has_vms || name == "vms";
    if (depth == 1) has_nodes = has_nodes || name == "controller" || name == "compute_nodes" || name == "worker_nodes";
    at_version = depth == 2 && in_aihow && name == "format_version";
    return true;
  }
  bool on_string_part(JsonView, std::size_t, error_code&) { return true; }
  bool on_string(JsonView text, std::size_t, error_code&) {
    if (depth == 1 && at_foreign) foreign_version = v0::detail::shown({text.data(), text.size()}, 40);
    return true;
  }
  bool on_number_part(JsonView, error_code&) { return true; }
  bool on_int64(std::int64_t value, JsonView, error_code&) { return number(value > format_version); }
  bool on_uint64(std::uint64_t, JsonView, error_code&) { return number(true); }
  bool on_double(double value, JsonView, error_code&) { return number(value > format_version); }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(JsonView, error_code&) { return true; }
  bool on_comment(JsonView, error_code&) { return true; }

 private:
  bool number(bool is_newer) {
    if (depth == 2 && at_version) newer = is_newer;
    return true;
  }

  std::size_t depth = 0;
  bool in_aihow = false;
  bool at_foreign = false;
  bool at_version = false;
};

}  // namespace

void refuse_foreign(std::string_view bytes, std::string_view path) {
  boost::json::parse_options options;
  options.max_depth = max_document_depth;
  boost::json::basic_parser<Probe> parser(options);
  error_code error;
  const std::size_t end = parser.write_some(false, bytes.data(), bytes.size(), error);
  if (error || end != bytes.size()) return;
  const Probe& probe = parser.handler();
  const auto place = [&](std::string_view pointer) {
    const auto [line, column] = Places({bytes, path}).of(pointer);
    return ErrorPlace{std::string(path), std::string(pointer), line, column};
  };
  if (probe.newer) {
    throw Error(errc::unsupported_version,
                fmt::format("a newer version wrote this state: this one reads format versions up to {}. Use the newer version; nothing is changed",
                            format_version),
                place("/aihow/format_version"));
  }
  if (!probe.foreign_version.empty()) {
    throw Error(
        errc::unsupported_version,
        fmt::format("this is a state of the existing Python tool (its layout \"{}\"): `ai-how state import FILE` converts it", probe.foreign_version),
        place("/state_file_version"));
  }
  if (probe.has_nodes && !probe.has_vms) {
    throw Error(errc::unsupported_version,
                "this looks like a state of the existing Python tool (it has nodes, and no \"vms\"): `ai-how state import FILE` converts it",
                {.path = std::string(path)});
  }
}

}  // namespace aihow::state::inline v0::format
