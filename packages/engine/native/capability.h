// Which instruction set the loops of kernels.h run on: the processor's best, or a lower one that
// SANDWICH_CPU_CAPABILITY names.

#pragma once

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <stdexcept>
#include <string>

namespace {

constexpr const char* CAPABILITIES[] = {"default", "avx2", "avx512"};

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)

long capabilityOfProcessor() {
  return __builtin_cpu_supports("avx512f") ? 2 : __builtin_cpu_supports("avx2") ? 1 : 0;
}

#define COMPILED_FOR(instructions) __attribute__((noinline, optimize("O3"), target(instructions)))

#else

long capabilityOfProcessor() { return 0; }

#define COMPILED_FOR(instructions)

#endif

/** An index of CAPABILITIES. */
long capability() {
  static const auto chosen = [] {
    const auto* limit = std::getenv("SANDWICH_CPU_CAPABILITY");
    if (limit == nullptr || *limit == '\0') return capabilityOfProcessor();
    const auto* found = std::find(std::begin(CAPABILITIES), std::end(CAPABILITIES), std::string(limit));
    if (found == std::end(CAPABILITIES))
      throw std::invalid_argument("SANDWICH_CPU_CAPABILITY must be default, avx2 or avx512, got " + std::string(limit));
    return std::min<long>(found - CAPABILITIES, capabilityOfProcessor());
  }();
  return chosen;
}

template <auto loop, typename... Arguments>
COMPILED_FOR("avx512f") void onAvx512(Arguments... arguments) {
  loop(arguments...);
}

template <auto loop, typename... Arguments>
COMPILED_FOR("avx2") void onAvx2(Arguments... arguments) {
  loop(arguments...);
}

template <auto loop, typename... Arguments>
COMPILED_FOR("sse2") void onDefault(Arguments... arguments) {
  loop(arguments...);
}

/** Runs a loop, compiled once for each instruction set. The loop must be declared LOOP, so that it is compiled into each. */
#define LOOP inline __attribute__((always_inline))

template <auto loop, typename... Arguments>
void run(Arguments... arguments) {
  switch (capability()) {
    case 2:
      return onAvx512<loop>(arguments...);
    case 1:
      return onAvx2<loop>(arguments...);
    default:
      return onDefault<loop>(arguments...);
  }
}

}  // namespace
