// SPDX-License-Identifier: MIT
#include "json_file/loose_file.hpp"
#include <fmt/format.h>
#include <unistd.h>
#include <aihow/state/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <span>
#include <utility>
#include "json_file/system.hpp"

namespace aihow::state::inline v0::json_file {
namespace {

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// A new file that has no name until it is whole: one that is killed before leaves nothing. Where the file system cannot do that it has one from
/// the beginning.
class Beside {
 public:
  explicit Beside(const std::string& path)
      : path_(path),
        fd_(::open(directory_of(path).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600)),
        anonymous_("/proc/self/fd/" + std::to_string(fd_.get())) {
    if (fd_ && ::access(anonymous_.c_str(), F_OK) == 0) return;
    named_ = path_ + ".XXXXXX";
    fd_ = Fd(::mkostemp(named_.data(), O_CLOEXEC));
    if (!fd_) throw system_error(errno, "make a file beside it", path_);
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    if (!named_.empty()) ::unlink(named_.c_str());
  }

  void become(std::string_view bytes) {
    if (::fchmod(fd_.get(), 0600) != 0) throw system_error(errno, "set its mode", path_);
    if (const int error = write_at(fd_.get(), 0, bytes); error != 0) throw system_error(error, "write it", path_);
    if (::fsync(fd_.get()) != 0) throw system_error(errno, "make it durable", path_);
    constexpr int most_tries = 100;
    const bool anonymous = named_.empty();
    for (int tries = 0; tries < most_tries; ++tries) {
      if (anonymous && link(path_)) return;
      if (anonymous && !take_name()) continue;
      if (replace()) return;
      if (!anonymous) break;
    }
    throw Error(errc::conflict, "other writers came between: nothing was written", {.path = path_});
  }

 private:
  /// A name beside the file. What stands there is of one that was killed, or of another writer, who then comes once more.
  bool take_name() {
    const std::string name = path_ + ".aihow-new";
    if (link(name)) named_ = name;
    else ::unlink(name.c_str());
    return !named_.empty();
  }
  /// false: another writer has taken its name away.
  bool replace() {
    const bool done = ::rename(named_.c_str(), path_.c_str()) == 0;
    if (!done && errno != ENOENT) throw system_error(errno, "put it in place", path_);
    named_.clear();
    return done;
  }
  /// Gives the file a name, where nothing stands under it.
  bool link(const std::string& name) const {
    if (::linkat(AT_FDCWD, anonymous_.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
    if (errno != EEXIST) throw system_error(errno, "put it in place", path_);
    return false;
  }

  const std::string& path_;
  std::string named_;  ///< empty: it has no name of its own
  Fd fd_;
  std::string anonymous_;
};

void sync_directory_of(const std::string& path) {
  const Fd fd(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) throw system_error(errno, "make its directory durable (the file is written)", path);
}

}  // namespace

std::string read_loose_file(const std::string& path) {
  // A FIFO must not hold us up before it is seen to be one.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) throw system_error(errno, "open it", path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) throw system_error(errno, "look at it", path);
  if (!S_ISREG(status.st_mode)) throw Error(errc::invalid, "is no regular file: name a document", {.path = path});
  const auto refuse_size = [&] { throw Error(errc::corrupt, "is larger than a document may be (1 GiB)", {.path = path}); };
  if (status.st_size > static_cast<off_t>(max_document_bytes)) refuse_size();
  constexpr std::size_t piece = std::size_t{1} << 16;
  std::string out;
  out.reserve(static_cast<std::size_t>(status.st_size) + piece);
  for (;;) {
    const std::size_t size = out.size();
    if (size > max_document_bytes) refuse_size();
    out.resize(size + piece);
    const ssize_t count = read_into(fd.get(), static_cast<off_t>(size), std::span(out).subspan(size));
    if (count < 0) throw system_error(errno, "read it", path);
    out.resize(size + static_cast<std::size_t>(count));
    if (static_cast<std::size_t>(count) < piece) return out;
  }
}

void write_loose_file(const std::string& path, std::string_view bytes) {
  if (path.empty()) throw Error(errc::invalid, "a copy needs the name of a file");
  // Whoever may write there could lose a device by it.
  if (const auto there = peek_at(AT_FDCWD, path.c_str()); there && !S_ISREG(there->st_mode) && !S_ISLNK(there->st_mode))
    throw Error(errc::invalid, fmt::format("{} stands there: name a file", kind_of(there->st_mode)), {.path = path});
  Beside(path).become(bytes);
  sync_directory_of(path);
}

}  // namespace aihow::state::inline v0::json_file
