// Operators that ATen lacks or has slow on the CPU, registered with the dispatcher beside ATen's own and called as those are.

#pragma once

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <tuple>
#include <vector>

#include "adam.h"
#include "capability.h"
#include "recurrent.h"

namespace {

constexpr int64_t GRAIN = 1 << 15;  // elements for which a thread is worth waking

void requireFloats(const char* what, const at::Tensor& tensor) {
  TORCH_CHECK(tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.layout() == at::kStrided, what,
              " must be float32 on the CPU");
}

LOOP void gate(int64_t count, const float* dy, const float* y, float* __restrict dx) {
  for (int64_t i = 0; i < count; ++i) dx[i] = y[i] > 0 ? dy[i] : 0;
}

LOOP void addRows(int64_t rows, int64_t channels, const float* x, float* __restrict sums) {
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t c = 0; c < channels; ++c) sums[c] += x[row * channels + c];
}

/**
 * Gradients of y = relu(x + bias) to x and to the bias, which lies along the last axis, in one pass: a block of rows
 * is summed while it is in the cache, and by itself, so that errors do not add up.
 */
std::tuple<at::Tensor, at::Tensor> biasReluBackward(const at::Tensor& dy, const at::Tensor& y) {
  requireFloats("bias_relu_backward: dy and y", dy);
  requireFloats("bias_relu_backward: dy and y", y);
  TORCH_CHECK(dy.sizes() == y.sizes() && dy.dim() > 0, "bias_relu_backward: sizes must be the same, got ", dy.sizes(),
              " and ", y.sizes());
  constexpr int64_t BLOCK = 64;
  const auto upstream = dy.contiguous(), output = y.contiguous();
  const auto dx = at::empty_like(upstream);
  const auto channels = y.size(-1);
  const auto rows = channels > 0 ? y.numel() / channels : 0;
  const auto blocks = (rows + BLOCK - 1) / BLOCK;
  const auto parts = at::zeros({blocks, channels}, dy.options());
  const auto *dyData = upstream.data_ptr<float>(), *yData = output.data_ptr<float>();
  auto *dxData = dx.data_ptr<float>(), *partData = parts.data_ptr<float>();
  at::parallel_for(0, blocks, std::max<int64_t>(1, GRAIN / (BLOCK * std::max<int64_t>(channels, 1))),
                   [&](int64_t begin, int64_t end) {
                     for (auto block = begin; block < end; ++block) {
                       const auto place = block * BLOCK * channels;
                       const auto count = std::min(BLOCK, rows - block * BLOCK);
                       run<gate>(count * channels, dyData + place, yData + place, dxData + place);
                       run<addRows>(count, channels, dxData + place, partData + block * channels);
                     }
                   });
  return {dx, parts.sum(0)};
}

/** out = (a + d) / 4 + (b + c) 3 / 4 of rows of pixels that are `stride` apart; `out` is dense. */
LOOP void mixRows(int64_t pixels, int64_t channels, int64_t stride, const float* a, const float* b, const float* c,
                  const float* d, float* __restrict out) {
  for (int64_t x = 0; x < pixels; ++x, a += stride, b += stride, c += stride, d += stride, out += channels)
    for (int64_t i = 0; i < channels; ++i) out[i] = 0.25f * (a[i] + d[i]) + 0.75f * (b[i] + c[i]);
}

/** The same of the neighbouring pixels of a dense row, which becomes half as long. */
LOOP void mixColumns(int64_t width, int64_t channels, const float* row, float* __restrict out) {
  for (int64_t x = 0; x < width; ++x) {
    const float* b = row + 2 * x * channels;
    const float* a = x > 0 ? b - channels : b;
    const float* c = b + channels;
    const float* d = x + 1 < width ? c + channels : c;
    for (int64_t i = 0; i < channels; ++i) out[x * channels + i] = 0.25f * (a[i] + d[i]) + 0.75f * (b[i] + c[i]);
  }
}

