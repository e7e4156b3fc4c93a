// SPDX-License-Identifier: MIT
// Files of another tool that mean harm end soon, converted or refused, in bounded memory. A program of its own: it counts its allocations.
#include <aihow/state/import.hpp>
#include "catch.hpp"
#include "json/answer.hpp"
#include "json/shapes.hpp"

using namespace aihow::state;

namespace {

ShapeMaker member(std::string what, const std::string& before, std::string unit, const std::string& after) {
  const std::string head = R"({"cluster_name":"c","cluster_type":"hpc","state_file_version":"2.0",)";
  return {std::move(what), head + before, std::move(unit), ",", after + "}"};
}

std::vector<ShapeMaker> makers() {
  const std::string node = R"("name":"n#","cpu_cores":1,"memory_gb":1,"state":"error")";
  const std::string pool = R"("storage_pool":{"name":"p","path":"/p",)";
  return {
      member("nodes", "\"compute_nodes\":[", "{" + node + "}", "]"),
      member("nodes with a disk and an address", "\"worker_nodes\":[", "{" + node + R"(,"volume_path":"/0123456789abcdef","ip_address":"::@"})", "]"),
      member("nodes with another member", "\"worker_nodes\":[", "{" + node + R"(,"a":0})", "]"),
      member("nodes that break rules", "\"worker_nodes\":[",
             R"({"name":"","cpu_cores":1,"memory_gb":1,"state":"error","ip_address":"x","volume_path":"x"})", "]"),
      member("nodes with blanks", "\"worker_nodes\":[", "{" + node + R"(,"created_at":"2025-10-21T14:32:15.123456","gpu_assigned":"NVIDIA A100"})",
             "]"),
      member("a node of many members", "\"compute_nodes\":[{" + node + ",", "\"#\":0", "}]"),
      member(
          "nodes with members to be kept", "\"compute_nodes\":[",
          R"({"name":"n$","cpu_cores":1,"memory_gb":1,"state":"error","created_at":"2025-10-21T14:32:15.123456","last_modified":"2025-10-21T14:32:15Z",)"
          R"("0123456789abcdef":"0123456789abcdef","1123456789abcdef":"0123456789abcdef","2123456789abcdef":"0123456789abcdef"})",
          "]"),
      member("usual nodes", "\"compute_nodes\":[",
             R"({"name":"compute-$","domain_uuid":"0190b8a0-1111-4222-8333-444455556666","state":"running","cpu_cores":8,"memory_gb":32,)"
             R"("volume_path":"/var/lib/libvirt/images/cluster/compute-$.qcow2","vm_type":"compute","ip_address":null,"gpu_assigned":null,)"
             R"("created_at":"2025-10-21T14:32:15.123456","last_modified":"2025-10-21T14:32:15.123456"})",
             "]"),
      member("usual volumes", pool + "\"volumes\":[",
             R"({"name":"v$","path":"/var/lib/libvirt/images/cluster/v$.qcow2","size_gb":100.5,"allocated_gb":1.5,"format":"qcow2",)"
             R"("created_at":"2025-10-21T14:32:15.123456","backing_file":"/var/lib/libvirt/images/base.qcow2"})",
             "]}"),
      member("no nodes", "\"compute_nodes\":[", "0", "]"),
      member("volumes", pool + "\"volumes\":[", R"({"name":"#","path":"/a","size_gb":1,"format":"raw"})", "]}"),
      member("volumes of strange sizes", pool + "\"volumes\":[", R"({"name":"#","path":"/a","size_gb":1.5,"format":"raw"})", "]}"),
      member("members of the root", "\"controller\":null,", "\"#\":0", ""),
      member("members of the root with names of ours", "\"controller\":null,\"status\":0,\"networks\":0,", "\"#\":0", ""),
      member("members of a network", R"("controller":null,"network_config":{"subnet":"10.0.0.0/8","bridge":"b",)", "\"#\":0", "}"),
      member("members of a pool", "\"controller\":null," + pool, "\"#\":[]", "}"),
      member("leases of a network", R"("controller":null,"network_config":{"subnet":"10.0.0.0/8","bridge":"b","static_leases":{)", "\"#\":\"\"",
             "}}"),
  };
}

}  // namespace

TEST_CASE("no file takes more than 4 times its size and 16 MiB of memory, or long", "[import][hostile]") {
  const auto answer_to = [](const std::string& text) { return answer_of([&] { (void)import_layout_2(text, "old.json"); }); };
  std::size_t converted = 0;
  double slowest = 0;
  double largest = 0;
  for (const ShapeMaker& maker : makers()) {
    const std::string text = make_shape(maker, shape_bytes);
    const Answer answer = answer_to(text);
    INFO(maker.what << ": " << (answer.error ? std::string(answer.error->what()).substr(0, 200) : "converted"));
    CHECK(answer.peak_bytes + text.size() < 4 * text.size() + 16 * mebibyte);
    CHECK(answer.seconds < hostile_seconds);
    CHECK(answer.seconds < 10 * answer_of([&] { (void)import_layout_2(make_shape(maker, shape_bytes / 2)); }).seconds + 0.1);
    converted += !answer.error;
    slowest = std::max(slowest, answer.seconds);
    largest = std::max(largest, static_cast<double>(answer.peak_bytes) / static_cast<double>(text.size()));
  }
  CHECK(converted >= 3);  // else nothing but the refusal was measured
  WARN(converted << " files of " << shape_bytes / mebibyte << " MiB: at most " << slowest << " s and " << largest << " times their size");
}

TEST_CASE("20,000 nodes as the tool writes them are converted", "[import][hostile]") {
  const std::string node = R"({
      "name": "compute-@", "domain_uuid": "0190b8a0-1111-4222-8333-444455556666", "state": "running", "cpu_cores": 8, "memory_gb": 32,
      "volume_path": "/var/lib/libvirt/images/cluster/compute.qcow2", "vm_type": "compute", "ip_address": null, "gpu_assigned": null,
      "created_at": "2025-10-21T14:32:15.123456", "last_modified": "2025-10-21T14:32:15.123456"})";
  std::string text = R"({"cluster_name":"c","cluster_type":"hpc","state_file_version":"2.0","compute_nodes":[)";
  for (int i = 0; i < 20'000; ++i) {
    text += i == 0 ? "" : ",";
    const auto mark = node.find('@');
    text.append(node, 0, mark).append(std::to_string(i)).append(node, mark + 1);
  }
  CHECK(import_layout_2(text + "]}").vms.size() == 20'000);
}
