// SPDX-License-Identifier: MIT
// What the commands of the group `state` show.
#pragma once
#include <aihow/state/inspect.hpp>
#include <aihow/state/state_store.hpp>
#include <string>
#include <vector>
#include "commands/view.hpp"

namespace aihow::tool {

/// The VMs of a state, as it has them.
class StateView final : public View {
 public:
  /// `imported_from`: the file that it was made of; empty: of none.
  StateView(state::SnapshotPtr snapshot, std::string location, std::string imported_from = {})
      : snapshot_(std::move(snapshot)), location_(std::move(location)), imported_from_(std::move(imported_from)) {}
  std::string table(bool color) const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override;

 private:
  state::SnapshotPtr snapshot_;
  std::string location_;
  std::string imported_from_;
};

/// Verdicts on documents, and what else a store found.
struct Verification {
  std::vector<state::Inspection> documents;  ///< the state, or a file; then its backup. Not empty
  std::vector<std::string> notices;          ///< what the store says of all that it keeps

  /// Whether one of them is corrupt; `strict`: or not as it was written.
  bool is_refused(bool strict) const noexcept;
};

class VerificationView final : public View {
 public:
  explicit VerificationView(Verification verification) : verification_(std::move(verification)) {}
  std::string table(bool color) const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override;  ///< the verdict

 private:
  Verification verification_;
};

}  // namespace aihow::tool
