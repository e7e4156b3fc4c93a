// SPDX-License-Identifier: MIT
// What a dynamically linked C++ program takes that only prints a line.
#include <iostream>

int main() { std::cout << "nothing\n"; }
