// Collectives of c10d, PyTorch's library for several processes: sums and broadcasts over one group of them.
//
// The build defines USE_C10D_GLOO where libtorch has Gloo, and USE_C10D_NCCL where it has NCCL and its headers are there.
// Numbers, and tensors on the CPU, go by Gloo, which notices at once that a process is gone; tensors on a GPU go by NCCL,
// or, without it, by way of the host. Whatever waits does so off the JS thread, and no longer than the group's timeout.

#pragma once

#ifdef USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <cstdlib>

#include "promise.h"
#include "transfer.h"
#include "values.h"

namespace {

struct CollectiveError : Failure {
  explicit CollectiveError(const std::string& message) : Failure("ERR_COLLECTIVE", message) {}
};

// collectives() -> what this build has, of 'gloo' and 'nccl'
napi_value collectives(Call& call) {
  std::vector<std::string> names;
#ifdef USE_C10D_GLOO
  names.push_back("gloo");
#endif
#ifdef USE_C10D_NCCL
  names.push_back("nccl");
#endif
  return fromList(call.env, names, [&](const std::string& name) { return fromString(call.env, name); });
}

#ifdef USE_C10D_GLOO

constexpr size_t MAX_SHARED_TEXT = size_t{64} << 20;
constexpr int64_t MAX_MILLISECONDS = int64_t{1} << 40;
constexpr int64_t MAX_RANKS = 1 << 16;

struct Group {
  std::string host;
  std::chrono::milliseconds timeout;
  int rank = 0;
  int size = 0;
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
#ifdef USE_C10D_NCCL
  c10::intrusive_ptr<c10d::ProcessGroupNCCL> nccl;  // from the first tensor on a GPU on

  c10d::ProcessGroupNCCL& onGpu() {
    if (!nccl) {
      // Otherwise a wait only queues work on the GPU, and a process that is gone would never be noticed.
      setenv("NCCL_BLOCKING_WAIT", "1", 0);
      setenv("TORCH_NCCL_BLOCKING_WAIT", "1", 0);
      auto options = c10d::ProcessGroupNCCL::Options::create();
      options->timeout = timeout;
      nccl = c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
    }
    return *nccl;
  }
#endif
};

/** Waits off the JS thread; whatever c10d throws is an ERR_COLLECTIVE. */
template <typename Body>
napi_value collective(Call& call, Body body, Job::Finish finish) {
  return offThread(
      call,
      [body] {
        try {
          body();
        } catch (const Failure&) {
          throw;
        } catch (const c10::Error& error) {
          throw CollectiveError(error.what_without_backtrace());
        } catch (const std::exception& error) {
          throw CollectiveError(error.what());
        }
      },
      finish);
}

napi_value undefined(napi_env env, Environment&) {
  napi_value value;
  check(napi_get_undefined(env, &value), "undefined");
  return value;
}

std::shared_ptr<Group> groupOf(Call& call) {
  if (!call.environment.group) throw ArgumentError("this process has no store: openStore comes first");
  return call.environment.group;
}

std::shared_ptr<Group> joinedGroupOf(Call& call) {
  const auto group = groupOf(call);
  if (!group->gloo) throw ArgumentError("this process belongs to no group: joinGroup comes first");
  return group;
}

int64_t toIntegerBetween(Call& call, size_t argument, int64_t least, int64_t most, const char* name) {
  const auto value = toInteger(call.env, call.arguments[argument]);
  if (value < least || value > most)
    throw ArgumentError(c10::str(name, " must be ", least, " to ", most, ", got ", value));
  return value;
}

std::string toText(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) throw ArgumentError("expected a string");
  if (length > MAX_SHARED_TEXT) throw ArgumentError("a text of " + std::to_string(length) + " bytes is too long");
  std::string text(length, '\0');
  check(napi_get_value_string_utf8(env, value, text.data(), length + 1, &length), "string");
  return text;
}

/** The network interface that is asked for, the one of a group on this machine alone, or the one of the host's name. */
std::shared_ptr<gloo::transport::Device> interfaceFor(const std::string& host) {
  const auto* name = std::getenv("GLOO_SOCKET_IFNAME");
  if (name && *name) return c10d::ProcessGroupGloo::createDeviceForInterface(name);
  const bool isLocal = host == "localhost" || host == "::1" || host.rfind("127.", 0) == 0;
  return isLocal ? c10d::ProcessGroupGloo::createDeviceForHostname(host)
                 : c10d::ProcessGroupGloo::createDefaultDevice();
}

// openStore(host, port, milliseconds, isServer, prefix) -> Promise; the server keeps the store that all share at its port
napi_value openStore(Call& call) {
  if (call.environment.group) throw ArgumentError("this process belongs to a group already");
  auto group = std::make_shared<Group>();
  group->host = toString(call.env, call.arguments[0]);
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(toIntegerBetween(call, 1, 1, 65535, "port"));
  group->timeout = options.timeout = std::chrono::milliseconds(toIntegerBetween(call, 2, 1, MAX_MILLISECONDS, "timeout"));
  options.isServer = toBoolean(call.env, call.arguments[3]);
  options.waitWorkers = false;
  const auto prefix = toString(call.env, call.arguments[4]);
  return collective(
      call,
      [=] {
        auto store = c10::make_intrusive<c10d::TCPStore>(group->host, options);
        group->store = c10::make_intrusive<c10d::PrefixStore>(prefix, store);
      },
      [group](napi_env env, Environment& environment) {
        if (environment.group) throw ArgumentError("this process belongs to a group already");
        environment.group = group;
        return undefined(env, environment);
      });
}

