// Memory of large tensors: huge pages, kept when they are freed.
//
// A training step asks for the same sizes again and again. Fresh pages cost as much as the arithmetic of a cheap operator,
// and on pages of 4 KiB convolutions spend a tenth of their time on address translation. A request takes the smallest free
// block that holds it and leaves the rest; neighbours that are free are one block: so the whole stays near what is in use at once.

#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

#include "headroom.h"

namespace {

constexpr size_t PAGE = size_t{2} << 20;         // a huge page of x86-64 and of most others
constexpr size_t MOST_KEPT = size_t{2} << 30;    // what is freed beyond this goes back to the system
constexpr size_t FOR_OTHERS = size_t{128} << 20;  // what V8, OpenBLAS and others need: it is left to them, and they end without it
constexpr size_t LEAST_IN_PAGES = size_t{256} << 10;  // smaller requests are malloc's

constexpr uintptr_t roundedUp(uintptr_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

class Pool {
 public:
  /** @param grain blocks begin and end at its multiples */
  explicit Pool(size_t grain) : grain(grain) {}

  /** Memory for `bytes`; null when the system refuses. */
  void* allocate(size_t bytes) {
    const auto size = roundedUp(bytes, grain);
    if (size < bytes) return nullptr;
    const std::lock_guard<std::mutex> lock(mutex);
    auto found = bySize.lower_bound({size, 0});
    if (found == bySize.end()) {
      if (!addPages(roundedUp(size, PAGE))) return nullptr;
      found = bySize.lower_bound({size, 0});
    }
    const auto [whole, start] = *found;
    removeFree(start, whole);
    if (whole > size) insertFree(start + size, whole - size);
    auto* memory = reinterpret_cast<void*>(start);
    used.emplace(memory, size);
    usedBytes += size;
    mostUsed = std::max(mostUsed, usedBytes);
    return memory;
  }

  /** False for memory that is not from here. */
  bool free(void* memory) {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = used.find(memory);
    if (found == used.end()) return false;
    const auto size = found->second;
    used.erase(found);
    usedBytes -= size;
    addFree(reinterpret_cast<uintptr_t>(memory), size);
    while (keptBytes > (scarce ? 0 : MOST_KEPT) && giveBackLargest()) {
    }
    return true;
  }

  /** Returns what is kept to the system, as far as it is whole pages, and how much that was. */
  size_t release() {
    const std::lock_guard<std::mutex> lock(mutex);
    return giveBack();
  }

 private:
  /** Maps `size` bytes, whole pages, as a free block; refuses where that would leave others too little. */
  bool addPages(size_t size) {
    makeRoom(size);
    const auto start = headroom() < size + FOR_OTHERS ? 0 : map(size);
    if (start) addFree(start, size);
    scarce = start == 0;
    return start != 0;
  }

  /**
   * Gives back, largest first, what would let the whole grow beyond half as much again as was ever used at once: a step
   * that repeats needs less, images of ever other sizes would pile up.
   */
  void makeRoom(size_t size) {
    const auto limit = std::max(mostUsed, usedBytes + size) / 2 * 3;
    while (usedBytes + keptBytes + size > limit && giveBackLargest()) {
    }
  }

  static uintptr_t map(size_t size) {
    auto* start = mmap(nullptr, size + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return 0;
    const auto address = reinterpret_cast<uintptr_t>(start);
    const auto aligned = roundedUp(address, PAGE);
    if (aligned > address) munmap(start, aligned - address);
    if (aligned < address + PAGE) munmap(reinterpret_cast<void*>(aligned + size), address + PAGE - aligned);
#ifdef MADV_HUGEPAGE
    madvise(reinterpret_cast<void*>(aligned), size, MADV_HUGEPAGE);
#endif
    return aligned;
  }

  void insertFree(uintptr_t start, size_t size) {
    byPlace.emplace(start, size);
    bySize.emplace(size, start);
    keptBytes += size;
  }

  void removeFree(uintptr_t start, size_t size) {
    byPlace.erase(start);
    bySize.erase({size, start});
    keptBytes -= size;
  }

  /** Joined with its free neighbours. */
  void addFree(uintptr_t start, size_t size) {
    const auto next = byPlace.lower_bound(start);
    if (next != byPlace.begin()) {
      const auto [place, length] = *std::prev(next);
      if (place + length == start) {
        removeFree(place, length);
        start = place;
        size += length;
      }
    }
    if (next != byPlace.end() && next->first == start + size) {
      const auto length = next->second;
      removeFree(next->first, length);
      size += length;
    }
    insertFree(start, size);
  }

  /** The whole pages of a free block; 0 when it has none. */
  size_t giveBack(uintptr_t start, size_t size) {
    const auto first = roundedUp(start, PAGE), last = (start + size) / PAGE * PAGE;
    if (first >= last) return 0;
    removeFree(start, size);
    munmap(reinterpret_cast<void*>(first), last - first);
    if (first > start) insertFree(start, first - start);
    if (start + size > last) insertFree(last, start + size - last);
    return last - first;
  }

  bool giveBackLargest() {
    if (bySize.empty()) return false;
    const auto [size, start] = *bySize.rbegin();
    return giveBack(start, size) > 0;
  }

  size_t giveBack() {
    size_t bytes = 0;
    const auto blocks = byPlace;
    for (const auto& [start, size] : blocks) bytes += giveBack(start, size);
    return bytes;
  }

  const size_t grain;
  std::mutex mutex;
  std::map<uintptr_t, size_t> byPlace;               // free blocks
  std::set<std::pair<size_t, uintptr_t>> bySize;     // the same
  std::unordered_map<void*, size_t> used;
  size_t keptBytes = 0;
  size_t usedBytes = 0;
  size_t mostUsed = 0;
  bool scarce = false;  // the last request for pages was refused: nothing is kept
};

/** Small blocks have pages of their own: one that lives long would keep its large neighbours from becoming one block. */
class Pages {
 public:
  void* allocate(size_t bytes) { return (bytes < PAGE ? small : large).allocate(bytes); }
  bool free(void* memory) { return large.free(memory) || small.free(memory); }
  size_t release() { return large.release() + small.release(); }

 private:
  Pool small{size_t{64} << 10};
  Pool large{PAGE};
};

/** One for the process, which outlives all tensors. */
Pages& pages() {
  static auto* const instance = new Pages();
  return *instance;
}

}  // namespace
