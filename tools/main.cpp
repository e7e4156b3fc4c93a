// SPDX-License-Identifier: MIT
#include "commands/run.hpp"

int main(int argc, char** argv) { return aihow::tool::run({argv + (argc > 0 ? 1 : 0), argv + argc}); }
