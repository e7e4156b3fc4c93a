// SPDX-License-Identifier: MIT
#include "handle.hpp"
#include <pthread.h>
#include <array>
#include <mutex>
#include <new>

namespace aihow::capi {
namespace {

/// A handle's bits: the slot's number plus one below, its generation above.
constexpr unsigned number_bits = sizeof(void*) == 8 ? 24 : 16;
constexpr std::uint64_t generations = sizeof(void*) == 8 ? std::uint64_t{1} << 32 : std::uint64_t{1} << 16;

constexpr std::uint32_t slots_per_block = 256;
constexpr std::uint32_t block_count = sizeof(void*) == 8 ? 4096 : 255;
constexpr std::uint32_t no_slot = UINT32_MAX;

constexpr std::uint64_t pin = 1;
constexpr std::uint64_t pins_mask = (std::uint64_t{1} << 24) - 1;
constexpr unsigned noun_shift = 24;
constexpr unsigned generation_shift = 32;

constexpr std::uint64_t generation_of(std::uint64_t word) noexcept { return word >> generation_shift; }
constexpr Noun noun_of(std::uint64_t word) noexcept { return static_cast<Noun>(word >> noun_shift & 0xFF); }
constexpr std::uint64_t make_word(std::uint64_t generation, Noun noun, std::uint64_t pins) noexcept {
  return generation << generation_shift | static_cast<std::uint64_t>(noun) << noun_shift | pins;
}

struct Table {
  std::mutex mutex;
  std::uint32_t made = 0;
  std::uint32_t first_free = no_slot;
  std::array<std::atomic<Slot*>, block_count> blocks{};
};

Table& table() noexcept {
  // Never destroyed: handles may be freed while the process ends.
  alignas(Table) static std::array<std::byte, sizeof(Table)> place;
  static Table* const made = [] {
    auto* const out = new (place.data()) Table;
    // A child begins with a table that nobody was in the middle of changing.
    pthread_atfork([] { table().mutex.lock(); }, [] { table().mutex.unlock(); }, [] { table().mutex.unlock(); });
    return out;
  }();
  return *made;
}

Slot* find(std::uint32_t number) noexcept {
  if (number >= slots_per_block * block_count) return nullptr;
  Slot* const block = table().blocks[number / slots_per_block].load(std::memory_order_acquire);
  return block == nullptr ? nullptr : block + number % slots_per_block;
}

/// The slot of a handle and the generation that it wants; nullptr where it cannot be one.
Slot* decode(const void* handle, std::uint64_t& generation) noexcept {
  const std::uint64_t bits = reinterpret_cast<std::uintptr_t>(handle);
  const std::uint64_t number = bits & ((std::uint64_t{1} << number_bits) - 1);
  generation = bits >> number_bits;
  return number == 0 || generation >= generations ? nullptr : find(static_cast<std::uint32_t>(number - 1));
}

void put_free(Slot& slot) noexcept {
  // A number whose generations are used up is never used again.
  if (generation_of(slot.word.load(std::memory_order_relaxed)) + 1 >= generations) return;
  Table& all = table();
  const std::lock_guard guard(all.mutex);
  slot.next_free = all.first_free;
  all.first_free = slot.number;
}

}  // namespace

Slot& take_slot() {
  Table& all = table();
  const std::lock_guard guard(all.mutex);
  if (all.first_free != no_slot) {
    Slot& slot = *find(all.first_free);
    all.first_free = slot.next_free;
    return slot;
  }
  if (all.made == slots_per_block * block_count) throw std::bad_alloc();
  auto& block = all.blocks[all.made / slots_per_block];
  if (block.load(std::memory_order_relaxed) == nullptr) block.store(new Slot[slots_per_block], std::memory_order_release);
  Slot& slot = *find(all.made);
  slot.number = all.made++;
  return slot;
}

void leave_slot(Slot& slot) noexcept { put_free(slot); }

void* open_slot(Slot& slot, Noun noun, void* object, void (*destroy)(void*)) noexcept {
  slot.object = object;
  slot.destroy = destroy;
  const std::uint64_t generation = generation_of(slot.word.load(std::memory_order_relaxed));
  slot.word.store(make_word(generation, noun, 1), std::memory_order_release);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): it is a number, and never followed
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(generation << number_bits | (slot.number + 1)));
}

Slot* pin_slot(const void* handle, Noun noun) noexcept {
  std::uint64_t generation = 0;
  Slot* const slot = decode(handle, generation);
  if (slot == nullptr) return nullptr;
  std::uint64_t word = slot->word.load(std::memory_order_relaxed);
  do {
    if (generation_of(word) != generation || noun_of(word) != noun || (word & pins_mask) == pins_mask) return nullptr;
  } while (!slot->word.compare_exchange_weak(word, word + pin, std::memory_order_acquire, std::memory_order_relaxed));
  return slot;
}

void unpin(Slot& slot) noexcept {
  const std::uint64_t before = slot.word.fetch_sub(pin, std::memory_order_acq_rel);
  if ((before & pins_mask) != 1) return;
  slot.destroy(slot.object);
  put_free(slot);
}

void close_slot(const void* handle, Noun noun) noexcept {
  std::uint64_t generation = 0;
  Slot* const slot = decode(handle, generation);
  if (slot == nullptr) return;
  std::uint64_t word = slot->word.load(std::memory_order_relaxed);
  do {
    if (generation_of(word) != generation || noun_of(word) != noun) return;
  } while (!slot->word.compare_exchange_weak(word, make_word(generation + 1, Noun::none, word & pins_mask), std::memory_order_acq_rel,
                                             std::memory_order_relaxed));
  unpin(*slot);
}

}  // namespace aihow::capi
