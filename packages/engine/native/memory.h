// Memory of the host: a request that the machine cannot fulfil fails before it is made.
//
// Linux grants more memory than it has and ends a process when it is used, so a failing malloc cannot be waited for.

#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstring>

#include "environment.h"
#include "headroom.h"
#include "pages.h"

namespace {

constexpr size_t LARGE = size_t{256} << 20;  // smaller requests are not worth the look

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

/** Returns all memory that is kept for later to the system: of the pages, and of malloc. */
void releaseKept() {
  pages().release();
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

void requireAvailable(size_t bytes) {
  if (bytes < LARGE) return;
  auto available = headroom();
  if (bytes <= available || bytes <= available + keptByMalloc()) return;
  releaseKept();
  available = headroom();
  if (bytes <= available) return;
  throw OutOfMemory("out of memory: " + std::to_string(bytes >> 20) + " MiB are wanted for one tensor, " +
                    std::to_string(available >> 20) + " MiB are available");
}

c10::Allocator* allocatorOfAten = nullptr;

void freePages(void* memory) { pages().free(memory); }

/** Of memory of either origin, for callers that know the address only. */
void freeAny(void* memory) {
  if (memory && !pages().free(memory)) allocatorOfAten->raw_deleter()(memory);
}

/** `requireAvailable`, then pages for large tensors and ATen's own allocator for the others. */
class CarefulAllocator final : public c10::Allocator {
 public:
  // libtorch 1.13 declares `allocate` const, newer ones do not: one of the two overrides it.
  c10::DataPtr allocate(size_t bytes) const { return checkedAllocate(bytes); }
  c10::DataPtr allocate(size_t bytes) { return checkedAllocate(bytes); }
  void copy_data(void* to, const void* from, size_t count) const { std::memcpy(to, from, count); }

  c10::DeleterFnPtr raw_deleter() const override { return freeAny; }

 private:
  c10::DataPtr checkedAllocate(size_t bytes) const {
    const auto refused = [&] {
      return OutOfMemory("out of memory: " + std::to_string(bytes) + " bytes for one tensor were refused by the system");
    };
    if (bytes >= LEAST_IN_PAGES) {
      requireAvailable(bytes);
      auto* memory = pages().allocate(bytes);
      if (!memory) {
        releaseKept();
        memory = pages().allocate(bytes);
      }
      if (!memory) throw refused();
      return {memory, memory, freePages, at::Device(at::kCPU)};
    }
    try {
      return allocatorOfAten->allocate(bytes);
    } catch (const std::exception&) {
      releaseKept();
    }
    try {
      return allocatorOfAten->allocate(bytes);
    } catch (const std::exception&) {
      throw refused();
    }
  }
};

void guardMemory() {
#ifdef __GLIBC__
  // What libraries ask malloc for behind ATen's back, such as oneDNN's scratch memory, keeps its pages too: above 32 MiB
  // they would be unmapped and faulted in again at every step.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2047 << 20);
#endif
  allocatorOfAten = c10::GetCPUAllocator();
  c10::SetCPUAllocator(new CarefulAllocator(), 1);
}

}  // namespace
