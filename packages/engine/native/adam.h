// One step of Adam for any number of parameters: a single operator, registered beside ATen's.

#pragma once

#include <ATen/Functions.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "capability.h"

namespace {

LOOP void adamLoop(int64_t count, const float* g, float beta1, float fresh1, float beta2, float fresh2, float rate,
                   float epsilon, const float* m, const float* v, float* __restrict step, float* __restrict newM,
                   float* __restrict newV) {
  for (int64_t i = 0; i < count; ++i) {
    const float mean = beta1 * m[i] + fresh1 * g[i];
    const float square = beta2 * v[i] + fresh2 * (g[i] * g[i]);
    newM[i] = mean;
    newV[i] = square;
    step[i] = rate * mean / (std::sqrt(square) + epsilon);
  }
}

/** Steps, means and mean squares, in this order. */
using AdamResults = std::vector<at::Tensor>;

/** Threads share all elements of all tensors. */
AdamResults adamByLoop(at::TensorList gradients, at::TensorList m, at::TensorList v, double beta1, double beta2,
                       const float* rates, const float* epsilons) {
  constexpr int64_t GRAIN = 1 << 15;  // elements for which a thread is worth waking
  const auto count = gradients.size();
  AdamResults results(3 * count);
  std::vector<at::Tensor> inputs;
  std::vector<int64_t> ends;
  int64_t total = 0;
  for (size_t i = 0; i < count; ++i) {
    for (const auto& input : {gradients[i], m[i], v[i]}) inputs.push_back(input.contiguous());
    for (size_t kind = 0; kind < 3; ++kind) results[kind * count + i] = at::empty_like(inputs[3 * i]);
    ends.push_back(total += gradients[i].numel());
  }
  at::parallel_for(0, total, GRAIN, [&](int64_t begin, int64_t end) {
    size_t i = std::upper_bound(ends.begin(), ends.end(), begin) - ends.begin();
    for (; begin < end; ++i) {
      const auto first = ends[i] - gradients[i].numel();
      const auto stop = std::min(end, ends[i]);
      const auto from = [&](const at::Tensor& tensor) { return tensor.data_ptr<float>() + (begin - first); };
      // 1 - beta in double precision: close to 1, beta has only a few digits left in a float.
      run<adamLoop>(stop - begin, from(inputs[3 * i]), beta1, 1 - beta1, beta2, 1 - beta2, rates[i], epsilons[i],
                    from(inputs[3 * i + 1]), from(inputs[3 * i + 2]), from(results[i]), from(results[count + i]),
                    from(results[2 * count + i]));
      begin = stop;
    }
  });
  return results;
}

/** On all elements of all tensors side by side, so that the number of kernels does not grow with that of the parameters. */
AdamResults adamSideBySide(at::TensorList gradients, at::TensorList m, at::TensorList v, double beta1, double beta2,
                           const at::Tensor& rates, const at::Tensor& epsilons) {
  const auto flat = [](at::TensorList tensors) {
    std::vector<at::Tensor> rows;
    for (const auto& tensor : tensors) rows.push_back(tensor.reshape(-1));
    return at::cat(rows);
  };
  const auto repeated = [&](const at::Tensor& factors) {
    std::vector<at::Tensor> rows;
    for (size_t i = 0; i < gradients.size(); ++i) rows.push_back(factors.narrow(0, i, 1).expand(gradients[i].numel()));
    return at::cat(rows);
  };
  const auto g = flat(gradients);
  const auto mean = flat(m).mul_(beta1).add_(g, 1 - beta1);
  const auto square = flat(v).mul_(beta2).addcmul_(g, g, 1 - beta2);
  const auto step = repeated(rates).mul_(mean).div_(square.sqrt().add_(repeated(epsilons)));
  AdamResults results;
  for (const auto& all : {step, mean, square}) {
    int64_t first = 0;
    for (const auto& gradient : gradients) {
      results.push_back(all.narrow(0, first, gradient.numel()).view(gradient.sizes()));
      first += gradient.numel();
    }
  }
  return results;
}

/**
 * What is to be subtracted from each parameter, and its moments after the step. `rates` and `epsilons`, corrected for the bias of
 * young moments, hold a number for each parameter.
 */
AdamResults adam(at::TensorList gradients, at::TensorList m, at::TensorList v, double beta1, double beta2,
                 const at::Tensor& rates, const at::Tensor& epsilons) {
  const auto count = static_cast<int64_t>(gradients.size());
  TORCH_CHECK(count > 0 && m.size() == gradients.size() && v.size() == gradients.size(), "adam: there must be as many moments as ",
              "gradients, and at least one, got ", m.size(), " and ", v.size(), " for ", count);
  TORCH_CHECK(rates.dim() == 1 && rates.size(0) == count && epsilons.dim() == 1 && epsilons.size(0) == count,
              "adam: rates and epsilons must be [", count, "], got ", rates.sizes(), " and ", epsilons.sizes());
  bool loops = true;
  const auto look = [&](const at::Tensor& tensor) {
    TORCH_CHECK(tensor.layout() == at::kStrided && tensor.is_floating_point() && tensor.scalar_type() == rates.scalar_type(),
                "adam: all tensors must be of one floating-point type, got ", tensor.scalar_type(), " beside ", rates.scalar_type());
    loops = loops && tensor.is_cpu() && tensor.scalar_type() == at::kFloat;
  };
  look(rates);
  look(epsilons);
  for (int64_t i = 0; i < count; ++i) {
    for (const auto& tensor : {gradients[i], m[i], v[i]}) {
      look(tensor);
      TORCH_CHECK(tensor.sizes() == gradients[i].sizes(), "adam: moments must have the sizes of their gradient, ",
                  gradients[i].sizes(), ", got ", tensor.sizes());
    }
  }
  if (!loops) return adamSideBySide(gradients, m, v, beta1, beta2, rates, epsilons);
  const auto rate = rates.contiguous(), epsilon = epsilons.contiguous();
  return adamByLoop(gradients, m, v, beta1, beta2, rate.data_ptr<float>(), epsilon.data_ptr<float>());
}

}  // namespace
