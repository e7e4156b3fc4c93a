// SPDX-License-Identifier: MIT
#include "operation_lock.hpp"
#include <utility>

namespace aihow::state::inline v0 {
namespace {

class OperationLock final : public Lock {
 public:
  explicit OperationLock(std::shared_ptr<OperationPlace> place) noexcept : place_(std::move(place)) {}
  ~OperationLock() override {
    lock_.reset();
    place_->leave();
  }
  bool held() noexcept override { return lock_ && lock_->held(); }
  void set(std::unique_ptr<Lock> lock) noexcept { lock_ = std::move(lock); }
  Lock* store_lock() const noexcept { return lock_.get(); }

 private:
  std::shared_ptr<OperationPlace> place_;
  std::unique_ptr<Lock> lock_;
};

}  // namespace

void OperationPlace::take(std::string_view what, const Context& context, std::string_view location) {
  std::string mine(what);
  std::unique_lock guard(mutex_);
  const bool is_free = left_.wait_until(guard, context.stop, context.deadline, [&] { return !taken_; });
  if (!is_free && context.stop.stop_requested()) {
    throw Error(errc::cancelled, "cancelled while waiting for \"" + what_ + "\" of this process", {.path = std::string(location)});
  }
  if (!is_free)
    throw Error(errc::locked, "\"" + what_ + "\" of this process is at work: wait for it, or allow more time", {.path = std::string(location)});
  what_ = std::move(mine);
  taken_ = true;
}

void OperationPlace::leave() noexcept {
  {
    const std::lock_guard guard(mutex_);
    taken_ = false;
  }
  left_.notify_one();
}

std::unique_ptr<Lock> lock_operation(const std::shared_ptr<OperationPlace>& place, Channel& store, const Holder& self, const Context& context,
                                     std::string_view location) {
  auto lock = std::unique_ptr<OperationLock>();
  place->take(self.what, context, location);
  try {
    lock = std::make_unique<OperationLock>(place);
  } catch (...) {
    place->leave();
    throw;
  }
  lock->set(store.lock(LockKind::operation, self, context));
  return lock;
}

Lock* operation_store_lock(const Operation* operation, std::string_view location) {
  if (operation == nullptr) return nullptr;
  Lock* const lock = operation->lock();
  if (lock == nullptr || !lock->held()) {
    throw Error(errc::conflict, "the lock of the operation \"" + operation->what() + "\" was lost: nothing was written",
                {.path = std::string(location)});
  }
  const auto* own = dynamic_cast<const OperationLock*>(lock);
  return own != nullptr ? own->store_lock() : lock;
}

}  // namespace aihow::state::inline v0
