// SPDX-License-Identifier: MIT
#include "json_file/history_file.hpp"
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace aihow::state::inline v0::json_file {
namespace {

constexpr std::size_t first_block_bytes = 4096;

/// A line of the file: [start, end), `end` past its line break if it has one.
struct Line {
  std::string_view text;  ///< until the next line is asked for
  off_t start = 0;
  off_t end = 0;
  bool whole = false;  ///< ended by a line break
};

/// Gives the lines of a file from its end to its beginning; reads blocks as they are needed, each twice as long as the one before.
class Backward {
 public:
  Backward(const Fd& fd, off_t size, const std::string& path) : fd_(fd), path_(path), start_(size), end_(size) {}

  std::optional<Line> next() {
    buffer_.resize(static_cast<std::size_t>(end_ - start_));
    if (end_ == 0) return std::nullopt;
    std::size_t at = break_in(buffer_.size());
    while (at == std::string::npos && start_ > 0) at = break_in(read_block());
    Line line;
    const std::size_t begin = at == std::string::npos ? 0 : at + 1;
    line.start = start_ + static_cast<off_t>(begin);
    line.end = end_;
    line.whole = buffer_.back() == '\n';
    line.text = std::string_view(buffer_).substr(begin, buffer_.size() - begin - (line.whole ? 1 : 0));
    end_ = line.start;
    return line;
  }

 private:
  /// The last line break among the first `count` bytes. The last byte of all is the last line's own, if it has one.
  std::size_t break_in(std::size_t count) const noexcept {
    count = std::min(count, buffer_.empty() ? 0 : buffer_.size() - 1);
    // Not rfind(), which looks at one byte at a time.
    const auto* const found = static_cast<const char*>(memrchr(buffer_.data(), '\n', count));
    return found == nullptr ? std::string::npos : static_cast<std::size_t>(found - buffer_.data());
  }
  /// Returns how much was read.
  std::size_t read_block() {
    const auto count = static_cast<std::size_t>(std::min<off_t>(start_, static_cast<off_t>(block_bytes_)));
    block_bytes_ *= 2;
    start_ -= static_cast<off_t>(count);
    std::string block = read_at(fd_, start_, count, path_);
    block.resize(count, '\0');  // cut off meanwhile: not a record
    buffer_.insert(0, block);
    return count;
  }

  const Fd& fd_;
  const std::string& path_;
  std::string buffer_;  ///< the file's bytes from `start_` to the end of the line that was given last
  std::size_t block_bytes_ = first_block_bytes;
  off_t start_;
  off_t end_;
};

std::optional<std::uint64_t> revision_of(const Line& line) noexcept { return line.whole ? line_revision(line.text) : std::nullopt; }

struct Beginning {
  Uuid lineage;
  std::uint64_t first_revision = 0;
};

Beginning beginning_of(const Fd& fd, const std::string& path) {
  const std::string start = read_at(fd, 0, 256, path);
  std::string_view rest = start;
  Beginning out;
  if (rest.starts_with(header_start)) {
    out.lineage = Uuid::parse(rest.substr(header_start.size(), Uuid::chars)).value_or(Uuid{});
    rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
  }
  if (rest.starts_with(line_start)) std::from_chars(rest.data() + line_start.size(), rest.data() + rest.size(), out.first_revision);
  return out;
}

/// Gives the lines of a file from an offset on, which is where one begins.
class Forward {
 public:
  Forward(const Fd& fd, off_t offset, const std::string& path) : fd_(fd), path_(path), start_(offset), read_(offset) {}

  std::optional<Line> next() {
    std::size_t end = buffer_.find('\n', used_);
    while (end == std::string::npos) {
      const std::size_t before = buffer_.size();
      if (!read_block()) break;
      end = buffer_.find('\n', before - dropped_);
    }
    if (end == std::string::npos && used_ == buffer_.size()) return std::nullopt;
    Line line;
    line.whole = end != std::string::npos;
    line.text = std::string_view(buffer_).substr(used_, line.whole ? end - used_ : end);
    line.start = start_;
    start_ += static_cast<off_t>(line.text.size()) + (line.whole ? 1 : 0);
    line.end = start_;
    used_ = line.whole ? end + 1 : buffer_.size();
    return line;
  }

 private:
  /// false: the file ends.
  bool read_block() {
    dropped_ = used_;
    buffer_.erase(0, std::exchange(used_, 0));
    const std::string block = read_at(fd_, read_, block_bytes_, path_);
    block_bytes_ = std::min(2 * block_bytes_, largest_block_bytes);
    read_ += static_cast<off_t>(block.size());
    buffer_ += block;
    return !block.empty();
  }

  static constexpr std::size_t largest_block_bytes = std::size_t{1} << 20;

  const Fd& fd_;
  const std::string& path_;
  std::string buffer_;
  std::size_t used_ = 0;     ///< of the buffer
  std::size_t dropped_ = 0;  ///< from its front, by the last reading
  std::size_t block_bytes_ = first_block_bytes;
  off_t start_;  ///< of the next line
  off_t read_;   ///< up to here
};

/// The first record that is whole, from the beginning.
std::uint64_t oldest_revision(const Fd& fd, const std::string& path) {
  Forward lines(fd, 0, path);
  while (const auto line = lines.next()) {
    if (const auto revision = revision_of(*line); revision.value_or(0) > 0) return *revision;
  }
  return 0;
}

/// Where the records from that revision on begin; `size` where there are none. They ascend, so that a few looks in the middle find it.
off_t seek(const Fd& fd, off_t size, std::uint64_t revision, const std::string& path) {
  // All lines before `low` are of earlier revisions; no record between `high` and the end is.
  off_t low = 0;
  off_t high = size;
  while (high - low > static_cast<off_t>(first_block_bytes)) {
    const off_t middle = low + (high - low) / 2;
    Forward lines(fd, middle, path);
    auto line = lines.next();  // the rest of one
    while (line && line->end < high) {
      line = lines.next();
      if (line && revision_of(*line)) break;
    }
    const auto found = line && line->start > middle && line->start < high ? revision_of(*line) : std::nullopt;
    if (found && *found < revision) low = line->end;
    else high = middle;
  }
  // `high` may be inside of a line, which is looked at as a whole.
  Forward lines(fd, low, path);
  while (const auto line = lines.next()) {
    if (revision_of(*line).value_or(0) >= revision) return line->start;
  }
  return size;
}

}  // namespace

std::optional<HistoryEnd> history_end(const Place& place, const std::string& name) {
  const std::string path = place.path_of(name);
  const auto file = open_own_file(place.directory(), name, O_RDONLY, path);
  if (!file) return std::nullopt;
  HistoryEnd end;
  end.identity = identity_of(file->status);
  const Beginning beginning = beginning_of(file->fd, path);
  end.lineage = beginning.lineage;
  end.first_revision = beginning.first_revision;
  Backward lines(file->fd, file->status.st_size, path);
  while (const auto line = lines.next()) {
    const auto revision = revision_of(*line);
    if (!revision) continue;
    end.last_revision = *revision;
    end.good_size = line->end;
    break;
  }
  end.torn = end.good_size != file->status.st_size;
  return end;
}

std::uint64_t first_revision(const Place& place, const std::string& name) {
  const std::string path = place.path_of(name);
  const auto file = open_own_file(place.directory(), name, O_RDONLY, path);
  return file ? oldest_revision(file->fd, path) : 0;
}

std::optional<Appended> Appended::write(const Place& place, const HistoryEnd& end, std::string_view lines) {
  const std::string& name = place.names().history;
  const std::string path = place.path_of(name);
  auto file = open_own_file(place.directory(), name, O_RDWR, path);
  if (!file) return std::nullopt;
  if (end.torn && ftruncate(file->fd.get(), end.good_size) != 0) throw_system(errno, "mend the end of the history", path);
  Appended out(std::move(file->fd), end.good_size);
  if (const int error = write_at(out.fd_.get(), end.good_size, lines); error != 0) throw_system(error, "append to the history", path);
  return out;
}

Appended::~Appended() { take_back(); }

bool Appended::take_back() noexcept {
  if (!fd_) return true;
  const bool done = ftruncate(fd_.get(), before_) == 0;
  fd_.reset();
  return done;
}

void drop_from(const Place& place, std::uint64_t revision) {
  const std::string& name = place.names().history;
  const std::string path = place.path_of(name);
  const auto file = open_own_file(place.directory(), name, O_RDWR, path);
  if (!file) return;
  const off_t size = file->status.st_size;
  off_t good = size;
  Backward lines(file->fd, size, path);
  while (const auto line = lines.next()) {
    if (const auto found = revision_of(*line); found && *found < revision) break;
    good = line->start;
  }
  if (good != size && ftruncate(file->fd.get(), good) != 0) throw_system(errno, "drop what was never committed from the history", path);
}

namespace {

/// Collects the records of a page from its lines. A damaged record is there as it stands, if it still says which one it is and a whole one comes
/// after it in the file: what is damaged at the end is no record, to nobody (see HistoryEnd).
class PageReader {
 public:
  PageReader(const RecordQuery& query, std::vector<Record>& records) : query_(query), records_(records) {}

  /// `whole_follows`: a whole record is known to come after these lines in the file.
  void backward(Backward lines, bool whole_follows) {
    while (records_.size() < query_.limit) {
      auto line = lines.next();
      if (!line) return;
      const std::uint64_t revision = revision_in(*line);
      if (is_damaged_ && !whole_follows) continue;
      whole_follows = true;
      if (revision == 0 || revision >= query_.before) continue;
      if (revision <= query_.after) return;
      take(revision, line->text);
    }
  }

  void forward(Forward lines) {
    std::size_t up_to_whole = 0;
    while (records_.size() < query_.limit) {
      auto line = lines.next();
      if (!line) {
        records_.resize(up_to_whole);
        return;
      }
      const std::uint64_t revision = revision_in(*line);
      if (revision <= query_.after) continue;
      if (revision >= query_.before) return;
      take(revision, line->text);
      if (!is_damaged_) up_to_whole = records_.size();
    }
  }

  bool has_damage() const noexcept { return has_damage_; }

 private:
  /// The line's revision; 0: none that can be where it is.
  std::uint64_t revision_in(const Line& line) {
    const auto revision = revision_of(line);
    is_damaged_ = !revision;
    has_damage_ = has_damage_ || is_damaged_;
    if (revision) return *revision;
    const std::uint64_t claimed = line.whole ? record_revision(line.text).value_or(0) : 0;
    const bool is_in_order = records_.empty() || (claimed < records_.back().revision) == query_.newest_first;
    return is_in_order ? claimed : 0;
  }

  void take(std::uint64_t revision, std::string_view text) { records_.push_back({revision, is_damaged_ ? std::string(text) : unsealed(text)}); }

  const RecordQuery& query_;
  std::vector<Record>& records_;
  bool is_damaged_ = false;  ///< the line that was looked at last
  bool has_damage_ = false;
};

/// `has_damage` becomes true where a line was no whole record.
RecordPage read_page(const OwnFile& file, const RecordQuery& query, const std::string& path, bool& has_damage) {
  RecordPage page;
  const Beginning beginning = beginning_of(file.fd, path);
  page.lineage = beginning.lineage;
  // The first line may be long: it has the whole state where the history was shortened.
  page.oldest_kept = beginning.first_revision != 0 ? beginning.first_revision : oldest_revision(file.fd, path);
  const off_t size = file.status.st_size;
  PageReader reader(query, page.records);
  if (query.newest_first) {
    const off_t end = query.before == UINT64_MAX ? size : seek(file.fd, size, query.before, path);
    reader.backward(Backward(file.fd, end, path), end != size);
  } else {
    reader.forward(Forward(file.fd, query.after == 0 ? 0 : seek(file.fd, size, query.after + 1, path), path));
  }
  has_damage = reader.has_damage();
  return page;
}

}  // namespace

RecordPage read_history(const Place& place, const RecordQuery& query) {
  // Read while a commit takes back what it had appended, a line may be half of one and half of another. What is damaged for good is twice the same.
  constexpr int looks = 8;
  const std::string path = place.path_of(place.names().history);
  std::optional<RecordPage> before;
  for (int look = 1;; ++look) {
    const auto file = open_own_file(place.directory(), place.names().history, O_RDONLY, path);
    if (!file) return {};
    bool has_damage = false;
    RecordPage page = read_page(*file, query, path, has_damage);
    if (!has_damage || look == looks || (before && before->records == page.records)) return page;
    before = std::move(page);
  }
}

}  // namespace aihow::state::inline v0::json_file
