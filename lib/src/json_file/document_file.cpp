// SPDX-License-Identifier: MIT
#include "json_file/document_file.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include "json/rules.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

constexpr int max_tries = 5;

Fd open_for_reading(const Place& place, const std::string& name) {
  return Fd(openat(place.directory(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

/// Up to the end of the file, which may have moved since its status was taken.
std::string read_to_end(const Fd& fd, off_t size, const std::string& path) {
  std::string bytes;
  for (;;) {
    const std::size_t had = bytes.size();
    // One byte more than there should be shows the end without a call of its own.
    const std::size_t wanted = had == 0 ? static_cast<std::size_t>(size) + 1 : std::max<std::size_t>(had, 4096);
    bytes.resize(had + wanted);
    const ssize_t count = read_into(fd.get(), static_cast<off_t>(had), std::span(bytes).subspan(had));
    if (count < 0) throw_system(errno, "read it", path);
    bytes.resize(had + static_cast<std::size_t>(count));
    if (static_cast<std::size_t>(count) < wanted || bytes.size() > max_document_bytes) return bytes;
  }
}

}  // namespace

std::optional<Reading> read_whole(const Place& place, const std::string& name) {
  const std::string path = place.path_of(name);
  for (int tries = 1;; ++tries) {
    Reading reading;
    reading.read_ns = wall_clock_ns();
    const auto status = look_at(place.directory(), name, path);
    if (!status) return std::nullopt;
    reading.status = *status;
    if (!S_ISREG(status->st_mode)) return reading;
    reading.fd = open_for_reading(place, name);
    if (!reading.fd) {
      // Exchanged for something else since the look.
      if ((errno == ENOENT || errno == ELOOP || errno == ENXIO) && tries < max_tries) continue;
      throw_system(errno, "open it", path);
    }
    reading.status = status_of(reading.fd, path);
    if (!S_ISREG(reading.status.st_mode)) {
      reading.fd.reset();
      return reading;
    }
    if (reading.status.st_size <= static_cast<off_t>(max_document_bytes)) reading.bytes = read_to_end(reading.fd, reading.status.st_size, path);
    const auto after = status_of(reading.fd, path);
    if (identity_of(after) == identity_of(reading.status) || tries == max_tries) return reading;
  }
}

Document judge(const Reading& reading, const std::string& path) {
  if (!reading.fd) throw Error(errc::corrupt, fmt::format("expected a document, found {}", kind_of(reading.status.st_mode)), {.path = path});
  if (reading.status.st_size > static_cast<off_t>(max_document_bytes)) {
    throw Error(errc::corrupt, fmt::format("expected at most {} bytes, found {}", max_document_bytes, reading.status.st_size), {.path = path});
  }
  Document document = read_document(reading.bytes, path);
  format::require_rules(document.state, {reading.bytes, path});
  return document;
}

Known::Known(Fd fd, const struct stat& status, std::int64_t seen_ns, std::string_view bytes, Version version, Integrity integrity, Origin origin)
    : fd_(std::move(fd)),
      status_(status),
      identity_(identity_of(status)),
      seen_ns_(seen_ns),
      version_(std::move(version)),
      integrity_(integrity),
      durable_(origin != Origin::read),
      fine_times_(origin == Origin::ours_with_fine_times) {
  keep_tail(bytes);
}

void Known::keep_tail(std::string_view bytes) noexcept {
  tail_size_ = std::min(bytes.size(), tail_bytes);
  std::copy_n(bytes.end() - static_cast<std::ptrdiff_t>(tail_size_), tail_size_, tail_.begin());
}

bool Known::is_unchanged(const struct stat& now) const noexcept {
  if (identity_of(now) != identity_ || may_hide_a_change()) return false;
  std::array<char, tail_bytes> tail;
  const ssize_t count = read_into(fd_.get(), identity_.size - static_cast<off_t>(tail_size_), std::span(tail).first(tail_size_));
  return count == static_cast<ssize_t>(tail_size_) && std::memcmp(tail.data(), tail_.data(), tail_size_) == 0;
}

int Known::sync() noexcept {
  if (durable_) return 0;
  while (fsync(fd_.get()) != 0) {
    if (errno != EINTR) return errno;
  }
  durable_ = true;
  return 0;
}

void Known::seen_again(Reading reading) noexcept {
  const bool same_file = identity_.device == reading.status.st_dev && identity_.inode == reading.status.st_ino &&
                         identity_.modified_ns == identity_of(reading.status).modified_ns;
  durable_ = durable_ && same_file;
  fine_times_ = fine_times_ && identity_.device == reading.status.st_dev;
  fd_ = std::move(reading.fd);
  status_ = reading.status;
  identity_ = identity_of(reading.status);
  seen_ns_ = reading.read_ns;
}

bool Known::refresh() noexcept {
  struct stat now {};
  if (fstat(fd_.get(), &now) != 0) return false;
  if (!identity_of(now).is_moved(identity_)) return false;
  status_ = now;
  identity_ = identity_of(now);
  return true;
}

bool Patience::again(const Reading& reading) {
  using namespace std::chrono;
  constexpr milliseconds pause{20};
  const auto age = nanoseconds(wall_clock_ns() - identity_of(reading.status).modified_ns);
  if (age >= young_age || age <= -young_age) return false;
  const auto now = steady_clock::now();
  if (now + pause > std::min(end_, context_.deadline)) return false;
  std::mutex mutex;
  std::unique_lock guard(mutex);
  std::condition_variable_any never;
  never.wait_until(guard, context_.stop, now + pause, [] { return false; });
  if (context_.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while reading the state");
  return true;
}

namespace {

/// `at_end` of what a file's last bytes say, else what `look` says of the whole of it.
template <class AtEnd, class Look>
auto head(const Place& place, const std::string& name, const AtEnd& at_end, const Look& look) -> decltype(at_end(format::Head{})) {
  const std::string path = place.path_of(name);
  const auto status = look_at(place.directory(), name, path);
  if (!status || !S_ISREG(status->st_mode)) return std::nullopt;
  const Fd fd = open_for_reading(place, name);
  if (!fd) {
    if (errno == ENOENT || errno == ELOOP) return std::nullopt;
    throw_system(errno, "open it", path);
  }
  const off_t size = status_of(fd, path).st_size;
  const off_t start = std::max<off_t>(0, size - static_cast<off_t>(format::head_bytes));
  if (const auto head = format::read_head(read_at(fd, start, format::head_bytes, path))) return at_end(*head);
  const auto reading = read_whole(place, name);
  return reading ? look(*reading, path) : std::nullopt;
}

}  // namespace

std::optional<format::Head> head_of(const Place& place, const std::string& name) {
  const auto at_end = [](const format::Head& head) { return std::optional(head); };
  return head(place, name, at_end, [](const Reading& reading, const std::string& path) -> std::optional<format::Head> {
    try {
      const Document document = judge(reading, path);
      return format::Head{document.state.revision, document.state.lineage.value_or(Uuid{})};
    } catch (const Error& error) {
      if (error.code() == errc::corrupt || error.code() == errc::unsupported_version) return std::nullopt;
      throw;
    }
  });
}

bool is_unsupported(const Place& place, const std::string& name) {
  const auto reading = read_whole(place, name);
  if (!reading) return false;
  try {
    judge(*reading, place.path_of(name));
  } catch (const Error& error) {
    if (error.code() != errc::corrupt && error.code() != errc::unsupported_version) throw;
    return error.code() == errc::unsupported_version;
  }
  return false;
}

std::optional<ShownHead> shown_head_of(const Place& place, const std::string& name) {
  const auto at_end = [](const format::Head& head) { return std::optional(ShownHead{head, true}); };
  return head(place, name, at_end, [](const Reading& reading, const std::string&) -> std::optional<ShownHead> {
    const auto head = format::find_head(reading.bytes);
    return head ? std::optional(ShownHead{*head}) : std::nullopt;
  });
}

}  // namespace aihow::state::inline v0::json_file
