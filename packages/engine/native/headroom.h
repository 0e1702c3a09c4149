// What this process can still get: the least of what the machine, its container and its address space have left.

#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

// libuv, which the node executable exports.
extern "C" {
uint64_t uv_get_constrained_memory(void);
int uv_resident_set_memory(size_t* rss);
}

namespace {

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

/** What `ulimit -v` leaves. */
uint64_t availableAddresses() {
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const auto used = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

uint64_t headroom() { return std::min({availableOnMachine(), availableInContainer(), availableAddresses()}); }

}  // namespace
