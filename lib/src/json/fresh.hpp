// SPDX-License-Identifier: MIT
// Fresh: what a new element of a list is made of.
#pragma once

namespace aihow::state::inline v0::format {

/// `list.emplace_back(Fresh{})` is what `list.emplace_back()` is, and cheaper where an element is large: that one zeroes all of it before it gives
/// the members their values, as the language has it for a type without a constructor of its own.
struct Fresh {
  template <class T>
  operator T() const {  // NOLINT(google-explicit-constructor): the list converts it
    T out;
    return out;
  }
};

}  // namespace aihow::state::inline v0::format
