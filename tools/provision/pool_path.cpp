// SPDX-License-Identifier: MIT
#include "provision/pool_path.hpp"
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <aihow/state/error.hpp>
#include <cerrno>
#include <optional>

namespace aihow::tool {
namespace {

using state::errc;
using state::Error;

std::optional<struct stat> look(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) return found;
  if (errno == ENOENT) return std::nullopt;
  const auto code = errno == EACCES || errno == EPERM ? errc::permission : errc::io;
  throw Error(code, fmt::format("cannot be looked at: {}", std::generic_category().message(errno)), {.path = path});
}

void require_safe_component(const std::string& path, const struct stat& found) {
  const auto refuse = [&](std::string_view why) {
    throw Error(errc::invalid, fmt::format("a pool's path may not lead through it: it {}; choose another pool_path", why), {.path = path});
  };
  if (S_ISLNK(found.st_mode)) refuse("is a symbolic link");
  if (!S_ISDIR(found.st_mode)) refuse("is not a directory");
  if (found.st_uid != 0) refuse("belongs to another user than root");
  if ((found.st_mode & S_IWOTH) != 0 || ((found.st_mode & S_IWGRP) != 0 && found.st_gid != 0)) refuse("can be written by others than root");
}

}  // namespace

bool is_local(std::string_view uri) {
  // driver[+transport]://[user@][host][:port]/path — an empty authority, or none, is this machine.
  const auto at = uri.find("://");
  return at == std::string_view::npos || at + 3 >= uri.size() || uri[at + 3] == '/';
}

PathKind path_kind(const std::string& path) {
  const auto found = look(path);
  if (!found) return PathKind::absent;
  return S_ISDIR(found->st_mode) ? PathKind::directory : PathKind::other;
}

void require_safe_pool_path(const std::string& path) {
  if (::geteuid() != 0) return;
  for (std::size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string component = path.substr(0, end);
    const auto found = look(component);
    if (!found) return;
    require_safe_component(component, *found);
  }
}

void require_free_path(const std::string& path) {
  if (look(path)) throw Error(errc::invalid, "something is there already, and it is not this cluster's disk; move it away", {.path = path});
}

}  // namespace aihow::tool
