// libtorch for Node: PyTorch's dispatcher behind one call.
//
// An ATen operator is found by name and overload, its arguments are converted by its own schema, the boxed kernel runs,
// and tensors come back as handles (environment.h). No operator is bound by hand; those of our own (kernels.h) are
// registered with the dispatcher first.

#include <ATen/Context.h>
#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <c10/util/Logging.h>
#include <torch/csrc/api/include/torch/version.h>

#include <mutex>

#include "call.h"
#include "collectives.h"
#include "environment.h"
#include "invoke.h"
#include "kernels.h"
#include "memory.h"
#include "operators.h"
#include "preconditions.h"
#include "program.h"
#include "promise.h"
#include "recording.h"
#include "transfer.h"
#include "values.h"

namespace {

constexpr int64_t MAX_THREADS = 1024;

std::optional<c10::OperatorHandle> schemaOf(Call& call, std::string& full) {
  const auto name = toString(call.env, call.arguments[0]);
  const auto overload = toString(call.env, call.arguments[1]);
  full = overload.empty() ? name : name + "." + overload;
  const auto found = c10::Dispatcher::singleton().findSchema({name, overload});
  return found ? std::make_optional(*found) : std::nullopt;
}

// hasOperator(name, overload) -> boolean
napi_value hasOperator(Call& call) {
  std::string full;
  return fromBoolean(call.env, schemaOf(call, full).has_value());
}

// findOperator(name, overload) -> id
napi_value findOperator(Call& call) {
  auto& environment = call.environment;
  std::string full;
  const auto handle = schemaOf(call, full);
  if (!handle) throw ArgumentError("libtorch " TORCH_VERSION " has no operator " + full);
  const auto [known, isNew] = environment.operatorIds.emplace(full, environment.operators.size());
  if (isNew) environment.operators.push_back({*handle, full, preconditionOf(full), dividesIntegers(full), inBfloat16(full)});
  return fromNumber(call.env, known->second);
}

const Operator& toOperator(Call& call) {
  const auto id = toInteger(call.env, call.arguments[0]);
  if (id < 0 || static_cast<size_t>(id) >= call.environment.operators.size())
    throw ArgumentError("no operator with this id");
  return call.environment.operators[id];
}

// signatureOf(id) -> the operator's schema
napi_value signatureOf(Call& call) { return fromString(call.env, c10::toString(toOperator(call).handle.schema())); }

/** Kernels read lists that their schema gives a length, `int[4]`, without a look at it; of up to 3, one may stand for all. */
void requireLength(const c10::Argument& parameter, const c10::IValue& value) {
  const auto length = parameter.N() ? static_cast<size_t>(*parameter.N()) : 0;
  if (length < 2 || !value.isIntList()) return;
  const auto given = value.toIntVector().size();
  const auto& fallback = parameter.default_value();
  const bool mayBeEmpty = fallback && fallback->isIntList() && fallback->toIntVector().empty();
  if (given == length || (given == 1 && length <= 3) || (given == 0 && mayBeEmpty)) return;
  throw ArgumentError("expected " + std::to_string(length) + " integers, got " + std::to_string(given));
}

torch::jit::Stack toStack(Call& call, const Operator& op) {
  const auto& parameters = op.handle.schema().arguments();
  if (parameters.size() >= MAX_ARGUMENTS || call.count - 1 > parameters.size())
    throw ArgumentError("takes " + std::to_string(parameters.size()) + " arguments, got " +
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
    if (!given) throw ArgumentError("argument " + parameter.name() + " is missing");
    const auto value = call.arguments[i + 1];
    const auto named = [&](const char* message) { return "argument " + parameter.name() + ": " + message; };
    try {
      stack.push_back(toArgument(call.env, call.environment, value, *parameter.type(), *parameter.real_type()));
      requireLength(parameter, stack.back());
    } catch (const Failure& error) {
      throw Failure(error.code, named(error.what()));
    } catch (const c10::Error& error) {
      throw ArgumentError(named(error.what_without_backtrace()));
    }
  }
  return stack;
}

// callOperator(id, ...arguments) -> handle | number | boolean | array of them
napi_value callOperator(Call& call) {
  auto& environment = call.environment;
  const auto& op = toOperator(call);
  return naming(op, [&] {
    auto stack = toStack(call, op);
    const auto recorder = environment.recorder;
    if (recorder) {
      auto instruction = recorder->begin(op, environment.precision, stack);
      invoke(op, stack, environment.precision);
      recorder->end(std::move(instruction), stack);
    } else {
      invoke(op, stack, environment.precision);
    }
    return Results(call.env, environment).convert(stack);
  });
}

// release(handles)
napi_value release(Call& call) {
  forEachItem(call.env, call.arguments[0],
              [&](napi_value item) { call.environment.release(toNumber(call.env, item)); });
  return nullptr;
}

// fromHost(typedArray, shape) -> handle
napi_value fromHost(Call& call) {
  const auto device = call.environment.device;
  const auto tensor = toHostTensor(call.env, call.arguments[0], call.arguments[1], device.is_cuda());
  return fromNumber(call.env, call.environment.insert(tensor.to(device, /*non_blocking=*/true)));
}

// toHost(handle) -> Float32Array | Int32Array | Uint8Array
napi_value toHost(Call& call) {
  return toTypedArray(call.env, call.environment, onHost(toReadable(call)));
}

// toHostAsync(handle) -> Promise of a typed array; the wait for the device, and on the CPU the copy, happen off the JS thread.
napi_value toHostAsync(Call& call) {
  const auto copy = std::make_shared<HostCopy>(toReadable(call));
  return offThread(
      call, [copy] { copy->wait(); },
      [copy](napi_env env, Environment& environment) { return toTypedArray(env, environment, copy->tensor); });
}

// shapeOf(handle) -> number[]
napi_value shapeOf(Call& call) {
  return fromList(call.env, toTensor(call.env, call.environment, call.arguments[0]).sizes(),
                  [&](int64_t size) { return fromNumber(call.env, static_cast<double>(size)); });
}

/** Every call of a kernel comes by here: the message is made where there is something to say only. */
bool hasShape(napi_env env, napi_value shape, at::IntArrayRef sizes) {
  uint32_t rank = 0;
  check(napi_get_array_length(env, shape, &rank), "expected an array");
  if (rank != sizes.size()) return false;
  for (uint32_t axis = 0; axis < rank; ++axis) {
    napi_value size;
    check(napi_get_element(env, shape, axis, &size), "array element");
    if (toNumber(env, size) != static_cast<double>(sizes[axis])) return false;
  }
  return true;
}

/** A tensor of float32 may be stored in bfloat16, as what a convolution gives is with that precision. */
bool standsFor(at::ScalarType stored, int64_t type) {
  return static_cast<int64_t>(stored) == type ||
         (stored == at::kBFloat16 && type == static_cast<int64_t>(at::kFloat));
}

// requireTensor(handle, shape, type): throws unless the tensor has this shape and, by ATen's number, stands for this type
napi_value requireTensor(Call& call) {
  const auto tensor = toTensor(call.env, call.environment, call.arguments[0]);
  const auto type = toInteger(call.env, call.arguments[2]);
  if (hasShape(call.env, call.arguments[1], tensor.sizes()) && standsFor(tensor.scalar_type(), type)) return nullptr;
  const auto expected = toEnumerator(call.env, call.arguments[2], c10::TypeKind::ScalarTypeType);
  throw Failure("ERR_LIBTORCH", c10::str("libtorch returned ", tensor.scalar_type(), tensor.sizes(), " where ",
                                         static_cast<at::ScalarType>(expected),
                                         at::IntArrayRef(toIntegers(call.env, call.arguments[1])), " is due"));
}

// setDevice('cpu' | 'cuda' | 'cuda:n'): where fromHost puts tensors
napi_value setDevice(Call& call) {
  const auto device = toDevice(call.env, call.arguments[0]);
  if (device.is_cuda() && !at::globalContext().hasCUDA())
    throw DeviceError("device " + device.str() + ": this libtorch or machine has no CUDA");
  at::empty({1}, at::TensorOptions().device(device));
  call.environment.device = device;
  return nullptr;
}

// hasCuda() -> boolean
napi_value hasCuda(Call& call) { return fromBoolean(call.env, at::globalContext().hasCUDA()); }

// setThreads(count)
napi_value setThreads(Call& call) {
  const auto threads = toInteger(call.env, call.arguments[0]);
  if (threads < 1 || threads > MAX_THREADS)
    throw ArgumentError("threads must be 1 to 1024, got " + std::to_string(threads));
  at::set_num_threads(static_cast<int>(threads));
  return nullptr;
}

// getThreads() -> number
napi_value getThreads(Call& call) { return fromNumber(call.env, at::get_num_threads()); }

// setPrecision('fp32' | 'tf32' | 'bf16'): of the calls that follow
napi_value setPrecision(Call& call) {
  call.environment.precision = toPrecision(toString(call.env, call.arguments[0]));
  return nullptr;
}

// cpuCapability() -> 'default' | 'avx2' | 'avx512'
napi_value cpuCapability(Call& call) {
  try {
    return fromString(call.env, CAPABILITIES[capability()]);
  } catch (const std::invalid_argument& error) {
    throw ArgumentError(error.what());
  }
}

// liveTensors() -> number of handles that were not released
napi_value liveTensors(Call& call) { return fromNumber(call.env, static_cast<double>(call.environment.live)); }

// releaseMemory(): what was freed and is kept for later goes back to the system
napi_value releaseMemory(Call&) {
  releaseKept();
  return nullptr;
}

// version() -> libtorch's version
napi_value version(Call& call) { return fromString(call.env, TORCH_VERSION); }

template <Function function>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value value;
  check(napi_create_function(env, name, NAPI_AUTO_LENGTH, exported<function>, nullptr, &value), name);
  check(napi_set_named_property(env, exports, name, value), name);
}

