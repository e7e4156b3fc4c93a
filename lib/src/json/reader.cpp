// SPDX-License-Identifier: MIT
#include "json/reader.hpp"
#include "json/event_reader.hpp"
#include "json/layout_reader.hpp"

namespace aihow::state::inline v0::format {

void read(std::string_view bytes, std::string_view path, Root& out) {
  Resume resume;
  if (read_layout(bytes, out, resume)) return;
  if (resume.list.empty()) read_events(bytes, path, out);
  else resume_events(bytes, path, resume.list, resume.offset, out);
}

}  // namespace aihow::state::inline v0::format
