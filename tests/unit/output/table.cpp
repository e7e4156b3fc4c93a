// SPDX-License-Identifier: MIT
#include "output/table.hpp"
#include "catch.hpp"

using namespace aihow::tool;

TEST_CASE("a table aligns its columns and leaves no blanks at the ends of lines", "[output][table]") {
  Table table({{"NAME"}, {"VCPUS", true}, {"NOTES"}});
  table.row({"controller", "2", "booted"});
  table.row({"compute-01", "16", ""});
  CHECK(table.text() ==
        "NAME        VCPUS  NOTES\n"
        "controller      2  booted\n"
        "compute-01     16  -\n");
}

TEST_CASE("a cell cannot leave its cell", "[output][table]") {
  Table table({{"NAME"}, {"NOTES"}});
  table.row({"a|b", "x\ny\033[31m"});
  CHECK(table.text() == "NAME  NOTES\na|b   x\\ny\\x1b[31m\n");
  CHECK(table.markdown() == "| NAME | NOTES |\n| --- | --- |\n| a\\|b | x\\\\ny\\\\x1b\\[31m |\n");
}

TEST_CASE("colours do not count as columns", "[output][table]") {
  Table table({{"STATE"}, {"N"}});
  table.row({{"RUNNING", style::green}, "1"});
  CHECK(table.text(true) == "\033[1mSTATE\033[0m    \033[1mN\033[0m\n\033[32mRUNNING\033[0m  1\n");
  CHECK(table.text(false) == "STATE    N\nRUNNING  1\n");
}
