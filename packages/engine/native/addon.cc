// libtorch for Node: PyTorch's dispatcher behind one call.
//
// An ATen operator is found by name and overload, its arguments are converted by its own schema, the boxed kernel runs,
// and tensors come back as handles. No operator is bound by hand.
//
// A handle is a JS number: HANDLE_TAG + generation * MAX_SLOTS + slot. The tag keeps ordinary numbers from being taken for
// handles, the generation makes a released handle an error instead of somebody else's tensor, and nothing waits for the
// garbage collector.

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/jit_type.h>
#include <c10/core/InferenceMode.h>
#include <node_api.h>
#include <torch/csrc/api/include/torch/version.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cmath>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

constexpr double HANDLE_TAG = 4503599627370496.0;  // 2^52
constexpr uint64_t MAX_SLOTS = 1ull << 24;
constexpr uint64_t MAX_GENERATION = (1ull << 28) - 1;
constexpr double MAX_SAFE_INTEGER = 9007199254740991.0;
constexpr size_t MAX_ARGUMENTS = 24;

struct JsError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void check(napi_status status, const char* what) {
  if (status != napi_ok) throw JsError(what);
}

struct Slot {
  at::Tensor tensor;
  uint64_t generation = 1;
};

struct Operator {
  c10::OperatorHandle handle;
  std::string name;
};

// State of one JS environment (the main thread or a worker).
struct Environment {
  std::vector<Slot> slots;
  std::vector<uint64_t> free;
  std::vector<Operator> operators;
  std::unordered_map<std::string, uint32_t> operatorIds;
  at::Device device = at::kCPU;
  size_t live = 0;

  double insert(at::Tensor tensor) {
    uint64_t slot;
    if (free.empty()) {
      if (slots.size() == MAX_SLOTS) throw JsError("more than 16777216 tensors are alive: dispose some");
      slot = slots.size();
      slots.emplace_back();
    } else {
      slot = free.back();
      free.pop_back();
    }
    slots[slot].tensor = std::move(tensor);
    ++live;
    return HANDLE_TAG + static_cast<double>(slots[slot].generation * MAX_SLOTS + slot);
  }

  uint64_t slotOf(double handle) const {
    if (!(handle >= HANDLE_TAG) || handle > MAX_SAFE_INTEGER) throw JsError("not a tensor handle");
    const auto bits = static_cast<uint64_t>(handle - HANDLE_TAG);
    const uint64_t slot = bits % MAX_SLOTS;
    if (slot >= slots.size() || slots[slot].generation != bits / MAX_SLOTS || !slots[slot].tensor.defined())
      throw JsError("tensor handle was released");
    return slot;
  }

  void release(double handle) {
    const uint64_t slot = slotOf(handle);
    slots[slot].tensor.reset();
    slots[slot].generation = slots[slot].generation % MAX_GENERATION + 1;
    free.push_back(slot);
    --live;
  }
};

Environment& environmentOf(napi_env env) {
  void* data = nullptr;
  check(napi_get_instance_data(env, &data), "no environment");
  return *static_cast<Environment*>(data);
}

// ---- JS values ----

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type), "typeof");
  return type;
}

bool isMissing(napi_env env, napi_value value) {
  const auto type = typeOf(env, value);
  return type == napi_undefined || type == napi_null;
}

double toNumber(napi_env env, napi_value value) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) throw JsError("expected a number");
  return number;
}

int64_t toInteger(napi_env env, napi_value value) {
  const double number = toNumber(env, value);
  if (std::nearbyint(number) != number || std::abs(number) > MAX_SAFE_INTEGER)
    throw JsError("expected an integer, got " + std::to_string(number));
  return static_cast<int64_t>(number);
}

bool toBoolean(napi_env env, napi_value value) {
  bool boolean;
  if (napi_get_value_bool(env, value, &boolean) != napi_ok) throw JsError("expected a boolean");
  return boolean;
}

std::string toString(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) throw JsError("expected a string");
  std::string text(length, '\0');
  check(napi_get_value_string_utf8(env, value, text.data(), length + 1, &length), "string");
  return text;
}

template <typename Item>
void forEachItem(napi_env env, napi_value value, Item item) {
  bool isArray = false;
  uint32_t length = 0;
  napi_is_array(env, value, &isArray);
  if (!isArray) throw JsError("expected an array");
  check(napi_get_array_length(env, value, &length), "array length");
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, value, i, &element), "array element");
    item(element);
  }
}

std::vector<int64_t> toIntegers(napi_env env, napi_value value) {
  std::vector<int64_t> list;
  forEachItem(env, value, [&](napi_value element) { list.push_back(toInteger(env, element)); });
  return list;
}

napi_value fromNumber(napi_env env, double number) {
  napi_value value;
  check(napi_create_double(env, number, &value), "number");
  return value;
}

