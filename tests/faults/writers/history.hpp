// SPDX-License-Identifier: MIT
// The history, replayed: each record is held against what the records before it led to.
#pragma once
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>
#include "board.hpp"

namespace writers {

/// A change of a writer that the history has.
struct Landed {
  std::uint64_t revision = 0;
  int writer = 0;
  std::uint32_t life = 0;
  What what{};
  std::uint8_t vm = 0;
  std::string to;  ///< of an update: the state's name
};

class History {
 public:
  /// Reads the file beside the state. `whole`: it begins with revision 1. What does not fit is said on the board.
  History(Board& board, const std::string& state_path, bool whole);

  const std::vector<Landed>& landed() const noexcept { return landed_; }
  std::uint64_t last() const noexcept { return last_; }
  std::size_t records() const noexcept { return records_; }
  /// So many times a record was not based on the one before, but on what stood earlier: an older copy came in between.
  std::size_t jumps() const noexcept { return jumps_; }
  /// Holds a document against what the last record led to. Requires: it was whole.
  void compare(std::string_view document);

 private:
  using Text = std::shared_ptr<const std::string>;  ///< an object; null: it is not there
  struct Edit {
    std::string key;
    Text before;
    Text after;
  };
  struct Step {
    std::ptrdiff_t base;
    std::vector<Edit> edits;
  };
  static constexpr std::ptrdiff_t nothing = -1;

  void take(const boost::json::object& record);
  void replay(const boost::json::object& record);
  void go_to(std::ptrdiff_t step);
  void attribute(const boost::json::object& record);
  void set(const std::string& key, const Text& text);

  Board& board_;
  bool whole_;
  std::vector<Landed> landed_;
  std::vector<Step> steps_;
  std::map<std::string, std::ptrdiff_t, std::less<>> step_of_;  ///< by last_modified, which each document has for itself
  std::map<std::string, Text> content_;                         ///< after the step `at_`
  std::ptrdiff_t at_ = nothing;
  std::uint64_t last_ = 0;
  std::size_t records_ = 0;
  std::size_t jumps_ = 0;
};

}  // namespace writers
