// Tensors and operators of one JS environment (the main thread or a worker), and how calls fail.
//
// A handle is a JS number: HANDLE_TAG + generation * MAX_SLOTS + slot. The tag keeps ordinary numbers from being taken for
// handles, the generation makes a released handle an error instead of somebody else's tensor, and nothing waits for the
// garbage collector.

#pragma once

#include <ATen/Functions.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <node_api.h>

#include <deque>
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
constexpr int64_t MAX_DIMENSIONS = 64;  // ATen keeps sets of dimensions in 64 bits

/** What a call fails with; `code` becomes the JS error's `code`. */
struct Failure : std::runtime_error {
  const char* code;
  Failure(const char* code, const std::string& message) : std::runtime_error(message), code(code) {}
};

struct ArgumentError : Failure {
  explicit ArgumentError(const std::string& message) : Failure("ERR_ARGUMENT", message) {}
};

struct ReleasedError : Failure {
  explicit ReleasedError(const std::string& message) : Failure("ERR_TENSOR_RELEASED", message) {}
};

struct DeviceError : Failure {
  explicit DeviceError(const std::string& message) : Failure("ERR_DEVICE", message) {}
};

struct OutOfMemory : Failure {
  explicit OutOfMemory(const std::string& message) : Failure("ERR_OUT_OF_MEMORY", message) {}
};

/** A Node-API call failed. Where it left a JS exception pending, that one is what the caller sees. */
void check(napi_status status, const char* what) {
  if (status != napi_ok) throw ArgumentError(what);
}

struct Slot {
  at::Tensor tensor;
  uint64_t generation = 1;
};

/** Of the factors of convolutions and matrix products. */
enum class Precision : uint8_t { fp32, tf32, bf16 };

/** What an operator makes of tensors of bfloat16; see precision.h. */
enum class InBfloat16 : uint8_t { float32, kept, copied, product, convolution };

using Precondition = void (*)(const torch::jit::Stack&);

struct Operator {
  c10::OperatorHandle handle;
  std::string name;
  Precondition precondition;
  bool dividesIntegers;
  InBfloat16 inBfloat16;
};

/** Keeps a JS function that this addon calls later, whatever becomes of the global of that name. */
struct Constructors {
  napi_ref float32 = nullptr;
  napi_ref int32 = nullptr;
  napi_ref uint8 = nullptr;
};

struct Group;    // collectives.h
class Recorder;  // program.h
class Program;

struct Environment {
  std::vector<Slot> slots;
  std::vector<uint64_t> free;
  std::deque<Operator> operators;  // a deque: an operator stays where it is while JS code that a call runs adds others
  std::unordered_map<std::string, uint32_t> operatorIds;
  Constructors constructors;
  at::Device device = at::kCPU;
  Precision precision = Precision::fp32;
  std::shared_ptr<Group> group;
  std::shared_ptr<Recorder> recorder;  // while calls are recorded
  std::shared_ptr<Recorder> pausedRecorder;
  std::unordered_map<uint32_t, std::shared_ptr<Program>> programs;
  uint32_t programsMade = 0;
  size_t live = 0;
  bool closed = false;  // the JS environment is gone

  double insert(at::Tensor tensor) {
    if (tensor.dim() > MAX_DIMENSIONS)
      throw ArgumentError("a tensor of " + std::to_string(tensor.dim()) + " dimensions, at most 64 are supported");
    uint64_t slot;
    if (free.empty()) {
      if (slots.size() == MAX_SLOTS) throw OutOfMemory("more than 16777216 tensors are alive: dispose some");
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
    if (!(handle >= HANDLE_TAG) || handle > MAX_SAFE_INTEGER) throw ArgumentError("not a tensor handle");
    const auto bits = static_cast<uint64_t>(handle - HANDLE_TAG);
    const uint64_t slot = bits % MAX_SLOTS;
    if (slot >= slots.size() || slots[slot].generation != bits / MAX_SLOTS || !slots[slot].tensor.defined())
      throw ReleasedError("tensor handle was released");
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

/** Shared with reads in flight, which may outlive the JS environment. */
std::shared_ptr<Environment> environmentOf(napi_env env) {
  void* data = nullptr;
  check(napi_get_instance_data(env, &data), "no environment");
  return *static_cast<std::shared_ptr<Environment>*>(data);
}

}  // namespace