napi_value fromString(napi_env env, const std::string& text) {
  napi_value value;
  check(napi_create_string_utf8(env, text.data(), text.size(), &value), "string");
  return value;
}

template <typename List, typename Convert>
napi_value fromList(napi_env env, const List& list, Convert convert) {
  napi_value array;
  check(napi_create_array_with_length(env, list.size(), &array), "array");
  uint32_t index = 0;
  for (const auto& element : list) check(napi_set_element(env, array, index++, convert(element)), "array element");
  return array;
}

// ---- arguments and results of operators ----

const at::Tensor& toTensor(napi_env env, Environment& environment, napi_value value) {
  if (typeOf(env, value) != napi_number) throw JsError("expected a tensor handle");
  return environment.slots[environment.slotOf(toNumber(env, value))].tensor;
}

c10::IValue toScalar(napi_env env, napi_value value) {
  switch (typeOf(env, value)) {
    case napi_boolean:
      return toBoolean(env, value);
    case napi_bigint: {
      int64_t integer;
      bool lossless;
      check(napi_get_value_bigint_int64(env, value, &integer, &lossless), "bigint");
      if (!lossless) throw JsError("bigint does not fit in 64 bits");
      return integer;
    }
    default:
      return toNumber(env, value);
  }
}

c10::IValue toArgument(napi_env env, Environment& environment, napi_value value, const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::OptionalType:
      if (isMissing(env, value)) return c10::IValue();
      return toArgument(env, environment, value, *type.castRaw<c10::OptionalType>()->getElementType());
    case c10::TypeKind::TensorType:
      return toTensor(env, environment, value);
    case c10::TypeKind::IntType:
      return toInteger(env, value);
    case c10::TypeKind::FloatType:
      return toNumber(env, value);
    case c10::TypeKind::BoolType:
      return toBoolean(env, value);
    case c10::TypeKind::NumberType:
      return toScalar(env, value);
    case c10::TypeKind::StringType:
      return toString(env, value);
    case c10::TypeKind::DeviceObjType:
      return at::Device(toString(env, value));
    case c10::TypeKind::ListType: {
      const auto element = type.castRaw<c10::ListType>()->getElementType();
      switch (element->kind()) {
        case c10::TypeKind::IntType:
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
                      [&](napi_value item) { list.push_back(toArgument(env, environment, item, *element)); });
          return list;
        }
      }
    }
    default:
      throw JsError("arguments of type " + type.str() + " are not supported");
  }
}

napi_value fromResult(napi_env env, Environment& environment, const c10::IValue& result) {
  if (result.isTensor()) {
    const auto& tensor = result.toTensor();
    if (tensor.defined()) return fromNumber(env, environment.insert(tensor));
    napi_value null;
    check(napi_get_null(env, &null), "null");
    return null;
  }
  if (result.isTensorList())
    return fromList(env, result.toTensorVector(),
                    [&](const at::Tensor& tensor) { return fromNumber(env, environment.insert(tensor)); });
  if (result.isInt()) return fromNumber(env, static_cast<double>(result.toInt()));
  if (result.isDouble()) return fromNumber(env, result.toDouble());
  if (result.isBool()) {
    napi_value value;
    check(napi_get_boolean(env, result.toBool(), &value), "boolean");
    return value;
  }
  throw JsError("results of type " + result.tagKind() + " are not supported");
}

// ---- exported functions ----

struct Call {
  napi_env env;
  Environment& environment;
  size_t count;
  napi_value arguments[MAX_ARGUMENTS];
};

using Function = napi_value (*)(Call&);

// Every exported function runs inside this: no C++ exception leaves it, and no gradient is recorded by libtorch.
template <Function function>
napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    c10::InferenceMode inference;
    Call call{env, environmentOf(env), MAX_ARGUMENTS, {}};
    check(napi_get_cb_info(env, info, &call.count, call.arguments, nullptr, nullptr), "arguments");
    return function(call);
  } catch (const c10::Error& error) {
    napi_throw_error(env, "ERR_LIBTORCH", error.what_without_backtrace());
  } catch (const JsError& error) {
    napi_throw_type_error(env, "ERR_ARGUMENT", error.what());
  } catch (const std::exception& error) {
    napi_throw_error(env, "ERR_LIBTORCH", error.what());
  }
  return nullptr;
}

// findOperator(name, overload) -> id
napi_value findOperator(Call& call) {
  auto& environment = call.environment;
  const auto name = toString(call.env, call.arguments[0]);
  const auto overload = toString(call.env, call.arguments[1]);
  const auto full = overload.empty() ? name : name + "." + overload;
  const auto known = environment.operatorIds.find(full);
  if (known != environment.operatorIds.end()) return fromNumber(call.env, known->second);
  const auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!handle) throw JsError("libtorch " TORCH_VERSION " has no operator " + full);
  const auto id = static_cast<uint32_t>(environment.operators.size());
  environment.operators.push_back({*handle, full});
  environment.operatorIds.emplace(full, id);
  return fromNumber(call.env, id);
}

