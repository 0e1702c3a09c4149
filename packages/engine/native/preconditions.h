// What some of ATen's kernels take for granted: in some versions of libtorch they read outside of their tensors, or divide
// by zero, where these do not hold. Found by fuzz.mjs; all other operators check their arguments themselves.

#pragma once

#include "environment.h"

namespace {

using Arguments = torch::jit::Stack;

/** `upsample_*`: a scale contradicts the sizes. Scales are the last arguments, one an axis of `output_size`. */
void requireMatchingScales(const Arguments& stack, at::IntArrayRef input, at::IntArrayRef output) {
  if (output.size() > stack.size() || input.size() < output.size()) return;
  const auto scales = stack.size() - output.size();
  for (size_t axis = 0; axis < output.size(); ++axis) {
    const auto& scale = stack[scales + axis];
    if (!scale.isDouble()) continue;
    const double size = static_cast<double>(input[input.size() - output.size() + axis]);
    const double excess = size * scale.toDouble() - static_cast<double>(output[axis]);
    if (!(excess > -1e-3 && excess < 1))
      throw ArgumentError("scale " + std::to_string(scale.toDouble()) + " does not take " +
                          std::to_string(static_cast<int64_t>(size)) + " to " + std::to_string(output[axis]));
  }
}

void checkUpsampling(const Arguments& stack) {
  if (stack[1].isIntList()) requireMatchingScales(stack, stack[0].toTensor().sizes(), stack[1].toIntVector());
}

void checkUpsamplingBackward(const Arguments& stack) {
  requireMatchingScales(stack, stack[2].toIntVector(), stack[1].toIntVector());
}

void checkPixelShuffle(const Arguments& stack) {
  const auto factor = stack[1].toInt();
  if (factor < 1 || factor > 1 << 15) throw ArgumentError("factor must be 1 to 32768, got " + std::to_string(factor));
}

/** Whether all values are indices into `size` elements. A GPU's values are not looked at: that would wait for it. */
bool holdsIndices(const at::Tensor& values, int64_t size) {
  if (!values.is_cpu() || values.numel() == 0) return true;
  return values.min().item<int64_t>() >= 0 && values.max().item<int64_t>() < size;
}

void requireGroups(const c10::IValue& groups) {
  if (groups.toInt() < 1 || groups.toInt() > INT32_MAX)
    throw ArgumentError("groups must be a positive 32-bit integer, got " + std::to_string(groups.toInt()));
}

void checkConvolution(const Arguments& stack) { requireGroups(stack[8]); }

void checkConvolutionBackward(const Arguments& stack) { requireGroups(stack[9]); }

void checkMaxPoolBackward(const Arguments& stack) {
  const auto input = stack[1].toTensor();
  if (input.dim() < 2 || !holdsIndices(stack.back().toTensor(), input.size(-1) * input.size(-2)))
    throw ArgumentError("indices point outside of the input");
}

void checkSearchsorted(const Arguments& stack) {
  const auto& sorter = stack.back();
  if (!sorter.isTensor()) return;
  const auto sorted = stack[0].toTensor();
  if (sorted.dim() == 0 || !holdsIndices(sorter.toTensor(), sorted.size(-1)))
    throw ArgumentError("sorter holds an index outside of the sorted sequence");
}

void checkBatchNorm(const Arguments& stack) {
  const auto input = stack[0].toTensor();
  if (input.dim() < 2) throw ArgumentError("the input must have at least 2 dimensions");
  for (size_t i = 1; i <= 4; ++i)
    if (stack[i].isTensor() && (stack[i].toTensor().dim() != 1 || stack[i].toTensor().size(0) != input.size(1)))
      throw ArgumentError("weight, bias, mean and variance must hold one value a channel");
  if (!stack[5].toBool() && (!stack[3].isTensor() || !stack[4].isTensor()))
    throw ArgumentError("mean and variance are needed except in training");
}

/** Values in a tensor's place are one for each of `count` things. */
void requireOneEach(const Arguments& stack, std::initializer_list<size_t> places, int64_t count, const char* what) {
  for (const auto i : places)
    if (stack[i].isTensor() && (stack[i].toTensor().dim() != 1 || stack[i].toTensor().size(0) != count)) throw ArgumentError(what);
}

void checkBatchNormBackward(const Arguments& stack) {
  const auto input = stack[1].toTensor();
  if (input.dim() < 2 || stack[0].toTensor().sizes() != input.sizes())
    throw ArgumentError("the input must have at least 2 dimensions, and its gradient the same sizes");
  requireOneEach(stack, {2, 3, 4, 5, 6}, input.size(1), "weight, means and variances must hold one value a channel");
  const size_t first = stack[7].toBool() ? 5 : 3;
  if (!stack[first].isTensor() || !stack[first + 1].isTensor())
    throw ArgumentError("mean and variance are needed: those that were saved in training, the moving ones otherwise");
}

void checkLayerNormBackward(const Arguments& stack) {
  const auto input = stack[1].toTensor();
  if (stack[0].toTensor().sizes() != input.sizes()) throw ArgumentError("the gradient must have the sizes of the input");
  int64_t size = 1;
  for (const auto length : stack[2].toIntVector()) size *= std::max<int64_t>(length, 0);
  const auto rows = size > 0 ? input.numel() / size : 0;
  if (stack[3].toTensor().numel() != rows || stack[4].toTensor().numel() != rows)
    throw ArgumentError("mean and rstd must hold one value for each " + std::to_string(size) + " of the input");
}

/** What to check before an operator is called; null for nearly all of them. */
Precondition preconditionOf(const std::string& name) {
  const auto starts = [&](const char* prefix) { return name.rfind(prefix, 0) == 0; };
  if (starts("aten::upsample_") || starts("aten::_upsample_"))
    return name.find("_backward") == std::string::npos ? checkUpsampling : checkUpsamplingBackward;
  if (starts("aten::pixel_shuffle") || starts("aten::pixel_unshuffle")) return checkPixelShuffle;
  if (name == "aten::convolution") return checkConvolution;
  if (name == "aten::convolution_backward") return checkConvolutionBackward;
  if (name == "aten::max_pool2d_with_indices_backward") return checkMaxPoolBackward;
  if (name == "aten::searchsorted.Tensor") return checkSearchsorted;
  if (name == "aten::native_batch_norm") return checkBatchNorm;
  if (name == "aten::native_batch_norm_backward") return checkBatchNormBackward;
  if (name == "aten::native_layer_norm_backward") return checkLayerNormBackward;
  return nullptr;
}

}  // namespace
