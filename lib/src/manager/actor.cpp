// SPDX-License-Identifier: MIT
#include "actor.hpp"
#include <pwd.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <optional>
#include <vector>

namespace aihow::state::inline v0 {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// A user's name; the number where no name is to be had.
std::string name_of(uid_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(1024);
  int error = 0;
  while ((error = getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found)) == ERANGE && buffer.size() < 1U << 20)
    buffer.resize(buffer.size() * 2);
  return error == 0 && found != nullptr ? found->pw_name : std::to_string(uid);
}

/// Looked up once by each thread: it may mean reading a file or asking a server.
const std::string& user_name() {
  thread_local std::optional<uid_t> known;
  thread_local std::string name;
  if (const uid_t uid = geteuid(); known != uid) {
    name = name_of(uid);
    known = uid;
  }
  return name;
}

}  // namespace

Holder holder_of(const Actor& actor, std::string_view what) { return {actor.host, actor.program, std::string(what), actor.pid, Timestamp::now()}; }

Actor this_process(std::string_view program, std::string_view text) {
  return {user_name(), host_name(), std::string(program.empty() ? program_invocation_short_name : program), std::string(text), getpid()};
}

}  // namespace aihow::state::inline v0
