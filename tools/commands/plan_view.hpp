// SPDX-License-Identifier: MIT
// PlanView: what start would make, as tables, Markdown and JSON.
#pragma once
#include <vector>
#include "commands/cluster_view.hpp"
#include "provision/plan.hpp"

namespace aihow::tool {

class PlanView final : public View {
 public:
  explicit PlanView(std::vector<ClusterPlan> plans) : plans_(std::move(plans)) {}
  std::string table(bool color) const override;
  std::string markdown() const override;
  void json(JsonWriter& out) const override;
  std::vector<std::string> names() const override;  ///< `network/demo-network`, `vm/compute-01`

 private:
  std::vector<ClusterPlan> plans_;
};

}  // namespace aihow::tool
