// SPDX-License-Identifier: MIT
#include "json_file/file_lock.hpp"
#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include "json_file/holder_text.hpp"

namespace aihow::state::inline v0::json_file {

/// Every held lock of this process, so that a forked child can let go of its copies: they share the parent's open file descriptions.
struct HeldLocks {
  std::mutex mutex;
  FileLock* first = nullptr;

  static HeldLocks& instance() {
    static HeldLocks held;
    static const int error = pthread_atfork([] { instance().mutex.lock(); }, [] { instance().mutex.unlock(); },
                                            [] {
                                              instance().drop_all();
                                              instance().mutex.unlock();
                                            });
    if (error != 0) throw Error(errc::out_of_memory, "locks cannot be kept from child processes: there is not enough memory");
    return held;
  }
  /// Requires: the mutex is held, from before the file was opened: a fork in between would leave a copy that nobody knows.
  void add(FileLock& lock) noexcept {
    lock.next_ = first;
    if (first != nullptr) first->previous_ = &lock;
    first = &lock;
  }
  void remove(FileLock& lock) {
    const std::lock_guard guard(mutex);
    (lock.previous_ != nullptr ? lock.previous_->next_ : first) = lock.next_;
    if (lock.next_ != nullptr) lock.next_->previous_ = lock.previous_;
  }
  /// In the child, where only async-signal-safe calls are allowed. Closing a copy does not unlock; unlocking it would unlock the parent's.
  void drop_all() noexcept {
    for (FileLock* lock = first; lock != nullptr; lock = lock->next_) lock->fd_.reset();
  }
};

namespace {

enum class Outcome { taken, refused, no_locks };

struct flock byte_of(LockKind kind, short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = static_cast<off_t>(kind);
  lock.l_len = 1;
  return lock;
}

Outcome try_byte(const Fd& fd, LockKind kind, const std::string& path) {
  struct flock lock = byte_of(kind, F_WRLCK);
  for (;;) {
    if (fcntl(fd.get(), F_OFD_SETLK, &lock) == 0) return Outcome::taken;
    switch (errno) {
      case EINTR:
        continue;
      case EAGAIN:
      case EACCES:
        return Outcome::refused;
      case ENOLCK:
      case EINVAL:
      case ENOSYS:
      case EOPNOTSUPP:
        return Outcome::no_locks;
      default:
        throw_system(errno, "lock it", path);
    }
  }
}

Holder read_holder(const Fd& fd, LockKind kind) {
  std::array<char, holder_bytes> text;
  const ssize_t count = read_into(fd.get(), static_cast<off_t>(kind) * static_cast<off_t>(holder_bytes), text);
  return parse_holder({text.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))});
}

/// Sleeps between two tries: short at first, since a commit takes milliseconds; ended by deadline and stop.
class BackOff {
 public:
  explicit BackOff(const Context& context) : context_(context) {}
  /// false: the deadline has passed.
  bool wait() {
    const auto now = std::chrono::steady_clock::now();
    if (now >= context_.deadline) return false;
    const auto until = context_.deadline - now < pause_ ? context_.deadline : now + pause_;
    std::unique_lock guard(mutex_);
    never_.wait_until(guard, context_.stop, until, [] { return false; });
    pause_ = std::min(pause_ * 2, longest);
    return true;
  }

 private:
  static constexpr std::chrono::microseconds longest{10'000};
  std::chrono::microseconds pause_{200};
  const Context& context_;
  std::mutex mutex_;
  std::condition_variable_any never_;
};

}  // namespace

FileLock::FileLock(Place place, Fd fd, struct stat status, LockKind kind)
    : place_(std::move(place)), fd_(std::move(fd)), status_(status), kind_(kind), locks_(static_cast<bool>(fd_)), owner_(getpid()) {
  HeldLocks::instance().add(*this);
}

FileLock::~FileLock() {
  HeldLocks::instance().remove(*this);
  unlock();
}

void FileLock::unlock() noexcept {
  if (!fd_ || owner_ != getpid()) return;
  // Explicitly: a child that was made without fork()'s handlers may still have a copy of the descriptor.
  struct flock lock = byte_of(kind_, F_UNLCK);
  fcntl(fd_.get(), F_OFD_SETLK, &lock);
}

void FileLock::let_go() {
  const std::lock_guard guard(HeldLocks::instance().mutex);
  unlock();
  fd_.reset();
}

bool FileLock::held() const noexcept {
  if (owner_ != getpid()) return false;
  if (!locks_) return true;
  return fd_ && place_.still_leads_here(status_);
}

std::unique_ptr<FileLock> FileLock::attempt(const LockRequest& request, Holder& holder) {
  Place place = Place::make(request.path);
  const std::string path = place.path_of(place.names().lock);
  const std::lock_guard guard(HeldLocks::instance().mutex);
  auto [fd, status] = std::move(*open_own_file(place.directory(), place.names().lock, O_RDWR | O_CREAT, path));
  switch (try_byte(fd, request.kind, path)) {
    case Outcome::refused:
      holder = read_holder(fd, request.kind);
      return nullptr;
    case Outcome::taken:
      break;
    case Outcome::no_locks:
      if (!request.without) {
        throw Error(errc::unsupported, "this file system has no working locks: nothing is written; `?lock=none` at the location writes without",
                    {.path = path});
      }
      fd.reset();
  }
  return std::unique_ptr<FileLock>(new FileLock(std::move(place), std::move(fd), status, request.kind));
}

std::unique_ptr<FileLock> FileLock::take(const LockRequest& request, const Context& context) {
  const std::string text = holder_text(request.self);
  BackOff back_off(context);
  for (;;) {
    Holder holder;
    auto lock = attempt(request, holder);
    // Not held: the file was removed or moved between opening and locking it.
    if (lock && lock->held()) {
      // For messages only: a full disk must not keep anybody from locking.
      if (lock->fd_) static_cast<void>(write_at(lock->fd_.get(), static_cast<off_t>(request.kind) * static_cast<off_t>(holder_bytes), text));
      return lock;
    }
    lock.reset();
    if (context.stop.stop_requested()) throw Error(errc::cancelled, "cancelled while waiting for the lock", {.path = request.path});
    if (!back_off.wait()) {
      throw Error(errc::locked, locked_text(holder), {.path = request.path});
    }
  }
}

std::optional<Holder> holder_of(const std::string& path, LockKind kind) {
  const auto place = Place::find(path);
  if (!place) return std::nullopt;
  const std::string lock_path = place->path_of(place->names().lock);
  const auto file = open_own_file(place->directory(), place->names().lock, O_RDONLY, lock_path);
  if (!file) return std::nullopt;
  struct flock lock = byte_of(kind, F_WRLCK);
  if (fcntl(file->fd.get(), F_OFD_GETLK, &lock) != 0) {
    if (errno == ENOLCK || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) return std::nullopt;
    throw_system(errno, "ask who locks it", lock_path);
  }
  if (lock.l_type == F_UNLCK) return std::nullopt;
  return read_holder(file->fd, kind);
}

}  // namespace aihow::state::inline v0::json_file
