// SPDX-License-Identifier: MIT
// import_file(): a state of the existing Python tool becomes ours.
#include <aihow/state/import.hpp>
#include <aihow/state/json.hpp>
#include <filesystem>
#include <utility>
#include "cluster_text.hpp"
#include "impl.hpp"
#include "json_file/loose_file.hpp"

namespace aihow::state::inline v0 {
namespace {

/// Throws where what stands must not become `imported`.
void require_replaceable(const ClusterState& stands, const ClusterState& imported, bool replace, const std::string& location) {
  if (stands.cluster_name != imported.cluster_name || stands.cluster_type != imported.cluster_type) {
    throw Error(errc::invalid,
                "the state here is of the cluster " + cluster_text(stands) + ", the file of " + cluster_text(imported) +
                    ": nothing was imported; name another state",
                {.path = location});
  }
  if (replace) return;
  throw Error(errc::invalid,
              "a state of the cluster " + cluster_text(stands) + " stands here already, revision " + std::to_string(stands.revision) +
                  ": nothing was imported; `ai-how state import --force` replaces it",
              {.path = location});
}

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code ignored;  // where one of them is no file they are not the same
  return std::filesystem::equivalent(one, other, ignored);
}

/// A name beside the file that is free, or has these very bytes already (from an import that was killed).
std::string name_to_keep(const std::string& path, std::string_view bytes) {
  const std::string name = path + ".layout-2";
  for (int number = 0;; ++number) {
    std::string out = number == 0 ? name : name + "-" + std::to_string(number);
    std::error_code ignored;
    if (!std::filesystem::exists(std::filesystem::symlink_status(out, ignored))) return out;
    if (std::filesystem::is_regular_file(out, ignored) && json_file::read_loose_file(out) == bytes) return out;
  }
}

/// The file becomes a document that no store has committed yet: at every moment one of the two stands there, whole.
void convert_in_place(const std::string& path, const std::string& bytes, const ClusterState& imported, Notices& notices) {
  const std::string target = std::filesystem::canonical(path).string();
  const std::string kept = name_to_keep(target, bytes);
  json_file::write_loose_file(kept, bytes);
  if (json_file::read_loose_file(target) != bytes) {
    throw Error(errc::conflict, "it was changed while it was imported: nothing was; stop what does so and try again", {.path = path});
  }
  json_file::write_loose_file(target, write_document(imported));
  notices.tell(path + " is converted; as it was it is kept as " + kept);
}

}  // namespace

SnapshotPtr ClusterStateManager::import_file(std::string_view path, bool replace, std::stop_token stop) {
  return guarded(*impl_, [&] {
    const std::string source(path);
    const std::string bytes = json_file::read_loose_file(source);
    const ClusterState imported = import_layout_2(bytes, source);
    const Operation operation = begin_operation("import", std::move(stop));
    const bool in_place = is_same_file(source, impl_->location);
    if (const auto stands = in_place ? nullptr : impl_->load()) require_replaceable(stands->snapshot()->state, imported, replace, impl_->location);
    if (in_place) convert_in_place(source, bytes, imported, impl_->notices);
    const Planner plan = [&](const SnapshotPtr& current) {
      auto next = std::make_shared<Snapshot>();
      next->state = imported;
      if (!current) return Plan{std::move(next)};
      require_replaceable(current->state, imported, replace || in_place, impl_->location);
      if (imported.created_at == Timestamp{}) next->state.created_at = current->state.created_at;
      next->state.unknown_in_aihow = current->state.unknown_in_aihow;
      // It is modified now, not when the file was. The first commit of what was converted in place is a change of nothing else.
      next->state.last_modified = in_place ? Timestamp::now() : current->state.last_modified;
      return Plan{std::move(next)};
    };
    return impl_->committer.run({"import", plan, &operation}).snapshot;
  });
}

}  // namespace aihow::state::inline v0
