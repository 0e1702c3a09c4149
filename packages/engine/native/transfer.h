// Values from JS typed arrays to tensors and back.

#pragma once

#include <c10/core/Event.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/StringUtil.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>

#include "memory.h"
#include "values.h"

namespace {

struct HostArray {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
};

/** Valid until JS code runs: that may detach, shrink or resize the array's memory. */
HostArray toHostArray(napi_env env, napi_value value) {
  HostArray array;
  bool isTypedArray = false;
  check(napi_is_typedarray(env, value, &isTypedArray), "typed array");
  if (!isTypedArray) throw ArgumentError("expected a typed array");
  check(napi_get_typedarray_info(env, value, &array.type, &array.length, &array.data, nullptr, nullptr), "typed array");
  return array;
}

at::ScalarType scalarTypeOf(napi_typedarray_type type) {
  switch (type) {
    case napi_float32_array:
      return at::kFloat;
    case napi_int32_array:
      return at::kInt;
    case napi_uint8_array:
      return at::kBool;
    default:
      throw ArgumentError("expected a Float32Array, an Int32Array or, for booleans, a Uint8Array");
  }
}

/** `pinned` memory can be copied to a GPU while the host goes on; PyTorch keeps it until that copy is done. */
at::Tensor toHostTensor(napi_env env, napi_value values, napi_value sizes, bool pinned) {
  const auto shape = toIntegers(env, sizes);
  if (shape.size() > static_cast<size_t>(MAX_DIMENSIONS)) throw ArgumentError("a shape of more than 64 dimensions");
  double count = 1;
  for (const auto size : shape) {
    if (size < 0) throw ArgumentError(c10::str("negative size in shape ", at::IntArrayRef(shape)));
    count *= static_cast<double>(size);
  }
  const auto array = toHostArray(env, values);
  const auto type = scalarTypeOf(array.type);
  if (count != static_cast<double>(array.length)) {
    const auto text = count <= MAX_SAFE_INTEGER ? std::to_string(static_cast<int64_t>(count)) : "too many";
    throw ArgumentError(c10::str("shape ", at::IntArrayRef(shape), " holds ", text, " values, the array ", array.length));
  }
  auto tensor = at::empty(shape, at::TensorOptions().dtype(type).pinned_memory(pinned));
  if (type == at::kBool) {
    const auto* bytes = static_cast<const uint8_t*>(array.data);
    std::transform(bytes, bytes + array.length, static_cast<bool*>(tensor.data_ptr()), [](uint8_t b) { return b != 0; });
  } else if (array.length > 0) {
    std::memcpy(tensor.data_ptr(), array.data, tensor.nbytes());
  }
  return tensor;
}

/** Of the JS array that holds the values of a tensor. */
at::ScalarType hostTypeOf(const at::Tensor& tensor) {
  const auto type = tensor.scalar_type();
  if (at::isComplexType(type)) throw ArgumentError("complex tensors cannot be read; read their view_as_real");
  return at::isFloatingType(type) ? at::kFloat : type == at::kBool ? at::kBool : at::kInt;
}

/** As contiguous float32, int32 or bool on the host, which is what JS has arrays for. */
at::Tensor onHost(const at::Tensor& tensor) { return tensor.to(at::kCPU, hostTypeOf(tensor)).contiguous(); }

/**
 * The same, waited for on another thread. On CUDA the copy is queued at once, behind the work that makes the values, into
 * pinned memory; an event tells when it is done.
 */
class HostCopy {
 public:
  at::Tensor tensor;

  explicit HostCopy(const at::Tensor& source) : tensor(source) {
    if (!source.is_cuda()) return;
    const auto values = source.to(hostTypeOf(source)).contiguous();
    tensor = at::empty(values.sizes(), values.options().device(at::kCPU).pinned_memory(true));
    tensor.copy_(values, /*non_blocking=*/true);
    const auto* device = c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA);
    event.emplace(c10::DeviceType::CUDA);
    event->record(device->getStream(source.device()));
  }

  void wait() {
    if (!event) {
      tensor = onHost(tensor);
      return;
    }
    // libtorch 1.13 has no other way to wait for an event without CUDA's headers.
    while (!event->query()) std::this_thread::sleep_for(std::chrono::microseconds(50));
  }

 private:
  std::optional<c10::Event> event;
};

void captureConstructor(napi_env env, const char* name, napi_ref* constructor) {
  napi_value global, function;
  check(napi_get_global(env, &global), "global");
  check(napi_get_named_property(env, global, name, &function), name);
  check(napi_create_reference(env, function, 1, constructor), name);
}

void captureConstructors(napi_env env, Constructors& constructors) {
  captureConstructor(env, "Float32Array", &constructors.float32);
  captureConstructor(env, "Int32Array", &constructors.int32);
  captureConstructor(env, "Uint8Array", &constructors.uint8);
}

/** Through the JS constructor, which throws a RangeError where Node-API's own functions would end the process. */
napi_value toTypedArray(napi_env env, const Environment& environment, const at::Tensor& tensor) {
  const auto type = tensor.scalar_type();
  const auto& constructors = environment.constructors;
  const auto reference = type == at::kFloat ? constructors.float32 : type == at::kInt ? constructors.int32 : constructors.uint8;
  napi_value constructor, value;
  check(napi_get_reference_value(env, reference, &constructor), "constructor");
  const auto length = fromNumber(env, static_cast<double>(tensor.numel()));
  requireAvailable(tensor.nbytes());
  if (napi_new_instance(env, constructor, 1, &length, &value) != napi_ok) {
    napi_value rangeError;
    napi_get_and_clear_last_exception(env, &rangeError);
    throw OutOfMemory("out of memory: JavaScript has no room for " + std::to_string(tensor.numel()) + " values");
  }
  const auto array = toHostArray(env, value);
  if (array.length != static_cast<size_t>(tensor.numel())) throw ArgumentError("typed array of another length");
  if (array.length > 0) std::memcpy(array.data, tensor.data_ptr(), tensor.nbytes());
  return value;
}

}  // namespace
