// SPDX-License-Identifier: MIT
#include "provision/undo.hpp"
#include <fmt/format.h>
#include <algorithm>
#include <optional>
#include <utility>
#include "provision/side_by_side.hpp"

namespace aihow::tool {

std::size_t UndoList::add(state::ObjectKind kind, std::string name, std::string text, Step step) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({kind, std::move(name), std::move(text), std::move(step)});
  return entries_.size() - 1;
}

void UndoList::forget(std::size_t number) {
  const std::lock_guard lock(mutex_);
  entries_[number].step = nullptr;
}

UndoList::Result UndoList::undo(const std::function<libvirt::Hypervisor()>& connect, Reporter& reporter) {
  Result out;
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.step == nullptr; });
  if (entries_.empty()) return out;
  reporter.phase("undoing", entries_.size());
  std::optional<libvirt::Hypervisor> hypervisor;
  std::string unreachable;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    if (!unreachable.empty()) {
      out.left.push_back({entry->kind, entry->name, fmt::format("{}: {}", entry->text, unreachable)});
      continue;
    }
    try {
      if (!hypervisor) hypervisor = connect();
      if (entry->step(*hypervisor)) out.undone.push_back(entry->text);
      reporter.step("undone: " + entry->text);
    } catch (...) {
      const PartFailure failure = describe_failure(entry->text);
      if (failure.cause == state::errc::unreachable) unreachable = failure.message;  // the others would wait as long, for the same
      out.left.push_back({entry->kind, entry->name, fmt::format("{}: {}", entry->text, failure.message)});
    }
  }
  return out;
}

}  // namespace aihow::tool
