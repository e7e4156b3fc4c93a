// SPDX-License-Identifier: MIT
#include "writer.hpp"
#include <fmt/format.h>
#include <cstring>
#include <map>
#include <optional>
#include <random>

namespace writers {

using namespace aihow::state;

namespace {

VMInfo new_vm(std::string name) {
  VMInfo vm;
  vm.name = std::move(name);
  vm.memory_gb = first_count;
  vm.state = VMState::SHUTOFF;
  vm.created_at = Timestamp::now();
  vm.last_seen = vm.created_at;
  return vm;
}

VMInfo& vm_in(ClusterState& state, const std::string& name) {
  if (VMInfo* const vm = find_by_name(state.vms, name)) return *vm;
  return state.vms.emplace_back(new_vm(name));
}

/// A round of four: so an older copy, which is one behind, never has what is asked for already.
VMState next_state(VMState from) {
  switch (from) {
    case VMState::RUNNING:
      return VMState::PAUSED;
    case VMState::PAUSED:
      return VMState::DYING;
    case VMState::DYING:
      return VMState::SHUTOFF;
    default:
      return VMState::RUNNING;
  }
}

class Writer {
 public:
  Writer(ClusterStateManager& manager, Board& board, const Options& options, int writer, std::uint32_t life)
      : manager_(manager),
        board_(board),
        options_(options),
        page_(board.pages[writer]),
        life_(life),
        random_(options.seed * 1'000'003 + static_cast<std::uint64_t>(writer) * 1'009 + life) {
    for (std::uint8_t i = 0; i < own_vms; ++i) names_.push_back(vm_name(writer, i));
  }

  void run() {
    while (!board_.stop && (options_.changes == 0 || page_.done < options_.changes)) {
      if (page_.used == Page::room) return;
      change(manager_.snapshot());
    }
  }

 private:
  struct Seen {
    VMState state;
    std::int32_t count;
    bool operator==(const Seen&) const = default;
  };
  using Own = std::map<std::string, Seen>;

  bool chance(unsigned one_in) { return random_() % one_in == 0; }

  void change(const SnapshotPtr& now) {
    if (!now) {
      if (options_.hands == Hands::remove) manager_.ensure_state("demo", "hpc");
      else board_.fail("there is no state any more");
      return;
    }
    const Own own = own_in(now->state);
    if (last_ && *last_ != own)
      return board_.fail(fmt::format("revision {} does not have what {} was told is there", now->version.revision, names_[0]));
    const auto vm = static_cast<std::uint8_t>(random_() % own_vms);
    const auto there = own.find(names_[vm]);
    if (there == own.end()) make(vm == 0 ? What::shift : What::add, vm, VMState::SHUTOFF);
    else if (chance(4)) make(What::shift, 0, there->second.state);
    else if (vm != 0 && chance(2)) make(What::remove, vm, there->second.state);
    else make(What::update, vm, next_state(there->second.state));
  }

  void make(What what, std::uint8_t vm, VMState to) {
    Entry& entry = page_.begin(life_, what, vm, to);
    try {
      switch (what) {
        case What::add:
          manager_.add_vm(new_vm(names_[vm]));
          break;
        case What::remove:
          manager_.remove_vm(names_[vm]);
          break;
        case What::update:
          manager_.update_vm_state(names_[vm], to);
          break;
        case What::shift:
          entry.lineage = shift_once();
          break;
      }
      page_.end(entry, Outcome::done);
      if (options_.hands == Hands::none || options_.hands == Hands::clean) last_ = own_in(manager_.snapshot()->state);
      expect(what, vm, to);
    } catch (const Error& error) {
      // Another hand may have put back, or taken away, what was there when it was looked at.
      const bool taken = error.code() == errc::invalid || error.code() == errc::not_found || error.code() == errc::conflict;
      page_.end(entry, Outcome::refused);
      if (error.code() == errc::conflict) ++board_.conflicts;
      if (!taken || options_.hands == Hands::none || options_.hands == Hands::clean) board_.fail(fmt::format("{}: {}", names_[vm], error.what()));
    }
  }

  /// What it was told is done it finds there.
  void expect(What what, std::uint8_t vm, VMState to) {
    if (!last_) return;
    const auto found = last_->find(names_[vm]);
    const bool there = found != last_->end();
    if (there == (what == What::remove) || (what == What::update && found->second.state != to))
      board_.fail(fmt::format("{} was acknowledged, and is not to be seen", names_[vm]));
  }

  std::uint32_t shift_once() {
    Operation operation;
    if (chance(8)) operation = manager_.begin_operation("shift");
    const auto change = [&](ClusterState& state) { shift(state, names_[0]); };
    const SnapshotPtr landed = manager_.transaction("shift", change, operation ? &operation : nullptr);
    std::uint32_t lineage = 0;
    std::memcpy(&lineage, landed->version.lineage.bytes.data(), sizeof lineage);
    return lineage;
  }

  Own own_in(const ClusterState& state) const {
    Own out;
    for (const std::string& name : names_) {
      if (const VMInfo* const vm = find_by_name(state.vms, name)) out[name] = {vm->state, vm->memory_gb};
    }
    return out;
  }

  ClusterStateManager& manager_;
  Board& board_;
  const Options& options_;
  Page& page_;
  std::uint32_t life_;
  std::mt19937_64 random_;
  std::vector<std::string> names_;
  std::optional<Own> last_;  ///< what it found of its own after its last change, where nobody else has a hand in that
};

}  // namespace

std::string vm_name(int writer, std::uint8_t vm) {
  return vm == 0 ? fmt::format("w{:02}", writer) : fmt::format("w{:02}-{}", writer, static_cast<int>(vm));
}

void shift(ClusterState& state, const std::string& own) {
  for (const std::string& name : {std::string(left), std::string(right), own}) ++vm_in(state, name).memory_gb;
}

ManagerOptions manager_options(Board& board, const std::string& life) {
  ManagerOptions out;
  // What is acknowledged is looked for in it at the end.
  out.store.history = {.max_revisions = UINT64_MAX, .max_bytes = UINT64_MAX};
  out.lock_timeout = std::chrono::minutes(5);  // a lock that is lost is lost for ever; a disk that others keep busy stands still for a minute
  out.program = "writers";
  out.actor = life;
  out.notice = [&board](std::string_view text) { board.notice(text); };
  return out;
}

void write(ClusterStateManager& manager, Board& board, const Options& options, int writer, std::uint32_t life) noexcept {
  try {
    Writer(manager, board, options, writer, life).run();
  } catch (const std::exception& error) {
    board.fail(error.what());
  }
}

}  // namespace writers