// callOperator(id, ...arguments) -> handle | number | boolean | array of them
napi_value callOperator(Call& call) {
  auto& environment = call.environment;
  const auto id = toInteger(call.env, call.arguments[0]);
  if (id < 0 || static_cast<size_t>(id) >= environment.operators.size()) throw JsError("no operator with this id");
  const auto& op = environment.operators[id];
  const auto& parameters = op.handle.schema().arguments();
  if (call.count - 1 > parameters.size())
    throw JsError(op.name + " takes " + std::to_string(parameters.size()) + " arguments, got " +
                  std::to_string(call.count - 1));
  torch::jit::Stack stack;
  stack.reserve(parameters.size());
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto& parameter = parameters[i];
    const bool given = i + 1 < call.count && typeOf(call.env, call.arguments[i + 1]) != napi_undefined;
    if (!given && parameter.default_value()) {
      stack.push_back(*parameter.default_value());
      continue;
    }
    if (!given) throw JsError(op.name + ": argument " + parameter.name() + " is missing");
    try {
      stack.push_back(toArgument(call.env, environment, call.arguments[i + 1], *parameter.type()));
    } catch (const JsError& error) {
      throw JsError(op.name + ": argument " + parameter.name() + ": " + error.what());
    }
  }
  op.handle.callBoxed(stack);
  if (stack.size() == 1) return fromResult(call.env, environment, stack[0]);
  return fromList(call.env, stack,
                  [&](const c10::IValue& result) { return fromResult(call.env, environment, result); });
}

// release(handles)
napi_value release(Call& call) {
  forEachItem(call.env, call.arguments[0],
              [&](napi_value item) { call.environment.release(toNumber(call.env, item)); });
  return nullptr;
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
      throw JsError("expected a Float32Array, an Int32Array or, for booleans, a Uint8Array");
  }
}

