// SPDX-License-Identifier: MIT
#include "commands/plan_view.hpp"
#include <fmt/format.h>
#include "commands/configuration.hpp"
#include "commands/same_cluster.hpp"
#include "output/escape.hpp"
#include "output/table.hpp"

namespace aihow::tool {
namespace {

std::string title(const ClusterPlan& plan) { return fmt::format("{} cluster {}", escape(plan.type), escape(plan.cluster)); }

Table item_table(const ClusterPlan& plan) {
  Table out({{"ACTION"}, {"KIND"}, {"NAME"}, {"DETAIL"}});
  for (const PlanItem& item : plan.items) {
    out.row({{to_string(item.action), item.action == PlanAction::keep ? style::faint : style::green},
             std::string(to_string(item.kind)),
             item.name,
             item.detail});
  }
  return out;
}

}  // namespace

std::string PlanView::table(bool color) const {
  std::string out;
  for (const ClusterPlan& plan : plans_) {
    out += (out.empty() ? "" : "\n") + title(plan) + "\n\n" + item_table(plan).text(color);
    if (!plan.differences.empty()) out += "\nDiffers from what exists, and is not changed:\n";
    for (const ConfigDifference& difference : plan.differences) out += "  " + escape(difference.sentence()) + "\n";
  }
  return out;
}

std::string PlanView::markdown() const {
  std::string out;
  for (const ClusterPlan& plan : plans_) {
    out += (out.empty() ? "## " : "\n## ") + title(plan) + "\n\n" + item_table(plan).markdown();
    if (plan.differences.empty()) continue;
    Table differences({{"DIFFERS"}, {"FIELD"}, {"EXISTS"}, {"WANTED"}});
    for (const ConfigDifference& difference : plan.differences) {
      differences.row({difference.object, difference.field, difference.exists, difference.wanted});
    }
    out += "\nDiffers from what exists, and is not changed:\n\n" + differences.markdown();
  }
  return out;
}

void PlanView::json(JsonWriter& out) const {
  out.begin_object().key("clusters").begin_array();
  for (const ClusterPlan& plan : plans_) {
    out.begin_object().member("cluster_name", plan.cluster).member("cluster_type", plan.type).key("items").begin_array();
    for (const PlanItem& item : plan.items) {
      out.begin_object().member("action", to_string(item.action)).member("kind", to_string(item.kind)).member("name", item.name);
      out.member("detail", item.detail).end_object();
    }
    write_differences(out.end_array().key("differences"), plan.differences);
    out.end_object();
  }
  out.end_array().end_object();
}

std::vector<std::string> PlanView::names() const {
  std::vector<std::string> out;
  for (const ClusterPlan& plan : plans_) {
    for (const PlanItem& item : plan.items) out.push_back(fmt::format("{}/{}", to_string(item.kind), item.name));
  }
  return out;
}

}  // namespace aihow::tool
