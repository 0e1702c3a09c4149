// Arithmetic of convolutions and matrix products, as PyTorch's autocast has it: their factors are rounded to bfloat16, what
// comes out is float32 again. All other operators compute in float32.

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

bool multiplies(const std::string& name) {
  static const std::set<std::string> names{
      "aten::convolution", "aten::convolution_backward", "aten::matmul", "aten::mm", "aten::bmm", "aten::addmm",
      "aten::baddbmm",     "aten::addbmm",               "aten::mv",     "aten::dot", "aten::linear", "aten::einsum",
  };
  return names.count(name) > 0;
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

void callProduct(const Operator& op, torch::jit::Stack& stack, Precision precision) {
  if (precision != Precision::bf16) {
    allowTf32(precision == Precision::tf32);
    return op.handle.callBoxed(stack);
  }
  castTensors(stack, at::kFloat, at::kBFloat16);
  op.handle.callBoxed(stack);
  castTensors(stack, at::kBFloat16, at::kFloat);
}

}  // namespace