// fromHost(typedArray, shape) -> handle
napi_value fromHost(Call& call) {
  bool isTypedArray = false;
  napi_is_typedarray(call.env, call.arguments[0], &isTypedArray);
  if (!isTypedArray) throw JsError("expected a typed array");
  napi_typedarray_type type;
  size_t length;
  void* data;
  check(napi_get_typedarray_info(call.env, call.arguments[0], &type, &length, &data, nullptr, nullptr), "typed array");
  const auto scalarType = scalarTypeOf(type);
  const auto shape = toIntegers(call.env, call.arguments[1]);
  double count = 1;
  for (const auto size : shape) {
    if (size < 0) throw JsError("negative size in shape");
    count *= static_cast<double>(size);
  }
  if (count != static_cast<double>(length))
    throw JsError("shape holds " + std::to_string(count) + " values, the array " + std::to_string(length));
  auto tensor = at::empty(shape, at::TensorOptions().dtype(scalarType));
  if (length > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
  return fromNumber(call.env, call.environment.insert(tensor.to(call.environment.device)));
}

at::Tensor onHost(const at::Tensor& tensor) {
  const auto type = tensor.scalar_type();
  const auto hostType = at::isFloatingType(type) ? at::kFloat : type == at::kBool ? at::kBool : at::kInt;
  return tensor.to(at::kCPU, hostType).contiguous();
}

napi_value toTypedArray(napi_env env, const at::Tensor& tensor) {
  void* data;
  napi_value buffer, array;
  check(napi_create_arraybuffer(env, tensor.nbytes(), &data, &buffer), "out of memory for an array buffer");
  if (tensor.nbytes() > 0) std::memcpy(data, tensor.data_ptr(), tensor.nbytes());
  const auto type = tensor.scalar_type();
  const auto arrayType = type == at::kFloat ? napi_float32_array : type == at::kInt ? napi_int32_array : napi_uint8_array;
  check(napi_create_typedarray(env, arrayType, tensor.numel(), buffer, 0, &array), "typed array");
  return array;
}

// toHost(handle) -> Float32Array | Int32Array | Uint8Array
napi_value toHost(Call& call) {
  return toTypedArray(call.env, onHost(toTensor(call.env, call.environment, call.arguments[0])));
}

struct Reading {
  at::Tensor tensor;
  std::string error;
  napi_async_work work;
  napi_deferred deferred;
};

// toHostAsync(handle) -> Promise of a typed array; the copy and the wait for the device happen off the JS thread.
napi_value toHostAsync(Call& call) {
  auto reading = std::make_unique<Reading>();
  reading->tensor = toTensor(call.env, call.environment, call.arguments[0]);
  napi_value promise;
  check(napi_create_promise(call.env, &reading->deferred, &promise), "promise");
  const auto execute = [](napi_env, void* data) {
    auto& reading = *static_cast<Reading*>(data);
    try {
      c10::InferenceMode inference;
      reading.tensor = onHost(reading.tensor);
    } catch (const std::exception& error) {
      reading.error = error.what();
    }
  };
  const auto complete = [](napi_env env, napi_status, void* data) {
    const std::unique_ptr<Reading> reading(static_cast<Reading*>(data));
    napi_delete_async_work(env, reading->work);
    napi_value result = nullptr;
    if (reading->error.empty()) {
      try {
        result = toTypedArray(env, reading->tensor);
      } catch (const std::exception& error) {
        reading->error = error.what();
      }
    }
    if (result) {
      napi_resolve_deferred(env, reading->deferred, result);
      return;
    }
    napi_value message, error;
    napi_create_string_utf8(env, reading->error.data(), reading->error.size(), &message);
    napi_create_error(env, nullptr, message, &error);
    napi_reject_deferred(env, reading->deferred, error);
  };
  check(napi_create_async_work(call.env, nullptr, fromString(call.env, "toHostAsync"), execute, complete, reading.get(),
                               &reading->work),
        "async work");
  check(napi_queue_async_work(call.env, reading->work), "async work");
  reading.release();
  return promise;
}

// shapeOf(handle) -> number[]
napi_value shapeOf(Call& call) {
  return fromList(call.env, toTensor(call.env, call.environment, call.arguments[0]).sizes(),
                  [&](int64_t size) { return fromNumber(call.env, static_cast<double>(size)); });
}

// setDevice('cpu' | 'cuda' | 'cuda:n'): where fromHost puts tensors
napi_value setDevice(Call& call) {
  at::Device device(toString(call.env, call.arguments[0]));
  if (device.is_cuda() && !at::globalContext().hasCUDA())
    throw JsError("device " + device.str() + ": this libtorch or machine has no CUDA");
  at::empty({1}, at::TensorOptions().device(device));
  call.environment.device = device;
  return nullptr;
}

// hasCuda() -> boolean
napi_value hasCuda(Call& call) {
  napi_value value;
  check(napi_get_boolean(call.env, at::globalContext().hasCUDA(), &value), "boolean");
  return value;
}

// setThreads(count)
napi_value setThreads(Call& call) {
  const auto threads = toInteger(call.env, call.arguments[0]);
  if (threads < 1) throw JsError("threads must be at least 1, got " + std::to_string(threads));
  at::set_num_threads(static_cast<int>(threads));
  return nullptr;
}

// getThreads() -> number
napi_value getThreads(Call& call) { return fromNumber(call.env, at::get_num_threads()); }

// setAllowTf32(boolean)
napi_value setAllowTf32(Call& call) {
  const bool allow = toBoolean(call.env, call.arguments[0]);
  at::globalContext().setAllowTF32CuBLAS(allow);
  at::globalContext().setAllowTF32CuDNN(allow);
  return nullptr;
}

// liveTensors() -> number of handles that were not released
napi_value liveTensors(Call& call) { return fromNumber(call.env, static_cast<double>(call.environment.live)); }

// version() -> libtorch's version
napi_value version(Call& call) { return fromString(call.env, TORCH_VERSION); }

template <Function function>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value value;
  check(napi_create_function(env, name, NAPI_AUTO_LENGTH, guarded<function>, nullptr, &value), name);
  check(napi_set_named_property(env, exports, name, value), name);
}

}  // namespace

NAPI_MODULE_INIT() {
#ifdef __GLIBC__
  // Keep freed pages: activations above glibc's 32 MiB mmap threshold would otherwise be unmapped and faulted in again
  // at every step.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 2047 << 20);
#endif
  const auto drop = [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); };
  if (napi_set_instance_data(env, new Environment(), drop, nullptr) != napi_ok) return nullptr;
  try {
    define<findOperator>(env, exports, "findOperator");
    define<callOperator>(env, exports, "callOperator");
    define<release>(env, exports, "release");
    define<fromHost>(env, exports, "fromHost");
    define<toHost>(env, exports, "toHost");
    define<toHostAsync>(env, exports, "toHostAsync");
    define<shapeOf>(env, exports, "shapeOf");
    define<setDevice>(env, exports, "setDevice");
    define<hasCuda>(env, exports, "hasCuda");
    define<setThreads>(env, exports, "setThreads");
    define<getThreads>(env, exports, "getThreads");
    define<setAllowTf32>(env, exports, "setAllowTf32");
    define<liveTensors>(env, exports, "liveTensors");
    define<version>(env, exports, "version");
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return exports;
}