// joinGroup(rank, size) -> Promise, once all have joined
napi_value joinGroup(Call& call) {
  const auto group = groupOf(call);
  group->size = static_cast<int>(toIntegerBetween(call, 1, 1, MAX_RANKS, "size"));
  group->rank = static_cast<int>(toIntegerBetween(call, 0, 0, group->size - 1, "rank"));
  return collective(
      call,
      [group] {
        auto options = c10d::ProcessGroupGloo::Options::create(group->timeout);
        options->devices.push_back(interfaceFor(group->host));
        group->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(group->store, group->rank, group->size, options);
      },
      undefined);
}

// leaveGroup()
napi_value leaveGroup(Call& call) {
  call.environment.group.reset();
  return nullptr;
}

// setShared(key, text) -> Promise
napi_value setShared(Call& call) {
  const auto group = groupOf(call);
  const auto key = toString(call.env, call.arguments[0]);
  const auto text = toText(call.env, call.arguments[1]);
  return collective(
      call, [=] { group->store->set(key, std::vector<uint8_t>(text.begin(), text.end())); }, undefined);
}

// hasShared(key) -> Promise of whether somebody has set it
napi_value hasShared(Call& call) {
  const auto group = groupOf(call);
  const auto key = toString(call.env, call.arguments[0]);
  const auto found = std::make_shared<bool>(false);
  return collective(
      call, [=] { *found = group->store->check({key}); },
      [found](napi_env env, Environment&) { return fromBoolean(env, *found); });
}

// getShared(key, milliseconds) -> Promise of the text, once somebody has set it
napi_value getShared(Call& call) {
  const auto group = groupOf(call);
  const auto key = toString(call.env, call.arguments[0]);
  const std::chrono::milliseconds timeout(toIntegerBetween(call, 1, 1, MAX_MILLISECONDS, "timeout"));
  const auto text = std::make_shared<std::string>();
  return collective(
      call,
      [=] {
        group->store->wait({key}, timeout);
        const auto bytes = group->store->get(key);
        text->assign(bytes.begin(), bytes.end());
      },
      [text](napi_env env, Environment&) { return fromString(env, *text); });
}

// sumNumbers(numbers) -> Promise of the sums over the group, in double precision
napi_value sumNumbers(Call& call) {
  const auto group = joinedGroupOf(call);
  const auto numbers = std::make_shared<std::vector<double>>();
  forEachItem(call.env, call.arguments[0],
              [&](napi_value item) { numbers->push_back(toNumber(call.env, item)); });
  return collective(
      call,
      [=] {
        std::vector<at::Tensor> tensors{
            at::from_blob(numbers->data(), {static_cast<int64_t>(numbers->size())}, at::TensorOptions().dtype(at::kDouble))};
        group->gloo->allreduce(tensors)->wait();
      },
      [numbers](napi_env env, Environment&) {
        return fromList(env, *numbers, [&](double number) { return fromNumber(env, number); });
      });
}

/** Changes the tensor's own values; it must be contiguous, as what `fromHost` and most operators return is. */
template <typename Operation>
napi_value inPlace(Call& call, Operation operation) {
  const auto group = joinedGroupOf(call);
  const auto tensor = toTensor(call.env, call.environment, call.arguments[0]);
  if (!tensor.is_contiguous() || tensor.scalar_type() != at::kFloat)
    throw ArgumentError("expected a contiguous tensor of float32");
  return collective(
      call,
      [=] {
#ifdef USE_C10D_NCCL
        if (tensor.is_cuda()) {
          std::vector<at::Tensor> tensors{tensor};
          operation(group->onGpu(), tensors);
          return;
        }
#endif
        std::vector<at::Tensor> tensors{tensor.cpu()};
        operation(*group->gloo, tensors);
        if (!tensor.is_cpu()) at::Tensor(tensor).copy_(tensors[0]);
      },
      undefined);
}

// sumTensor(handle) -> Promise; in the tensor's own memory
napi_value sumTensor(Call& call) {
  return inPlace(call, [](auto& backend, std::vector<at::Tensor>& tensors) { backend.allreduce(tensors)->wait(); });
}

// broadcastTensor(handle) -> Promise; the values of rank 0, in the tensor's own memory
napi_value broadcastTensor(Call& call) {
  return inPlace(call, [](auto& backend, std::vector<at::Tensor>& tensors) { backend.broadcast(tensors)->wait(); });
}

#else

struct Group {};

napi_value noCollectives(Call&) {
  throw CollectiveError("this addon was built without c10d and Gloo");
}

constexpr Function openStore = noCollectives, joinGroup = noCollectives, leaveGroup = noCollectives,
                   setShared = noCollectives, hasShared = noCollectives, getShared = noCollectives,
                   sumNumbers = noCollectives, sumTensor = noCollectives, broadcastTensor = noCollectives;

#endif

}  // namespace
