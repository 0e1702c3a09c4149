// Arithmetic of convolutions and matrix products, as PyTorch's autocast has it: their factors are rounded to bfloat16. What comes out of a
// convolution, and its gradient to the images, stays in bfloat16, through operators that move values, add or gate them, until an
// operator that needs float32 is given it. Gradients of weights, matrix products and all other operators are float32.

#pragma once

#include <ATen/Context.h>

#include <atomic>
#include <set>

#include "environment.h"

namespace {

Precision toPrecision(const std::string& name) {
  if (name == "fp32") return Precision::fp32;
  if (name == "tf32") return Precision::tf32;
  if (name == "bf16") return Precision::bf16;
  throw ArgumentError("no precision is called " + name + ": fp32, tf32 and bf16 are known");
}

InBfloat16 inBfloat16(const std::string& name) {
  static const std::set<std::string> convolutions{"aten::convolution", "aten::convolution_backward"};
  static const std::set<std::string> products{
      "aten::matmul", "aten::mm", "aten::bmm", "aten::addmm",  "aten::baddbmm", "aten::addbmm",
      "aten::mv",     "aten::dot", "aten::linear", "aten::einsum",
  };
  static const std::set<std::string> kept{
      "aten::add.Tensor",     "aten::alias",        "aten::cat",           "aten::constant_pad_nd",
      "aten::contiguous",     "aten::expand",       "aten::flip",          "aten::index_select",
      "aten::leaky_relu",     "aten::leaky_relu_",  "aten::narrow",        "aten::permute",
      "aten::relu",           "aten::relu_",        "aten::reshape",       "aten::slice.Tensor",
      "aten::split_with_sizes", "aten::stack",      "aten::threshold_backward", "aten::transpose.int",
      "aten::unsqueeze",      "aten::upsample_bilinear2d", "aten::upsample_bilinear2d_backward",
      "aten::upsample_nearest2d", "aten::upsample_nearest2d_backward",
  };
  if (convolutions.count(name) > 0) return InBfloat16::convolution;
  if (products.count(name) > 0) return InBfloat16::product;
  if (kept.count(name) > 0) return InBfloat16::kept;
  // It converts what it writes, and must write to the tensor that it is given.
  if (name == "aten::copy_") return InBfloat16::copied;
  return InBfloat16::float32;
}

/** PyTorch has one switch for the process, and each recorded call its own precision. */
void allowTf32(bool allow) {
  static std::atomic<int> current{-1};
  if (current.exchange(allow) == static_cast<int>(allow)) return;
  at::globalContext().setAllowTF32CuBLAS(allow);
  at::globalContext().setAllowTF32CuDNN(allow);
}

/** Casts the tensors of one type, also those in lists, and leaves all else alone. */
void castTensors(torch::jit::Stack& stack, at::ScalarType from, at::ScalarType to) {
  const auto cast = [&](const at::Tensor& tensor) {
    return tensor.defined() && tensor.scalar_type() == from ? tensor.to(to) : tensor;
  };
  for (auto& value : stack) {
    if (value.isTensor()) {
      value = cast(value.toTensor());
    } else if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const auto& tensor : value.toTensorVector()) list.push_back(cast(tensor));
      value = list;
    }
  }
}

/** Whether there may be tensors of bfloat16: looking through all arguments of all calls costs time. */
std::atomic<bool> bfloat16Exists{false};

bool holds(const torch::jit::Stack& stack, at::ScalarType type) {
  const auto is = [&](const at::Tensor& tensor) { return tensor.defined() && tensor.scalar_type() == type; };
  for (const auto& value : stack) {
    if (value.isTensor() && is(value.toTensor())) return true;
    if (value.isTensorList())
      for (const auto& tensor : value.toTensorVector())
        if (is(tensor)) return true;
  }
  return false;
}

/** Brings arguments to the type in which an operator computes. */
void castArguments(const Operator& op, torch::jit::Stack& stack, Precision precision) {
  const bool multiplies = op.inBfloat16 == InBfloat16::convolution || op.inBfloat16 == InBfloat16::product;
  if (precision == Precision::bf16 && multiplies) {
    bfloat16Exists = true;
    return castTensors(stack, at::kFloat, at::kBFloat16);
  }
  if (multiplies) allowTf32(precision == Precision::tf32);
  if (!bfloat16Exists || op.inBfloat16 == InBfloat16::copied) return;
  const bool kept = precision == Precision::bf16 && op.inBfloat16 == InBfloat16::kept && !holds(stack, at::kFloat);
  if (!kept) castTensors(stack, at::kBFloat16, at::kFloat);
}

/** Results that leave bfloat16: those of matrix products, and the gradients of a convolution's weights and bias. */
void castResults(const Operator& op, torch::jit::Stack& stack, Precision precision) {
  if (precision != Precision::bf16) return;
  if (op.inBfloat16 == InBfloat16::product) return castTensors(stack, at::kBFloat16, at::kFloat);
  if (op.inBfloat16 != InBfloat16::convolution) return;
  for (size_t i = 1; i < stack.size(); ++i)
    if (stack[i].isTensor() && stack[i].toTensor().defined()) stack[i] = stack[i].toTensor().to(at::kFloat);
}

}  // namespace
