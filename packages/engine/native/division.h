// Integer division that cannot end the process.
//
// The smallest integer divided by -1 does not fit in its type, and x86 answers with a signal (SIGFPE), which some of
// ATen's kernels do not prevent. Such a division is done in 64 bits and cut to the type again, which wraps, as addition does.

#pragma once

#include <limits>
#include <set>

#include "environment.h"

namespace {

bool dividesIntegers(const std::string& name) {
  static const std::set<std::string> names{
      "aten::div.Tensor_mode",  "aten::div.Scalar_mode",       "aten::floor_divide",  "aten::floor_divide.Scalar",
      "aten::remainder.Tensor", "aten::remainder.Scalar",      "aten::fmod.Tensor",   "aten::fmod.Scalar",
      "aten::div_.Tensor_mode", "aten::floor_divide_.Tensor",  "aten::remainder_.Tensor", "aten::fmod_.Tensor",
  };
  return names.count(name) > 0;
}

bool isMinusOne(const c10::IValue& value) {
  if (value.isInt()) return value.toInt() == -1;
  // A GPU wraps by itself, and its values are not looked at: that would wait for it.
  if (!value.isTensor() || !value.toTensor().is_cpu() || !at::isIntegralType(value.toTensor().scalar_type(), false)) return false;
  return value.toTensor().numel() > 0 && value.toTensor().eq(-1).any().item<bool>();
}

void callDivision(const Operator& op, torch::jit::Stack& stack) {
  const bool dangerous = stack[0].isTensor() && at::isSignedType(stack[0].toTensor().scalar_type()) &&
                         at::isIntegralType(stack[0].toTensor().scalar_type(), false) && isMinusOne(stack[1]);
  if (!dangerous) return op.handle.callBoxed(stack);
  const auto dividend = stack[0].toTensor();
  if (dividend.scalar_type() == at::kLong) {
    if (dividend.eq(std::numeric_limits<int64_t>::min()).any().item<bool>())
      throw ArgumentError("the smallest 64-bit integer cannot be divided by -1");
    return op.handle.callBoxed(stack);
  }
  const bool inPlace = op.name.find("_.") != std::string::npos;
  if (inPlace) throw ArgumentError("integers cannot be divided by -1 in place");
  const auto type = stack[1].isTensor() ? at::result_type(dividend, stack[1].toTensor()) : dividend.scalar_type();
  stack[0] = dividend.to(at::kLong);
  op.handle.callBoxed(stack);
  stack[0] = stack[0].toTensor().to(type);
}

}  // namespace