/**
 * Gradient of the bilinear enlargement of [B, H, W, C] to twice the height and width, with half-pixel centres. Input k
 * has the weights 1/4, 3/4, 3/4, 1/4 in outputs 2 k - 1 ... 2 k + 2; at the edges the outermost output has both of its.
 */
at::Tensor doubleBilinearBackward(const at::Tensor& dy) {
  requireFloats("double_bilinear_backward: dy", dy);
  TORCH_CHECK(dy.dim() == 4 && dy.size(1) % 2 == 0 && dy.size(2) % 2 == 0,
              "double_bilinear_backward: dy must be [B, 2 H, 2 W, C], got ", dy.sizes());
  // Part of a concatenation is taken as it is: only channels must lie side by side.
  const auto upstream = dy.stride(3) == 1 ? dy : dy.contiguous();
  const auto height = dy.size(1) / 2, width = dy.size(2) / 2, channels = dy.size(3);
  const auto image = upstream.stride(0), line = upstream.stride(1), pixel = upstream.stride(2);
  const auto dx = at::empty({dy.size(0), height, width, channels}, dy.options());
  if (dx.numel() == 0) return dx;
  const auto* dyData = upstream.data_ptr<float>();
  auto* dxData = dx.data_ptr<float>();
  const auto length = 2 * width * channels;
  at::parallel_for(0, dy.size(0) * height, std::max<int64_t>(1, GRAIN / length), [&](int64_t begin, int64_t end) {
    std::vector<float> mixed(length);
    for (auto row = begin; row < end; ++row) {
      const auto y = row % height;
      const float* b = dyData + row / height * image + 2 * y * line;
      const float* c = b + line;
      run<mixRows>(2 * width, channels, pixel, y > 0 ? b - line : b, b, c, y + 1 < height ? c + line : c, mixed.data());
      run<mixColumns>(width, channels, mixed.data(), dxData + row * width * channels);
    }
  });
  return dx;
}

/**
 * Row numbers of multi-dimensional indices [N, K] into the first K axes of a shape. Each index must lie within its axis: all
 * together they would lead to another row.
 */
at::Tensor rowsOf(const at::Tensor& indices, at::IntArrayRef sizes) {
  const auto depth = static_cast<int64_t>(sizes.size());
  TORCH_CHECK(indices.is_cpu() && indices.scalar_type() == at::kInt && indices.dim() == 2 && indices.size(1) == depth,
              "rows_of: indices must be int32[N, ", depth, "] on the CPU, got ", indices.sizes());
  const auto places = indices.contiguous();
  const auto rows = at::empty({indices.size(0)}, indices.options().dtype(at::kLong));
  const auto* index = places.data_ptr<int32_t>();
  auto* row = rows.data_ptr<int64_t>();
  for (int64_t i = 0; i < indices.size(0); ++i, index += depth) {
    row[i] = 0;
    for (int64_t axis = 0; axis < depth; ++axis) {
      TORCH_CHECK(index[axis] >= 0 && index[axis] < sizes[axis], "the index ", at::ArrayRef<int32_t>(index, depth),
                  " is outside of the shape ", sizes);
      row[i] = row[i] * sizes[axis] + index[axis];
    }
  }
  return rows;
}

void registerKernels() {
  if (c10::Dispatcher::singleton().findSchema({"sandwich::adam", ""})) return;  // by another copy of this addon
  static torch::Library library(torch::Library::DEF, "sandwich", c10::nullopt, __FILE__, __LINE__);
  library.def(
      "adam(Tensor[] gradients, Tensor[] m, Tensor[] v, float beta1, float beta2, Tensor rates, Tensor epsilons)"
      " -> Tensor[]",
      adam);
  library.def("bias_relu_backward(Tensor dy, Tensor y) -> (Tensor, Tensor)", biasReluBackward);
  library.def("double_bilinear_backward(Tensor dy) -> Tensor", doubleBilinearBackward);
  library.def("rows_of(Tensor indices, int[] sizes) -> Tensor", rowsOf);
  defineRecurrent(library);
}

}  // namespace
