// SPDX-License-Identifier: MIT
// Shortening a history: a new file beside it, durable, then one rename. Until that the old one stands; after it the new one.
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>
#include "json_file/atomic_file.hpp"
#include "json_file/history_file.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

/// So that it is due again only after a quarter of the bounds.
constexpr std::uint64_t three_quarters(std::uint64_t bound) noexcept { return bound - bound / 4; }

struct Lines {
  std::string header;  ///< with its line break; empty: there is none
  std::vector<Record> records;
};

Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    const std::string_view line = text.substr(0, end);
    // What is damaged is no record.
    if (const auto revision = line_revision(line); revision == std::uint64_t{0}) out.header.assign(line).append("\n");
    else if (revision) out.records.push_back({*revision, unsealed(line)});
    text.remove_prefix(end + 1);
  }
  return out;
}

std::uint64_t bytes_after(const std::vector<Record>& records, std::size_t place) {
  std::uint64_t bytes = 0;
  for (std::size_t i = place + 1; i < records.size(); ++i) bytes += records[i].json.size() + seal_bytes + 1;
  return bytes;
}

}  // namespace

void shorten(const Place& place, const HistoryLimits& limits, const FoldRecords& fold) {
  const std::string& name = place.names().history;
  const std::string path = place.path_of(name);
  const auto file = open_own_file(place.directory(), name, O_RDONLY, path);
  if (!file) return;
  const Lines lines = lines_of(read_at(file->fd, 0, static_cast<std::size_t>(file->status.st_size), path));
  const std::vector<Record>& records = lines.records;
  if (records.empty()) return;
  const std::uint64_t revisions = records.back().revision - records.front().revision + 1;
  const auto bytes = static_cast<std::uint64_t>(file->status.st_size);
  if (revisions <= limits.max_revisions && bytes <= limits.max_bytes) return;

  // The one that stands for all before it: the first that leaves so much room.
  const std::uint64_t last = records.back().revision;
  std::size_t head = 0;
  while (head + 1 < records.size() && last - records[head].revision + 1 > three_quarters(limits.max_revisions)) ++head;
  std::optional<Record> made;
  for (;; ++head) {
    const std::uint64_t rest = lines.header.size() + bytes_after(records, head);
    const bool is_last = head + 1 == records.size();
    if (!is_last && rest > three_quarters(limits.max_bytes)) continue;
    made = fold(std::span(records).first(head + 1));
    const std::uint64_t size = made ? made->json.size() + seal_bytes + 1 : 0;
    if (made && is_last && rest + size > limits.max_bytes) made.reset();
    if (is_last || rest + size <= limits.max_bytes) break;
    // What the head takes itself the others have to leave.
    const std::uint64_t excess = rest + size - three_quarters(limits.max_bytes);
    while (head + 2 < records.size() && rest - lines.header.size() - bytes_after(records, head + 1) < excess) ++head;
  }
  std::string text = lines.header;
  text += lines_of(std::span(made ? &*made : &records[head], 1), {});
  text += lines_of(std::span(records).subspan(head + 1), {});

  NewFile shorter = NewFile::write(place, place.names().history_tmp, text, &file->status);
  if (const int error = rename_over(place, shorter.name(), name.c_str()); error != 0)
    throw_system(error, "put the shorter history in its place", path);
  shorter.give_away();
}

}  // namespace aihow::state::inline v0::json_file
