// SPDX-License-Identifier: MIT
#include "json/event_reader.hpp"
#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include "json/event_handler.hpp"
#include "json/held.hpp"

namespace aihow::state::inline v0::format {
namespace {

using boost::json::error_code;
using Parser = boost::json::basic_parser<EventHandler>;

boost::json::parse_options depth_options(int max_depth) {
  boost::json::parse_options out;
  out.max_depth = static_cast<std::size_t>(max_depth);
  return out;
}

/// From `offset` to the end.
void parse(Parser& parser, const Source& source, std::size_t offset, int max_depth) {
  error_code error;
  const std::size_t end = offset + parser.write_some(false, source.bytes.data() + offset, source.bytes.size() - offset, error);
  if (error == boost::json::error::too_deep) refuse_depth(source, end, max_depth);
  if (error || end != source.bytes.size()) refuse_syntax(source, end);
}

void run(const Source& source, const ObjectType* type, void* object, int max_depth) {
  Parser parser(depth_options(max_depth), source, type, object);
  parse(parser, source, 0, max_depth);
}

template <class T>
void read_object(std::string_view bytes, std::string_view path, T& out, int max_depth) {
  run({bytes, path}, &Described<T>::type, &out, max_depth);
}

/// Where an object stands in a document, this much is used up already.
constexpr int object_depth = max_document_depth - 2;

}  // namespace

void read_events(std::string_view bytes, std::string_view path, Root& out) { read_object(bytes, path, out, max_document_depth); }
void read_events(std::string_view bytes, std::string_view path, VMInfo& out) { read_object(bytes, path, out, object_depth); }
void read_events(std::string_view bytes, std::string_view path, NetworkInfo& out) { read_object(bytes, path, out, object_depth); }
void read_events(std::string_view bytes, std::string_view path, VolumeInfo& out) { read_object(bytes, path, out, object_depth); }
void read_events(std::string_view bytes, std::string_view path, PoolInfo& out) { read_object(bytes, path, out, object_depth); }

void resume_events(std::string_view bytes, std::string_view path, std::string_view list, std::size_t offset, Root& out) {
  const Source source{bytes, path};
  Parser parser(depth_options(max_document_depth), source, &Described<Root>::type, &out);
  // What brings it where it would stand had it read the beginning itself.
  const std::string beginning = "{\"" + std::string(list) + "\":[";
  error_code error;
  parser.write_some(true, beginning.data(), beginning.size(), error);
  parser.handler().resume(offset, held(out));
  parse(parser, source, offset, max_document_depth);
}

void check_value(std::string_view bytes, int max_depth, std::string_view path) { run({bytes, path}, nullptr, nullptr, max_depth); }

std::size_t value_length(std::string_view bytes, int max_depth) try {
  Parser parser(depth_options(max_depth), Source{bytes, {}}, nullptr, nullptr);
  error_code error;
  const std::size_t parsed = parser.write_some(false, bytes.data(), bytes.size(), error);
  const std::size_t length = skip_value(bytes, 0);
  // The parser stops behind the 0 of `01`.
  return error || !parser.done() || parsed < length ? 0 : length;
} catch (const Error&) {
  return 0;
}

}  // namespace aihow::state::inline v0::format
