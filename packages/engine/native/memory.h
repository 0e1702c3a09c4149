// Memory of the host: a request that the machine cannot fulfil fails before it is made.
//
// Linux grants more memory than it has and ends a process when it is used, so a failing malloc cannot be waited for.

#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "environment.h"

// libuv, which the node executable exports.
extern "C" {
uint64_t uv_get_constrained_memory(void);
int uv_resident_set_memory(size_t* rss);
}

namespace {

constexpr size_t LARGE = size_t{256} << 20;  // smaller requests are not worth the look

/** What the machine can still give, by the kernel's own estimate, swap included. */
uint64_t availableOnMachine() {
  std::ifstream file("/proc/meminfo");
  std::string line, key;
  uint64_t amount, available = 0;
  bool known = false;
  while (std::getline(file, line)) {
    std::istringstream(line) >> key >> amount;
    if (key == "MemAvailable:" || key == "SwapFree:") available += amount * 1024;
    known = known || key == "MemAvailable:";
  }
  return known ? available : UINT64_MAX;
}

/** What a limit on this process's container leaves. */
uint64_t availableInContainer() {
  const auto limit = uv_get_constrained_memory();
  size_t resident = 0;
  if (limit == 0 || uv_resident_set_memory(&resident) != 0) return UINT64_MAX;
  return limit > resident ? limit - resident : 0;
}

/** Memory that was freed and that malloc keeps for the next request. */
uint64_t keptByMalloc() {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  return mallinfo2().fordblks;
#elif defined(__GLIBC__)
  return static_cast<unsigned>(mallinfo().fordblks);
#else
  return 0;
#endif
}

void requireAvailable(size_t bytes) {
  if (bytes < LARGE) return;
  auto available = std::min(availableOnMachine(), availableInContainer());
  if (bytes <= available || bytes <= available + keptByMalloc()) return;
  throw OutOfMemory("out of memory: " + std::to_string(bytes >> 20) + " MiB are wanted for one tensor, " +
                    std::to_string(available >> 20) + " MiB are available");
}

/** ATen's allocator behind `requireAvailable`. */
class CarefulAllocator final : public c10::Allocator {
 public:
  explicit CarefulAllocator(c10::Allocator* allocator) : allocator(allocator) {}

  // libtorch 1.13 declares `allocate` const, newer ones do not: one of the two overrides it.
  c10::DataPtr allocate(size_t bytes) const { return checkedAllocate(bytes); }
  c10::DataPtr allocate(size_t bytes) { return checkedAllocate(bytes); }
  void copy_data(void* to, const void* from, size_t count) const { std::memcpy(to, from, count); }

  c10::DeleterFnPtr raw_deleter() const override { return allocator->raw_deleter(); }

 private:
  c10::DataPtr checkedAllocate(size_t bytes) const {
    requireAvailable(bytes);
    try {
      return allocator->allocate(bytes);
    } catch (const std::exception&) {
      throw OutOfMemory("out of memory: " + std::to_string(bytes) + " bytes for one tensor were refused by the system");
    }
  }

  c10::Allocator* allocator;
};

void guardMemory() {
#ifdef __GLIBC__
  // Keep freed pages: activations above glibc's 32 MiB mmap threshold would otherwise be unmapped and faulted in again
  // at every step.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2047 << 20);
#endif
  c10::SetCPUAllocator(new CarefulAllocator(c10::GetCPUAllocator()), 1);
}

}  // namespace
