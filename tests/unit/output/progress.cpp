// SPDX-License-Identifier: MIT
#include "output/progress.hpp"
#include "catch.hpp"

using namespace aihow::tool;
using namespace std::chrono_literals;

TEST_CASE("progress says what, how many of how many, and for how long", "[output][progress]") {
  const std::chrono::steady_clock::time_point start{};
  const Progress progress{"creating VMs", 2, 3, "compute-01\033 has no address yet", start};
  CHECK(progress_line(progress, start + 7s, 80) == "creating VMs  2 of 3  0:07  compute-01\\x1b has no address yet");
  CHECK(progress_line(progress, start + 7s, 20) == "creating VMs  2 of …");
  CHECK(progress_summary(progress, start + 75s) == "creating VMs: 2 of 3 in 1:15");
  CHECK(progress_summary({"looking", 4, 0, "", start}, start) == "looking: 4 in 0:00");
}

TEST_CASE("time is shown as a clock does", "[output][progress]") {
  CHECK(elapsed_text(-1s) == "0:00");
  CHECK(elapsed_text(59min + 59s) == "59:59");
  CHECK(elapsed_text(1h + 2min + 3s) == "1:02:03");
}
