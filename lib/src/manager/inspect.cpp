// SPDX-License-Identifier: MIT
// inspect_file(), and inspect(): the same of the files that a store keeps.
#include <aihow/state/inspect.hpp>
#include "document_file.hpp"
#include "impl.hpp"

namespace aihow::state::inline v0 {

Inspection inspect_file(std::string_view path) {
  const std::string name(path);
  try {
    return inspect_document(read_document_file(name), name);
  } catch (const Error& error) {
    if (error.code() == errc::not_found) return {.path = name, .verdict = Verdict::absent, .findings = {}, .document = {}};
    // Whatever else stands there is no document.
    if (error.code() != errc::corrupt && error.code() != errc::invalid) throw;
    return {.path = name, .verdict = Verdict::corrupt, .findings = {{0, 0, {}, std::string(error.message())}}, .document = {}};
  }
}

std::vector<Inspection> ClusterStateManager::inspect() {
  return guarded(*impl_, [&] {
    std::vector<Inspection> out;
    for (const std::string& file : impl_->channels.reader->use([](StateStore& store) { return store.document_files(); }))
      out.push_back(inspect_file(file));
    return out;
  });
}

}  // namespace aihow::state::inline v0
