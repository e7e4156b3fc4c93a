// SPDX-License-Identifier: MIT
// Documents that mean harm: large ones whose every byte costs as much as it can.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

struct Shape {
  std::string what;
  std::string text;
};

/// How each shape is made; a shape is big, so one at a time.
struct ShapeMaker {
  std::string what;
  std::string before;
  std::string unit;  ///< repeated; each `#` in it becomes a number that is never the same, `@` two groups of an IPv6 address, `$` its decimal number
  std::string between;  ///< stands between two of them
  std::string after;
  bool is_valid = true;  ///< whether its form is right: then it is read, unless it would need too much memory
};

const std::vector<ShapeMaker>& shape_makers();
/// Valid in form, and full of names and addresses that must be held against each other.
std::vector<ShapeMaker> distinct_shape_makers();

/// A document of about `size` bytes.
std::string make_shape(const ShapeMaker& maker, std::size_t size);
