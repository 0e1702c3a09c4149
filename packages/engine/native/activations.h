// Sigmoid and hyperbolic tangent as plain arithmetic, which a compiler turns into vector instructions, and which gives the same
// bits on every processor.

#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "capability.h"

namespace {

/** e^x to a relative error of 2e-7; beyond +-87 as there. x = n ln 2 + r, with a polynomial for e^r (Cephes). */
LOOP float exponential(float x) {
  x = std::min(std::max(x, -87.0f), 87.0f);
  const float turns = x * 1.44269504088896341f;
  const int32_t n = static_cast<int32_t>(turns + (turns < 0 ? -0.5f : 0.5f));
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float y = 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * r * r + r + 1;
  const int32_t bits = (n + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return y * power;
}

LOOP float logistic(float x) { return x != x ? x : 1 / (1 + exponential(-x)); }

/** Keras's linear approximation: x / 5 + 1/2 within 0 and 1. */
LOOP float hardLogistic(float x) { return x != x ? x : std::min(std::max(0.2f * x + 0.5f, 0.0f), 1.0f); }

/** By a polynomial near zero, where the quotient would lose digits (Cephes). */
LOOP float hyperbolicTangent(float x) {
  const float s = x * x;
  float p = -5.70498872745e-3f;
  p = p * s + 2.06390887954e-2f;
  p = p * s - 5.37397155531e-2f;
  p = p * s + 1.33314422036e-1f;
  p = p * s - 3.33332819422e-1f;
  const float near = p * s * x + x;
  const float far = 1 - 2 / (exponential(2 * x) + 1);
  const float y = s < 0.390625f ? near : far;
  return x != x ? x : y;
}

}  // namespace
