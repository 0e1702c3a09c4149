// Arguments and results of ATen operators, converted by the operator's own schema.

#pragma once

#include <ATen/core/jit_type.h>

#include <optional>

#include "values.h"

namespace {

c10::IValue toScalar(napi_env env, napi_value value) {
  switch (typeOf(env, value)) {
    case napi_boolean:
      return toBoolean(env, value);
    case napi_bigint: {
      int64_t integer;
      bool lossless;
      check(napi_get_value_bigint_int64(env, value, &integer, &lossless), "bigint");
      if (!lossless) throw ArgumentError("bigint does not fit in 64 bits");
      return integer;
    }
    default:
      return toNumber(env, value);
  }
}

at::Device toDevice(napi_env env, napi_value value) {
  const at::Device device(toString(env, value));
  if (!device.is_cpu() && !device.is_cuda()) throw DeviceError("device " + device.str() + " is not supported");
  return device;
}

/** Schemas pass enumerations as integers, and ATen indexes tables with them. `type` is what the integer stands for. */
int64_t toEnumerator(napi_env env, napi_value value, c10::TypeKind type) {
  const auto integer = toInteger(env, value);
  if (type == c10::TypeKind::ScalarTypeType && (integer < 0 || integer > 15 || (integer > 11 && integer < 15)))
    throw ArgumentError("no data type has the number " + std::to_string(integer));
  if (type == c10::TypeKind::LayoutType && integer != 0) throw ArgumentError("only strided layouts are supported");
  if (type == c10::TypeKind::MemoryFormatType &&
      (integer < 0 || integer >= static_cast<int64_t>(at::MemoryFormat::NumOptions)))
    throw ArgumentError("no memory format has the number " + std::to_string(integer));
  return integer;
}

/** `type` says how the value is boxed, `real` what an integer among them stands for. */
c10::IValue toArgument(napi_env env, Environment& environment, napi_value value, const c10::Type& type,
                       const c10::Type& real) {
  switch (type.kind()) {
    case c10::TypeKind::OptionalType: {
      if (isMissing(env, value)) return c10::IValue();
      const auto* optional = real.castRaw<c10::OptionalType>();
      return toArgument(env, environment, value, *type.castRaw<c10::OptionalType>()->getElementType(),
                        optional ? *optional->getElementType() : real);
    }
    case c10::TypeKind::TensorType:
      return toTensor(env, environment, value);
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
    case c10::TypeKind::ScalarTypeType:
    case c10::TypeKind::LayoutType:
    case c10::TypeKind::MemoryFormatType:
      return toEnumerator(env, value, real.kind());
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType:
      return toNumber(env, value);
    case c10::TypeKind::BoolType:
      return toBoolean(env, value);
    case c10::TypeKind::NumberType:
      return toScalar(env, value);
    case c10::TypeKind::StringType:
      return toString(env, value);
    case c10::TypeKind::DeviceObjType:
      return toDevice(env, value);
    case c10::TypeKind::ListType: {
      const auto element = type.castRaw<c10::ListType>()->getElementType();
      switch (element->kind()) {
        case c10::TypeKind::IntType:
        case c10::TypeKind::SymIntType:
          return toIntegers(env, value);
        case c10::TypeKind::TensorType: {
          c10::List<at::Tensor> list;
          forEachItem(env, value, [&](napi_value item) { list.push_back(toTensor(env, environment, item)); });
          return list;
        }
        case c10::TypeKind::BoolType: {
          c10::List<bool> list;
          forEachItem(env, value, [&](napi_value item) { list.push_back(toBoolean(env, item)); });
          return list;
        }
        case c10::TypeKind::FloatType: {
          c10::List<double> list;
          forEachItem(env, value, [&](napi_value item) { list.push_back(toNumber(env, item)); });
          return list;
        }
        default: {
          c10::impl::GenericList list(element);
          forEachItem(env, value,
                      [&](napi_value item) { list.push_back(toArgument(env, environment, item, *element, *element)); });
          return list;
        }
      }
    }
    default:
      throw ArgumentError("arguments of type " + type.str() + " are not supported");
  }
}

/** Results on their way to JS: the handles made so far are released again when a later one fails. */
class Results {
 public:
  Results(napi_env env, Environment& environment) : env(env), environment(environment) {}

  ~Results() {
    for (const auto handle : handles) environment.release(handle);
  }

  napi_value convert(const c10::IValue& result) {
    if (result.isTensor()) return convert(result.toTensor());
    if (result.isTensorList())
      return fromList(env, result.toTensorVector(), [&](const at::Tensor& tensor) { return convert(tensor); });
    if (result.isInt()) return fromNumber(env, static_cast<double>(result.toInt()));
    if (result.isDouble()) return fromNumber(env, result.toDouble());
    if (result.isBool()) return fromBoolean(env, result.toBool());
    throw ArgumentError("results of type " + result.tagKind() + " are not supported");
  }

  napi_value convert(const torch::jit::Stack& stack) {
    const auto value = stack.size() == 1
                           ? convert(stack[0])
                           : fromList(env, stack, [&](const c10::IValue& result) { return convert(result); });
    handles.clear();
    return value;
  }

 private:
  napi_value convert(const at::Tensor& tensor) {
    if (tensor.defined()) {
      handles.push_back(environment.insert(tensor));
      return fromNumber(env, handles.back());
    }
    napi_value null;
    check(napi_get_null(env, &null), "null");
    return null;
  }

  napi_env env;
  Environment& environment;
  std::vector<double> handles;
};

/** ATen's kernels take it that their tensors are on one device; only single numbers may stay on the CPU. */
void requireOneDevice(const torch::jit::Stack& stack) {
  std::optional<at::Device> device;
  const auto visit = [&](const at::Tensor& tensor) {
    if (!tensor.defined() || (tensor.dim() == 0 && tensor.is_cpu())) return;
    if (!device) device = tensor.device();
    if (*device != tensor.device())
      throw DeviceError("tensors on " + device->str() + " and on " + tensor.device().str() + " cannot be mixed");
  };
  for (const auto& value : stack) {
    if (value.isTensor()) visit(value.toTensor());
    if (value.isTensorList())
      for (const auto& tensor : value.toTensorVector()) visit(tensor);
  }
}

}  // namespace
