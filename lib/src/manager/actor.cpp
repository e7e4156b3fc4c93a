// SPDX-License-Identifier: MIT
#include "actor.hpp"
#include <pwd.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <vector>

namespace aihow::state::inline v0 {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// The user's name; its number where no name is to be had.
std::string user_name() {
  const uid_t uid = geteuid();
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(1024);
  int error = 0;
  while ((error = getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found)) == ERANGE && buffer.size() < 1U << 20)
    buffer.resize(buffer.size() * 2);
  return error == 0 && found != nullptr ? found->pw_name : std::to_string(uid);
}

}  // namespace

Holder Actor::holder(std::string_view what) const { return {host, program, std::string(what), pid, Timestamp::now()}; }

Actor this_process(std::string_view program, std::string_view text) {
  return {user_name(), host_name(), std::string(program.empty() ? program_invocation_short_name : program), std::string(text), getpid()};
}

}  // namespace aihow::state::inline v0
