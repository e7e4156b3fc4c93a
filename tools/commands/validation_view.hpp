// SPDX-License-Identifier: MIT
// ValidationView: what validate found.
#pragma once
#include <aihow/state/reconcile.hpp>
#include <string>
#include <vector>
#include "commands/view.hpp"
#include "config/model.hpp"
#include "provision/host_checks.hpp"

namespace aihow::tool {

struct ValidatedCluster {
  std::string name;
  std::string type;
  std::size_t nodes = 0;
};

struct Validation {
  std::string path;
  std::vector<ValidatedCluster> clusters;
  std::vector<ConfigProblem> problems;
  std::vector<ConfigProblem> warnings;
  std::vector<HostProblem> host_problems;
  std::string state_location;              ///< of the state that was refreshed; empty: none was
  std::vector<state::Difference> changes;  ///< what the refresh changed
  bool valid() const noexcept { return problems.empty() && host_problems.empty(); }
};

class ValidationView final : public View {
 public:
  explicit ValidationView(Validation validation) : validation_(std::move(validation)) {}
  std::string table(bool color) const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override;

 private:
  Validation validation_;
};

}  // namespace aihow::tool
