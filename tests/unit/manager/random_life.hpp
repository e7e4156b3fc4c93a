// SPDX-License-Identifier: MIT
// RandomLife: a state that random changes, touches, hands and other processes have their way with, and what each revision's document was.
#pragma once
#include <aihow/state/json.hpp>
#include <aihow/state/manager.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>
#include "file_bytes.hpp"
#include "states.hpp"

namespace aihow::test {

class RandomLife {
 public:
  /// `options`: of the managers that make it. The state is made at once: revision 1.
  RandomLife(std::string path, std::uint32_t seed, state::ManagerOptions options = {})
      : path_(std::move(path)), options_(std::move(options)), random_(seed) {
    reopen();
    state::ClusterState first = state::make_state();
    first.unknown.push_back({"note", "{\n  \"a\" : [ 1.50, 2e3 ]\n}"});
    manager_->create(first, "import");
    keep();
  }

  /// One random thing that a program does, or (`hands`) that a hand does.
  void step(bool hands) {
    const int what = pick(hands ? 20 : 17);
    if (what < 12) {
      manager_->transaction("change", [&](state::ClusterState& s) { change(s); });
    } else if (what < 15) {
      manager_->transaction("touch", [&](state::ClusterState& s) { touch(s); });
    } else if (what < 17) {
      reopen();
      return;
    } else if (what == 17) {
      edit();
      return;
    } else if (what == 18 && std::filesystem::exists(path_ + ".backup")) {
      std::filesystem::copy_file(path_ + ".backup", path_, std::filesystem::copy_options::overwrite_existing);
      return;
    }
    keep();
  }

  state::ClusterStateManager& manager() { return *manager_; }
  /// Another process, as far as the manager can tell.
  void reopen() { manager_ = std::make_unique<state::ClusterStateManager>(path_, options_); }
  /// The document of each revision, as it was first committed.
  const std::map<std::uint64_t, std::string>& documents() const { return documents_; }
  const std::string& path() const { return path_; }
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  /// Keeps what stands, where that is a new revision.
  void keep() { documents_.try_emplace(manager_->snapshot()->version.revision, bytes_of(path_)); }

 private:
  template <class List>
  auto& any(List& list) {
    return list[static_cast<std::size_t>(pick(static_cast<int>(list.size())))];
  }

  void change(state::ClusterState& s) {
    static constexpr int kinds = 12;
    switch (s.vms.empty() ? 0 : pick(kinds)) {
      case 0: {
        state::VMInfo vm = state::make_vm("n" + std::to_string(next_++));
        vm.last_seen = now();
        s.vms.insert(s.vms.begin() + pick(static_cast<int>(s.vms.size()) + 1), vm);
        break;
      }
      case 1:
        s.vms.erase(s.vms.begin() + pick(static_cast<int>(s.vms.size())));
        break;
      case 2:
        any(s.vms).state = any(state::all_vm_states);
        break;
      case 3:
        any(s.vms).cpu_cores = 1 + pick(64);
        break;
      case 4:
        any(s.vms).unknown = {{"x", pick(2) == 0 ? "[1,2.50]" : "{ \"spaced\" :\n\t1e2 }"}, {"y\"z", "\"\\u00e9 \""}};
        break;
      case 5:
        std::shuffle(s.vms.begin(), s.vms.end(), random_);
        s.vms.front().memory_gb = 1 + pick(64);
        break;
      case 6:
        // What a refresh does: one thing is new, and all were seen.
        for (state::VMInfo& vm : s.vms) vm.last_seen = now();
        any(s.vms).state_reason = "r" + std::to_string(next_++);
        break;
      case 7:
        s.unknown = {{"root", pick(2) == 0 ? "null" : "[ ]"}, {"counter", std::to_string(next_++) + ".0"}};
        break;
      case 8:
        s.unknown_in_aihow = {{"by", "{ \"n\": " + std::to_string(next_++) + " }"}};
        break;
      case 9:
        s.volumes.push_back(s.volumes.front());
        s.volumes.back().name = "v" + std::to_string(next_++);
        s.volumes.back().path = "/pool/" + s.volumes.back().name;
        break;
      case 10:
        s.networks.front().bridge = "br" + std::to_string(next_++);
        break;
      default:
        s.pools.front().pending = s.pools.front().pending == state::Pending::none ? state::Pending::remove : state::Pending::none;
    }
  }

  void touch(state::ClusterState& s) {
    if (!s.vms.empty()) any(s.vms).last_seen = now();
    if (pick(2) == 0) std::swap(s.networks.front().active_ips.front(), s.networks.front().active_ips.back());
    if (pick(3) == 0) s.last_modified = now();
  }

  /// An editor: another spelling, another layout, another value.
  void edit() {
    std::string text = bytes_of(path_);
    const std::string member = "\"bridge\": \"";
    const std::size_t at = text.find(member) + member.size();
    text.replace(at, text.find('"', at) - at, "hand" + std::to_string(next_++));
    text.insert(1, "\n\n");
    write(path_, text);
  }

  state::Timestamp now() { return state::at_second(1000 + next_++); }

  std::string path_;
  state::ManagerOptions options_;
  std::mt19937 random_;
  std::unique_ptr<state::ClusterStateManager> manager_;
  std::map<std::uint64_t, std::string> documents_;
  int next_ = 0;
};

}  // namespace aihow::test
