// Memory of large tensors: whole huge pages, kept when they are freed.
//
// A training step asks for the same sizes again and again. Fresh pages cost as much as the arithmetic of a cheap operator,
// and on pages of 4 KiB convolutions spend a tenth of their time on address translation.

#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <unordered_map>

namespace {

constexpr size_t PAGE = size_t{2} << 20;         // a huge page of x86-64 and of most others
constexpr size_t MOST_KEPT = size_t{2} << 30;    // what is freed beyond this goes back to the system
constexpr size_t LEAST_IN_PAGES = size_t{1} << 20;  // smaller requests are malloc's

class Pages {
 public:
  /** Memory for `bytes`, aligned to a page; null when the system refuses. */
  void* allocate(size_t bytes) {
    const auto size = (bytes + PAGE - 1) / PAGE * PAGE;
    if (size < bytes) return nullptr;
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = kept.lower_bound(size);
    // Not a much larger one: whoever needs that would have to ask the system.
    if (found != kept.end() && found->first <= size + size / 4) {
      const auto [foundSize, memory] = *found;
      kept.erase(found);
      keptBytes -= foundSize;
      return use(memory, foundSize);
    }
    makeRoom(size);
    auto* memory = map(size);
    if (!memory && keptBytes > 0) {
      giveBack();
      memory = map(size);
    }
    return memory ? use(memory, size) : nullptr;
  }

  /** False for memory that is not from here. */
  bool free(void* memory) {
    const std::lock_guard<std::mutex> lock(mutex);
    const auto found = sizes.find(memory);
    if (found == sizes.end()) return false;
    const auto size = found->second;
    sizes.erase(found);
    usedBytes -= size;
    if (keptBytes + size > MOST_KEPT) {
      munmap(memory, size);
    } else {
      kept.emplace(size, memory);
      keptBytes += size;
    }
    return true;
  }

  /** Returns what is kept to the system, and how much that was. */
  size_t release() {
    const std::lock_guard<std::mutex> lock(mutex);
    return giveBack();
  }

 private:
  void* use(void* memory, size_t size) {
    sizes.emplace(memory, size);
    usedBytes += size;
    mostUsed = std::max(mostUsed, usedBytes);
    return memory;
  }

  /**
   * Gives back, largest first, what would let the whole grow beyond half as much again as was ever used at once: a step
   * that repeats needs less, images of ever other sizes would pile up.
   */
  void makeRoom(size_t size) {
    const auto limit = std::max(mostUsed, usedBytes + size) / 2 * 3;
    while (!kept.empty() && usedBytes + keptBytes + size > limit) {
      const auto largest = std::prev(kept.end());
      munmap(largest->second, largest->first);
      keptBytes -= largest->first;
      kept.erase(largest);
    }
  }

  static void* map(size_t size) {
    auto* start = mmap(nullptr, size + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return nullptr;
    const auto address = reinterpret_cast<uintptr_t>(start);
    const auto aligned = (address + PAGE - 1) / PAGE * PAGE;
    if (aligned > address) munmap(start, aligned - address);
    if (aligned < address + PAGE) munmap(reinterpret_cast<void*>(aligned + size), address + PAGE - aligned);
#ifdef MADV_HUGEPAGE
    madvise(reinterpret_cast<void*>(aligned), size, MADV_HUGEPAGE);
#endif
    return reinterpret_cast<void*>(aligned);
  }

  size_t giveBack() {
    for (const auto& [size, memory] : kept) munmap(memory, size);
    kept.clear();
    const auto bytes = keptBytes;
    keptBytes = 0;
    return bytes;
  }

  std::mutex mutex;
  std::multimap<size_t, void*> kept;
  std::unordered_map<void*, size_t> sizes;  // of what is in use
  size_t keptBytes = 0;
  size_t usedBytes = 0;
  size_t mostUsed = 0;
};

/** One for the process, which outlives all tensors. */
Pages& pages() {
  static auto* const instance = new Pages();
  return *instance;
}

}  // namespace
