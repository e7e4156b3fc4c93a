// SPDX-License-Identifier: MIT
#include <aihow/state/json.hpp>
#include <new>
#include <utility>
#include "json/checksum.hpp"
#include "json/event_reader.hpp"
#include "json/foreign.hpp"
#include "json/reader.hpp"
#include "json/refuse.hpp"

namespace aihow::state::inline v0 {
namespace {

void judge(std::string_view bytes, const format::Root& root, Document& out) {
  const std::size_t digits_at = root.aihow ? root.aihow->checksum.digits_at : std::string_view::npos;
  if (digits_at == std::string_view::npos) {
    out.integrity = root.aihow ? Integrity::edited : Integrity::unsigned_;
    out.token = document_token(bytes);
    return;
  }
  const auto [as_they_are, with_zeros] = format::digests(bytes, digits_at);
  out.integrity = bytes.substr(digits_at, format::checksum_digits) == format::text(with_zeros) ? Integrity::valid : Integrity::edited;
  out.token = format::text(as_they_are);
}

/// Runs `read`; a failed allocation becomes the library's own error.
template <class Read>
auto reading(Read read) try {
  return read();
} catch (const std::bad_alloc&) {
  throw Error(errc::out_of_memory, "there is not enough memory to read this document");
}

template <class T>
T read_object(std::string_view json) {
  return reading([&] {
    format::check_size(json, {});
    T out;
    format::read_events(json, {}, out);
    return out;
  });
}

}  // namespace

Document read_document(std::string_view bytes, std::string_view path) {
  return reading([&] {
    format::check_size(bytes, path);
    format::Root root;
    try {
      format::read(bytes, path, root);
    } catch (const Error& error) {
      if (error.code() == errc::corrupt) format::refuse_foreign(bytes, path);
      throw;
    }
    if (root.aihow && root.aihow->format_version > format_version) format::refuse_foreign(bytes, path);
    Document out;
    judge(bytes, root, out);
    if (root.aihow) {
      root.revision = root.aihow->revision;
      root.lineage = root.aihow->lineage;
      root.unknown_in_aihow = std::move(root.aihow->unknown);
    }
    out.state = std::move(static_cast<ClusterState&>(root));
    return out;
  });
}

std::string document_token(std::string_view bytes) { return std::string(format::text(format::digest(bytes))); }

VMInfo vm_from_json(std::string_view json) { return read_object<VMInfo>(json); }
NetworkInfo network_from_json(std::string_view json) { return read_object<NetworkInfo>(json); }
VolumeInfo volume_from_json(std::string_view json) { return read_object<VolumeInfo>(json); }
PoolInfo pool_from_json(std::string_view json) { return read_object<PoolInfo>(json); }

}  // namespace aihow::state::inline v0
