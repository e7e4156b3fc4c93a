// SPDX-License-Identifier: MIT
// The document's format: the only place that knows how a state is spelled as JSON.
#pragma once
#include <aihow/state/model.hpp>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace aihow::state::inline v0 {

inline constexpr int format_version = 1;  ///< the `aihow.format_version` that is written; a larger one is refused
inline constexpr std::size_t max_document_bytes = std::size_t{1} << 30;
inline constexpr int max_document_depth = 64;

enum class Integrity : std::uint8_t {
  unsigned_,  ///< no `aihow` member: written by a person or another tool; revision 0
  valid,      ///< the checksum matches
  edited,     ///< a valid document whose checksum differs, or that has `aihow` without one
};

struct Document {
  ClusterState state;
  Integrity integrity = Integrity::unsigned_;
  std::string token;  ///< checksum of the bytes as they are: 32 hex digits (XXH3-128 of all bytes, not zeroed). The store's version token
};

/// Reads a document. `path` is named in errors. Duplicate members, invalid UTF-8, NUL, numbers that do not fit, depth beyond
/// max_document_depth and sizes beyond max_document_bytes are errors, never a guess. So is a document that would need more memory than 4 times
/// its size plus 16 MiB (its bytes included): some 100,000 objects or texts that hold next to nothing. Missing members that the model has a default
/// for (lists, timestamps, `ip_address`, `gpu_count` and all that are optional) get it; the others are required. Throws Error corrupt (with line,
/// column and JSON pointer; the message says what was expected and found), unsupported_version (a newer `format_version`, or the layout of the
/// existing Python tool), out_of_memory. Only the form is checked here; see validate().
Document read_document(std::string_view bytes, std::string_view path = {});

/// Writes a document: 2-space indent, members in the model's order, then unknown ones, then (lineage set) `aihow` with revision, lineage and
/// checksum; a final newline where `aihow` is written. A state without lineage is written without `aihow` and without a final newline, so
/// that the reference's sample reads and writes back byte for byte. Requires: a state that validate() has no problem with, else it may not be
/// readable again. Throws Error invalid where an unknown member has the name of a known one or of another, or is not JSON; the same goes for
/// to_json().
std::string write_document(const ClusterState& state);

/// The token of these bytes, as read_document() would say it.
std::string document_token(std::string_view bytes);

/// How an object is laid out: on one line, without white space; or over several, as it stands in the document.
enum class JsonForm : std::uint8_t { line, document };

/// One object as JSON with the document's member names. Used by history and by programs' JSON output.
std::string to_json(const VMInfo& vm, JsonForm form = JsonForm::line);
std::string to_json(const NetworkInfo& network, JsonForm form = JsonForm::line);
std::string to_json(const VolumeInfo& volume, JsonForm form = JsonForm::line);
std::string to_json(const PoolInfo& pool, JsonForm form = JsonForm::line);

/// Text as a JSON string, quotes included.
std::string json_quote(std::string_view text);

/// The reverse of to_json. Throws Error corrupt with pointer.
VMInfo vm_from_json(std::string_view json);
NetworkInfo network_from_json(std::string_view json);
VolumeInfo volume_from_json(std::string_view json);
PoolInfo pool_from_json(std::string_view json);
/// The same by the type that is wanted.
template <class Object>
Object object_from_json(std::string_view json) {
  if constexpr (std::same_as<Object, VMInfo>) return vm_from_json(json);
  else if constexpr (std::same_as<Object, NetworkInfo>) return network_from_json(json);
  else if constexpr (std::same_as<Object, VolumeInfo>) return volume_from_json(json);
  else return pool_from_json(json);
}

}  // namespace aihow::state::inline v0
