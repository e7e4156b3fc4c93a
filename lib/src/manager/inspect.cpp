// SPDX-License-Identifier: MIT
// inspect_file(), and inspect(): the same of the files that a store keeps.
#include <aihow/state/inspect.hpp>
#include "impl.hpp"
#include "json_file/loose_file.hpp"

namespace aihow::state::inline v0 {

namespace {

Inspection look_at_file(const std::string& name) {
  try {
    return inspect_document(json_file::read_loose_file(name), name);
  } catch (const Error& error) {
    if (error.code() == errc::not_found) return {.path = name, .verdict = Verdict::absent};
    // Whatever else stands there is no document.
    if (error.code() != errc::corrupt && error.code() != errc::invalid) throw;
    return {.path = name, .verdict = Verdict::corrupt, .findings = {{0, 0, {}, std::string(error.message())}}};
  }
}

}  // namespace

Inspection inspect_file(std::string_view path) try { return look_at_file(std::string(path)); } catch (const std::bad_alloc&) {
  throw Error(errc::out_of_memory, "there is not enough memory to look at this file");
}

std::vector<std::string> ClusterStateManager::document_files() {
  return guarded(*impl_, [&] { return impl_->channels.reader->use([](StateStore& store) { return store.document_files(); }); });
}

std::vector<Inspection> ClusterStateManager::inspect() {
  return guarded(*impl_, [&] {
    std::vector<Inspection> out;
    for (const std::string& file : document_files()) out.push_back(look_at_file(file));
    return out;
  });
}

}  // namespace aihow::state::inline v0
