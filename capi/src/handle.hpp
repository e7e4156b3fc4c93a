// SPDX-License-Identifier: MIT
// Handles: the opaque pointers of the C interface, which are numbers that are looked up, so that a wrong one is an error and not a crash.
#pragma once
#include <aihow/state/error.hpp>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace aihow::capi {

/// What a handle stands for.
enum class Noun : std::uint8_t {
  none,
  text,
  sink,
  cancel,
  state,
  manager,
  operation,
  inspection,
  records,
  refresh,
  observation,
  observer,
  answer,
  lock,
  changes,
  history,
  reversal,
  events,
  event_source
};

/// A place for one object. A handle is its number and its generation; the generation grows when the handle is closed.
struct Slot {
  std::atomic<std::uint64_t> word{0};  ///< generation (32 bits), noun (8), pins (24): one for being open, one for each call that uses the object
  void* object = nullptr;
  void (*destroy)(void*) = nullptr;
  std::uint32_t number = 0;
  std::uint32_t next_free = 0;
};

/// Takes a free slot, or makes one. Throws std::bad_alloc.
Slot& take_slot();
/// Gives back a slot that was never opened.
void leave_slot(Slot& slot) noexcept;
/// Opens a slot that was taken; from now on the object is the slot's.
void* open_slot(Slot& slot, Noun noun, void* object, void (*destroy)(void*)) noexcept;
/// Keeps the object of an open handle alive until unpin(); nullptr where it is no open handle of that noun.
Slot* pin_slot(const void* handle, Noun noun) noexcept;
void unpin(Slot& slot) noexcept;
/// Closes the handle: nothing finds it any more, and the object goes with its last pin. Does nothing where it is no open handle of that noun.
void close_slot(const void* handle, Noun noun) noexcept;

/// An object of the interface in use. `T` has `noun`, `name` and the C type `Handle`.
template <class T>
class Pinned {
 public:
  explicit Pinned(Slot* slot) noexcept : slot_(slot) {}
  Pinned(Pinned&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
  Pinned& operator=(Pinned&&) = delete;
  ~Pinned() {
    if (slot_ != nullptr) unpin(*slot_);
  }
  explicit operator bool() const noexcept { return slot_ != nullptr; }
  T* operator->() const noexcept { return static_cast<T*>(slot_->object); }
  T& operator*() const noexcept { return *operator->(); }

 private:
  Slot* slot_;
};

/// The object behind a handle; empty where there is none.
template <class T>
Pinned<T> look(const typename T::Handle* handle) noexcept {
  return Pinned<T>(pin_slot(handle, T::noun));
}

/// The same. Throws Error invalid, which says which argument.
template <class T>
Pinned<T> use(const typename T::Handle* handle, const char* argument = T::name) {
  auto out = look<T>(handle);
  if (out) return out;
  throw state::Error(state::errc::invalid,
                     std::string("the argument '") + argument + "' is " +
                         (handle == nullptr ? "NULL" : std::string("no open ") + T::name + ": freed already, or something else"));
}

template <class T>
void close(const typename T::Handle* handle) noexcept {
  close_slot(handle, T::noun);
}

/// An object that is to become a handle: all that can fail is done when it is made, so that nothing can after a commit.
template <class T>
class Fresh {
 public:
  template <class... Arguments>
  explicit Fresh(Arguments&&... arguments) : object_(std::make_unique<T>(std::forward<Arguments>(arguments)...)), slot_(&take_slot()) {}
  Fresh(const Fresh&) = delete;
  Fresh& operator=(const Fresh&) = delete;
  ~Fresh() {
    if (slot_ != nullptr) leave_slot(*slot_);
  }
  T* operator->() const noexcept { return object_.get(); }
  T& operator*() const noexcept { return *object_; }

  typename T::Handle* open() noexcept {
    return static_cast<typename T::Handle*>(
        open_slot(*std::exchange(slot_, nullptr), T::noun, object_.release(), [](void* object) { delete static_cast<T*>(object); }));
  }

 private:
  std::unique_ptr<T> object_;
  Slot* slot_;
};

/// Something that is lent: a handle to an object that stays somebody else's, for a scope.
template <class T>
class Lent {
 public:
  explicit Lent(T& object) : handle_(static_cast<typename T::Handle*>(open_slot(take_slot(), T::noun, &object, [](void*) {}))) {}
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent() { close<T>(handle_); }
  typename T::Handle* get() const noexcept { return handle_; }

 private:
  typename T::Handle* handle_;
};

}  // namespace aihow::capi
