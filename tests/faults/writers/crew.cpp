// SPDX-License-Identifier: MIT
#include "crew.hpp"
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>
#include <thread>
#include <vector>
#include "reader.hpp"
#include "writer.hpp"

namespace writers {

using namespace aihow::state;

namespace {

constexpr std::chrono::seconds patience{120};  // no process needs so long to come to an end

sigset_t awaited() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&set, signal);
  return set;
}

void write_in_threads(Board& board, const Options& options, int process, std::uint32_t life) {
  ClusterStateManager manager(options.state, manager_options(board, std::to_string(life)));
  std::vector<std::jthread> threads;
  for (int i = 0; i < options.threads; ++i) {
    threads.emplace_back([&, i] { write(manager, board, options, process * options.threads + i, life); });
  }
}

}  // namespace

Crew::Crew(Board& board, const Options& options) : board_(board), options_(options), random_(options.seed), store_(open_store(options.state)) {
  const sigset_t set = awaited();
  sigprocmask(SIG_BLOCK, &set, nullptr);
}

void Crew::run() {
  for (int i = 0; i < options_.readers; ++i) start(reader, 0);
  for (int i = 0; i < options_.processes; ++i) start(i, 0);
  const auto end = options_.seconds > 0 ? Clock::now() + std::chrono::seconds(options_.seconds) : Clock::time_point::max();
  auto kill_at = options_.kills > 0 ? next_kill() : Clock::time_point::max();
  while (!board_.stop && writing_ > 0 && Clock::now() < end) {
    wait_for_signal(std::min(kill_at, end));
    reap();
    if (Clock::now() < kill_at || board_.stop || writing_ == 0) continue;
    kill_one();
    kill_at = next_kill();
    if (kills_ == options_.kills) break;
  }
  end_all();
}

void Crew::start(int process, std::uint32_t life) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    // Nobody outlives the parent, however that ends.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    const sigset_t set = awaited();
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
    if (process == reader) read(board_, options_);
    else write_in_threads(board_, options_, process, life);
    _exit(0);
  }
  members_[child] = {process, life};
  if (process != reader) ++writing_;
}

void Crew::wait_for_signal(Clock::time_point until) {
  const auto left = std::clamp<Clock::duration>(until - Clock::now(), Clock::duration::zero(), std::chrono::seconds(1));
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
  const timespec time{.tv_sec = static_cast<time_t>(ns / 1'000'000'000), .tv_nsec = static_cast<long>(ns % 1'000'000'000)};
  const sigset_t set = awaited();
  const int signal = sigtimedwait(&set, nullptr, &time);
  if (signal == SIGTERM || signal == SIGINT) board_.stop = true;
}

void Crew::reap() {
  int status = 0;
  for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG)) ended(pid, status);
}

void Crew::ended(pid_t pid, int status) {
  const auto found = members_.find(pid);
  if (found == members_.end()) return;
  if (found->second.process != reader) --writing_;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) board_.fail(fmt::format("process {} ended by itself, with status {:#x}", pid, status));
  members_.erase(found);
}

/// Every other one is aimed at whoever holds the commit lock: most of the others wait for that.
void Crew::kill_one() {
  pid_t victim = random_() % 2 == 0 ? holder() : 0;
  const bool aimed = victim != 0;
  while (victim == 0) {
    const auto at = std::next(members_.begin(), static_cast<std::ptrdiff_t>(random_() % members_.size()));
    if (at->second.process != reader) victim = at->first;
  }
  const Member member = members_.at(victim);
  kill(victim, SIGKILL);
  int status = 0;
  waitpid(victim, &status, 0);
  if (!WIFSIGNALED(status)) return ended(victim, status);  // it had come to its end
  members_.erase(victim);
  --writing_;
  ++kills_;
  kills_of_holders_ += aimed ? 1 : 0;
  start(member.process, member.life + 1);
}

/// A writer of ours; 0: none.
pid_t Crew::holder() {
  const auto said = store_->holder(LockKind::commit, {});
  const auto found = said ? members_.find(static_cast<pid_t>(said->pid)) : members_.end();
  return found != members_.end() && found->second.process != reader ? found->first : 0;
}

Crew::Clock::time_point Crew::next_kill() {
  return Clock::now() + std::chrono::microseconds(random_() % (static_cast<std::uint64_t>(options_.kill_every_ms) * 2'000));
}

void Crew::end_all() {
  board_.stop = true;
  const auto until = Clock::now() + patience;
  for (reap(); !members_.empty() && Clock::now() < until; reap()) wait_for_signal(until);
  if (members_.empty()) return;
  board_.fail(fmt::format("{} processes did not come to an end", members_.size()));
  for (const auto& [pid, member] : members_) kill(pid, SIGKILL);
  for (const auto& [pid, member] : members_) waitpid(pid, nullptr, 0);
}

}  // namespace writers
