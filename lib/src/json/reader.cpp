// SPDX-License-Identifier: MIT
#include "json/reader.hpp"
#include "json/event_reader.hpp"
#include "json/layout_reader.hpp"

namespace aihow::state::inline v0::format {

void read(std::string_view bytes, std::string_view path, Root& out) {
  if (read_layout(bytes, out)) return;
  out = Root{};
  read_events(bytes, path, out);
}

}  // namespace aihow::state::inline v0::format
