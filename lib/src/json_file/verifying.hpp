// SPDX-License-Identifier: MIT
// Checking everything stored at a place, and mending it.
#pragma once
#include <aihow/state/state_store.hpp>
#include <string>
#include <vector>
#include "json_file/current.hpp"

namespace aihow::state::inline v0::json_file {

class Verifying {
 public:
  Verifying(const Place& place, Looker& looker, const Context& context) : place_(place), looker_(looker), context_(context) {}

  /// What is wrong, in words. With `mend` (requires the commit lock) it is put right where it can be, and the words say so.
  /// Throws Error corrupt with `mend` where there is nothing to mend from.
  std::vector<std::string> run(bool mend);

 private:
  void check_document(const Current& current);
  void check_backup(const Current& current, bool mend);
  void check_history(const Current& current, bool mend);
  void compare_history(const HistoryEnd& end, const Version& stands);
  void mend_document(const Current& current);

  const Place& place_;
  Looker& looker_;
  const Context& context_;
  std::vector<std::string> found_;
};

}  // namespace aihow::state::inline v0::json_file
