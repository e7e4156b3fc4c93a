// SPDX-License-Identifier: MIT
#include "commands/run.hpp"
#include "heap.hpp"

int main(int argc, char** argv) {
  aihow::tool::prepare_heap();
  return aihow::tool::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}
