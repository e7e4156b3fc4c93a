// SPDX-License-Identifier: MIT
// backup() and restore(): a state to and from a file of its own.
#include <aihow/state/json.hpp>
#include <aihow/state/validate.hpp>
#include <filesystem>
#include <utility>
#include "cluster_text.hpp"
#include "impl.hpp"
#include "json_file/loose_file.hpp"

namespace aihow::state::inline v0 {
namespace {

/// Throws where the document is not one of the state that stands.
void require_same_cluster(const ClusterState& document, const ClusterState& stands, const std::string& path) {
  if (document.cluster_name != stands.cluster_name || document.cluster_type != stands.cluster_type) {
    throw Error(errc::conflict,
                "this document is of the cluster " + cluster_text(document) + ", the state is of " + cluster_text(stands) + ": nothing was restored",
                {.path = path});
  }
  if (document.lineage && stands.lineage && document.lineage != stands.lineage) {
    throw Error(errc::conflict,
                "this document has the lineage " + document.lineage->to_string() + ", the state has " + stands.lineage->to_string() +
                    ": it is another cluster of that name, and nothing was restored",
                {.path = path});
  }
}

}  // namespace

SnapshotPtr ClusterStateManager::backup(std::string_view path) {
  return guarded(*impl_, [&] {
    SnapshotPtr newest = impl_->require();
    const std::string target(path);
    std::error_code ignored;  // where one of them is no file they are not the same
    if (std::filesystem::equivalent(target, impl_->location, ignored)) {
      throw Error(errc::invalid, "a backup cannot be written over the state itself: name another file", {.path = target});
    }
    json_file::write_loose_file(target, write_document(newest->state));
    return newest;
  });
}

SnapshotPtr ClusterStateManager::restore(std::string_view path, std::stop_token stop) {
  return guarded(*impl_, [&] {
    const std::string source(path);
    const Document document = read_document(json_file::read_loose_file(source), source);
    require_valid(document.state, source);
    if (document.integrity == Integrity::edited) impl_->notices.tell(source + ": was edited by hand after it was written");
    const Operation operation = begin_operation("restore", std::move(stop));
    const Planner plan = [&](const SnapshotPtr& current) {
      auto next = std::make_shared<Snapshot>();
      next->state = document.state;
      if (current) {
        require_same_cluster(document.state, current->state, source);
        // It is modified now, not when the document was.
        next->state.last_modified = current->state.last_modified;
      } else {
        // A revision is never made twice: what is restored is newer than what it was.
        next->state.revision += 1;
      }
      return Plan{std::move(next), false, true};
    };
    return impl_->committer.run({"restore", plan, &operation}).snapshot;
  });
}

}  // namespace aihow::state::inline v0
