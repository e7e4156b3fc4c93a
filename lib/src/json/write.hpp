// SPDX-License-Identifier: MIT
// Writing a document to where it is to be, piece by piece, so that it need not be in memory as a whole.
#pragma once
#include <aihow/state/model.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace aihow::state::inline v0::format {

/// Takes the pieces of a document in their order. What put() throws ends the writing.
class Sink {
 public:
  virtual void put(std::string_view piece) = 0;

 protected:
  ~Sink() = default;
};

/// As write_document(), to a sink; returns the document's token.
std::string write_document_to(const ClusterState& state, Sink& sink);

}  // namespace aihow::state::inline v0::format
