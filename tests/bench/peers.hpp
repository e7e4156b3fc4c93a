// SPDX-License-Identifier: MIT
// What others' libraries take for the same work. Each is used as its documentation says that it is fast; Boost.JSON also as it is used mostly.
#pragma once
#include <aihow/state/model.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace aihow::bench {

/// simdjson's on-demand walk: members in their order, straight into the models. The bytes are copied once into a padded buffer.
class Simdjson {
 public:
  explicit Simdjson(std::string_view bytes);
  ~Simdjson();
  Simdjson(const Simdjson&) = delete;
  Simdjson& operator=(const Simdjson&) = delete;
  state::ClusterState load();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// RapidJSON's PrettyWriter, fed with the models, 2 blanks a level. Returns its buffer, which begins at `size` bytes.
std::shared_ptr<const void> write_with_rapidjson(const state::ClusterState& state, std::size_t size);

/// A Boost.JSON value made of the models, and printed (on one line, which is all that it prints). `block` 0: in the memory that it takes by
/// itself; else in a monotonic resource that begins at so many bytes.
std::string write_with_boost(const state::ClusterState& state, std::size_t block);

}  // namespace aihow::bench
