// SPDX-License-Identifier: MIT
#include "json_file/history_line.hpp"
#include <fmt/format.h>
#include <aihow/state/error.hpp>
#include <charconv>
#include <tuple>
#include "json/checksum.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

enum class Seal : std::uint8_t { none, sound, broken };

/// What looks like a checksum in one of its two parts has to be one in both.
Seal seal_of(std::string_view line) noexcept {
  constexpr std::string_view end = "\"}";
  constexpr std::size_t digits_count = std::tuple_size_v<format::Digest>;
  if (line.size() <= seal_bytes + 1 || !line.ends_with(end)) return Seal::none;
  const std::string_view content = line.substr(0, line.size() - seal_bytes - 1);
  const std::string_view start = line.substr(content.size(), seal_start.size());
  const std::string_view digits = line.substr(content.size() + seal_start.size(), digits_count);
  const bool has_digits = digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (start != seal_start) return has_digits ? Seal::broken : Seal::none;
  return format::text(format::digest(content)) == digits ? Seal::sound : Seal::broken;
}

}  // namespace

std::optional<std::uint64_t> record_revision(std::string_view json) noexcept {
  if (!json.starts_with(line_start) || !json.ends_with('}') || json.find('\0') != std::string_view::npos) return std::nullopt;
  std::uint64_t revision = 0;
  const auto [end, error] = std::from_chars(json.data() + line_start.size(), json.data() + json.size(), revision);
  if (error != std::errc{} || (*end != ',' && *end != '}')) return std::nullopt;
  return revision;
}

std::optional<std::uint64_t> line_revision(std::string_view line) noexcept {
  return seal_of(line) == Seal::broken ? std::nullopt : record_revision(line);
}

std::string unsealed(std::string_view line) {
  if (line.size() <= seal_bytes + 1) return std::string(line);
  const std::size_t content = line.size() - seal_bytes - 1;
  if (line.substr(content, seal_start.size()) != seal_start) return std::string(line);
  std::string record;
  record.reserve(content + 1);
  record.append(line.substr(0, content)) += '}';
  return record;
}

void require_lines(std::span<const Record> records) {
  for (const Record& record : records) {
    if (record.revision == 0 || record_revision(record.json) != record.revision || record.json.find('\n') != std::string::npos ||
        record.json.find('\r') != std::string::npos) {
      throw Error(errc::invalid,
                  fmt::format("a history record of revision {} must be one line that begins {}{}", record.revision, line_start, record.revision));
    }
  }
}

std::string lines_of(std::span<const Record> records, std::string_view token) {
  constexpr std::string_view room = "\"token\":null";
  std::size_t size = token.size() + 2;
  for (const Record& record : records) size += record.json.size() + seal_bytes + 1;
  std::string lines;
  lines.reserve(size);
  for (const Record& record : records) {
    const std::size_t start = lines.size();
    std::string_view json = record.json;
    const std::size_t at = token.empty() || &record != &records.back() ? std::string_view::npos : json.find(room);
    if (at != std::string_view::npos) {
      lines.append(json.substr(0, at)).append("\"token\":\"").append(token) += '"';
      json.remove_prefix(at + room.size());
    }
    lines.append(json.substr(0, json.size() - 1));
    const format::Digest digest = format::digest(std::string_view(lines).substr(start));
    lines.append(seal_start).append(format::text(digest)).append("\"}\n");
  }
  return lines;
}

std::string new_history(const Uuid& lineage, std::string_view lines) {
  return std::string(header_start).append(lineage.to_string()).append("\"}\n").append(lines);
}

}  // namespace aihow::state::inline v0::json_file
