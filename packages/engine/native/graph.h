// Programs on CUDA: each segment is captured once into a graph and launched as one from then on.
//
// The build defines USE_CUDA_GRAPHS where CUDA's headers are found. Without, and where a capture fails, the calls are made
// one by one.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#ifdef USE_CUDA_GRAPHS
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <torch/csrc/api/include/torch/version.h>
#endif

#include "environment.h"

namespace {

#ifdef USE_CUDA_GRAPHS

/** Graphs of one program. They share a pool of memory, since they run one after another. */
class Graphs {
 public:
  /** Runs a segment; `execute` makes its calls. @returns whether a graph did it */
  bool run(size_t segment, at::Device device, const std::function<void()>& execute) {
    const c10::cuda::CUDAGuard guard(device);
    if (!reason.empty()) {
      execute();
      return false;
    }
    if (segment >= graphs.size()) graphs.resize(segment + 1);
    auto& entry = graphs[segment];
    if (!entry.warm) {
      // On the stream of the capture libraries make their workspaces before it; it is a step like any other.
      onSideStream(execute);
      entry.warm = true;
      return false;
    }
    if (!entry.graph && !capture(entry, execute)) {
      execute();
      return false;
    }
    entry.graph->replay();
    return true;
  }

  const std::string& failure() const { return reason; }

 private:
  struct Entry {
    bool warm = false;
    std::unique_ptr<at::cuda::CUDAGraph> graph;
  };
  std::vector<Entry> graphs;
  std::string reason;
  std::optional<c10::cuda::CUDAStream> stream;
  using Pool = decltype(std::declval<at::cuda::CUDAGraph>().pool());
  Pool pool{0, 0};

  void onSideStream(const std::function<void()>& body) {
    if (!stream) stream = c10::cuda::getStreamFromPool();
    c10::cuda::device_synchronize();
    {
      c10::cuda::CUDAStreamGuard guard(*stream);
      body();
    }
    c10::cuda::device_synchronize();
  }

  /** Records the calls; they compute nothing until the graph is launched. */
  bool capture(Entry& entry, const std::function<void()>& execute) {
    auto graph = std::make_unique<at::cuda::CUDAGraph>();
    try {
      onSideStream([&] {
        begin(*graph);
        try {
          execute();
        } catch (...) {
          try {
            graph->capture_end();
          } catch (...) {
          }
          throw;
        }
        graph->capture_end();
      });
    } catch (const c10::Error& error) {
      reason = error.what_without_backtrace();
    } catch (const std::exception& error) {
      reason = error.what();
    }
    if (!reason.empty()) return false;
    pool = graph->pool();
    entry.graph = std::move(graph);
    return true;
  }

  /** Of this thread only, where libtorch can: reads that wait on others may go on. */
  void begin(at::cuda::CUDAGraph& graph) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
    graph.capture_begin(pool, cudaStreamCaptureModeThreadLocal);
#else
    graph.capture_begin(pool);
#endif
  }
};

#else

class Graphs {
 public:
  bool run(size_t, at::Device, const std::function<void()>& execute) {
    execute();
    return false;
  }

  const std::string& failure() const { return reason; }

 private:
  std::string reason = "the addon was built without CUDA's headers";
};

#endif

}  // namespace