/** Once a process: all its environments share libtorch. */
void prepareLibtorch() {
  static std::once_flag once;
  std::call_once(once, [] {
    guardMemory();
    registerKernels();
    // C++ backtraces, which nobody sees, would make an error cost milliseconds.
    c10::SetStackTraceFetcher(std::function<std::string()>([] { return std::string(); }));
  });
}

void close(napi_env, void* data, void*) {
  const std::unique_ptr<std::shared_ptr<Environment>> environment(static_cast<std::shared_ptr<Environment>*>(data));
  (*environment)->closed = true;
  (*environment)->slots.clear();
  (*environment)->group.reset();
  (*environment)->recorder.reset();
  (*environment)->pausedRecorder.reset();
  (*environment)->programs.clear();
}

}  // namespace

NAPI_MODULE_INIT() {
  guarded(
      [&] {
        prepareLibtorch();
        const auto environment = std::make_shared<Environment>();
        captureConstructors(env, environment->constructors);
        check(napi_set_instance_data(env, new std::shared_ptr<Environment>(environment), close, nullptr), "environment");
        define<hasOperator>(env, exports, "hasOperator");
        define<findOperator>(env, exports, "findOperator");
        define<signatureOf>(env, exports, "signatureOf");
        define<callOperator>(env, exports, "callOperator");
        define<release>(env, exports, "release");
        define<fromHost>(env, exports, "fromHost");
        define<toHost>(env, exports, "toHost");
        define<toHostAsync>(env, exports, "toHostAsync");
        define<shapeOf>(env, exports, "shapeOf");
        define<requireTensor>(env, exports, "requireTensor");
        define<setDevice>(env, exports, "setDevice");
        define<hasCuda>(env, exports, "hasCuda");
        define<setThreads>(env, exports, "setThreads");
        define<getThreads>(env, exports, "getThreads");
        define<setPrecision>(env, exports, "setPrecision");
        define<cpuCapability>(env, exports, "cpuCapability");
        define<liveTensors>(env, exports, "liveTensors");
        define<releaseMemory>(env, exports, "releaseMemory");
        define<version>(env, exports, "version");
        define<beginRecording>(env, exports, "beginRecording");
        define<markChanging>(env, exports, "markChanging");
        define<endSegment>(env, exports, "endSegment");
        define<endRecording>(env, exports, "endRecording");
        define<pauseRecording>(env, exports, "pauseRecording");
        define<resumeRecording>(env, exports, "resumeRecording");
        define<cancelRecording>(env, exports, "cancelRecording");
        define<requireSameProgram>(env, exports, "requireSameProgram");
        define<runProgram>(env, exports, "runProgram");
        define<whyNoGraph>(env, exports, "whyNoGraph");
        define<releaseProgram>(env, exports, "releaseProgram");
        define<collectives>(env, exports, "collectives");
        define<openStore>(env, exports, "openStore");
        define<joinGroup>(env, exports, "joinGroup");
        define<leaveGroup>(env, exports, "leaveGroup");
        define<setShared>(env, exports, "setShared");
        define<hasShared>(env, exports, "hasShared");
        define<getShared>(env, exports, "getShared");
        define<sumNumbers>(env, exports, "sumNumbers");
        define<sumTensor>(env, exports, "sumTensor");
        define<broadcastTensor>(env, exports, "broadcastTensor");
      },
      [&](const char* code, const std::string& message) { napi_throw_error(env, code, message.c_str()); });
  return exports;
}
