// Keras's LSTM and GRU over whole sequences, with their gradients: two operators each, registered beside ATen's. A step is one
// matrix product (two for the GRU) and one loop over the units; TFJS makes some twenty kernels of it.
//
// Sequences are [batch, time, features]. Gates lie side by side along the last axis: input, forget, candidate and output of the
// LSTM; update, reset and candidate of the GRU, whose reset gate applies before the product with the recurrent kernel.

#pragma once

#include <ATen/Functions.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <tuple>

#include "activations.h"

namespace {

template <bool hard>
LOOP float gateOf(float x) {
  return hard ? hardLogistic(x) : logistic(x);
}

/** Derivative of a gate where it is y. */
template <bool hard>
LOOP float slopeOf(float y) {
  return hard ? (y > 0 && y < 1 ? 0.2f : 0.0f) : y * (1 - y);
}

/** One example and step: `z` holds the gates, the product with x before and what the activations make of it after. */
template <bool hard>
LOOP void lstmStep(int64_t units, const float* product, const float* c, float* __restrict z, float* __restrict newC,
                      float* __restrict h, float* __restrict nextH) {
  float *i = z, *f = z + units, *g = z + 2 * units, *o = z + 3 * units;
  for (int64_t k = 0; k < units; ++k) {
    i[k] = gateOf<hard>(i[k] + product[k]);
    f[k] = gateOf<hard>(f[k] + product[units + k]);
    g[k] = hyperbolicTangent(g[k] + product[2 * units + k]);
    o[k] = gateOf<hard>(o[k] + product[3 * units + k]);
    newC[k] = f[k] * c[k] + i[k] * g[k];
    h[k] = nextH[k] = o[k] * hyperbolicTangent(newC[k]);
  }
}

/** `dc` is the gradient to the new cell before and to the old one after; `dz` goes to the gates before their activations. */
template <bool hard>
LOOP void lstmStepBackward(int64_t units, const float* z, const float* oldC, const float* newC, const float* dh,
                       const float* dy, float* __restrict dc, float* __restrict dz, float* __restrict dense) {
  const float *i = z, *f = z + units, *g = z + 2 * units, *o = z + 3 * units;
  for (int64_t k = 0; k < units; ++k) {
    const float tangent = hyperbolicTangent(newC[k]);
    const float incoming = dh[k] + dy[k];
    const float d = dc[k] + incoming * o[k] * (1 - tangent * tangent);
    dz[k] = dense[k] = d * g[k] * slopeOf<hard>(i[k]);
    dz[units + k] = dense[units + k] = d * oldC[k] * slopeOf<hard>(f[k]);
    dz[2 * units + k] = dense[2 * units + k] = d * i[k] * (1 - g[k] * g[k]);
    dz[3 * units + k] = dense[3 * units + k] = incoming * tangent * slopeOf<hard>(o[k]);
    dc[k] = d * f[k];
  }
}

/** Update and reset gate of one example and step, and the reset state. */
template <bool hard>
LOOP void gruGates(int64_t units, const float* product, const float* h, float* __restrict z, float* __restrict reset) {
  float* r = z + units;
  for (int64_t k = 0; k < units; ++k) {
    z[k] = gateOf<hard>(z[k] + product[k]);
    r[k] = gateOf<hard>(r[k] + product[units + k]);
    reset[k] = r[k] * h[k];
  }
}

LOOP void gruState(int64_t units, const float* product, float* __restrict z, float* __restrict h, float* __restrict y) {
  float* candidate = z + 2 * units;
  for (int64_t k = 0; k < units; ++k) {
    candidate[k] = hyperbolicTangent(candidate[k] + product[k]);
    h[k] = y[k] = z[k] * h[k] + (1 - z[k]) * candidate[k];
  }
}

/** Gradients to the update gate and the candidate; `dh` is that to the new state before, and what goes past the gates after. */
template <bool hard>
LOOP void gruStateBackward(int64_t units, const float* z, const float* oldH, const float* dy, float* __restrict dh,
                           float* __restrict dz, float* __restrict dGates, float* __restrict dCandidate) {
  const float* candidate = z + 2 * units;
  for (int64_t k = 0; k < units; ++k) {
    const float incoming = dh[k] + dy[k];
    dz[k] = dGates[k] = incoming * (oldH[k] - candidate[k]) * slopeOf<hard>(z[k]);
    dz[2 * units + k] = dCandidate[k] = incoming * (1 - z[k]) * (1 - candidate[k] * candidate[k]);
    dh[k] = incoming * z[k];
  }
}

template <bool hard>
LOOP void gruResetBackward(int64_t units, const float* z, const float* oldH, const float* dReset, float* __restrict dh,
                           float* __restrict dz, float* __restrict dGates) {
  const float* r = z + units;
  for (int64_t k = 0; k < units; ++k) {
    dz[units + k] = dGates[units + k] = dReset[k] * oldH[k] * slopeOf<hard>(r[k]);
    dh[k] += dReset[k] * r[k];
  }
}

void requireRecurrent(const char* what, const at::Tensor& tensor, at::IntArrayRef sizes) {
  TORCH_CHECK(tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.layout() == at::kStrided, what,
              " must be float32 on the CPU");
  TORCH_CHECK(tensor.sizes() == sizes, what, " must be ", sizes, ", got ", tensor.sizes());
}

/** Sizes of a recurrence. */
struct Recurrence {
  int64_t batch, time, features, units;

  Recurrence(const at::Tensor& x, const at::Tensor& kernel, const at::Tensor& recurrent,
             const c10::optional<at::Tensor>& bias, const at::Tensor& h, int64_t gates) {
    TORCH_CHECK(x.dim() == 3 && recurrent.dim() == 2, "x must be [batch, time, features] and the recurrent kernel a matrix, got ",
                x.sizes(), " and ", recurrent.sizes());
    batch = x.size(0), time = x.size(1), features = x.size(2), units = recurrent.size(0);
    TORCH_CHECK(batch > 0 && time > 0 && features > 0 && units > 0, "x and the recurrent kernel must not be empty, got ",
                x.sizes(), " and ", recurrent.sizes());
    requireRecurrent("x", x, {batch, time, features});
    requireRecurrent("kernel", kernel, {features, gates * units});
    requireRecurrent("recurrent kernel", recurrent, {units, gates * units});
    if (bias) requireRecurrent("bias", *bias, {gates * units});
    requireRecurrent("state", h, {batch, units});
  }

  /** For each example, when there is enough to do for several threads. */
  template <typename Body>
  void forEachExample(Body body) const {
    constexpr int64_t GRAIN = 1 << 13;
    at::parallel_for(0, batch, std::max<int64_t>(1, GRAIN / units), [&](int64_t begin, int64_t end) {
      for (auto b = begin; b < end; ++b) body(b);
    });
  }

  /** Row of an example and step in a dense tensor [batch, time, width]. */
  template <typename Number>
  Number* at(Number* data, int64_t b, int64_t t, int64_t width) const {
    return data + (b * time + t) * width;
  }

  /** x kernel + bias, [batch, time, gates * units]. */
  at::Tensor project(const at::Tensor& x, const at::Tensor& kernel, const c10::optional<at::Tensor>& bias) const {
    const auto rows = x.reshape({batch * time, features});
    const auto product = bias ? at::addmm(*bias, rows, kernel) : at::mm(rows, kernel);
    return product.view({batch, time, kernel.size(1)});
  }

  /** The states before each step, [batch, time, units]. */
  at::Tensor before(const at::Tensor& h, const at::Tensor& sequence) const {
    return at::cat({h.unsqueeze(1), sequence.narrow(1, 0, time - 1)}, 1);
  }

  at::Tensor rows(const at::Tensor& sequence) const { return sequence.reshape({batch * time, sequence.size(2)}); }

  /** dx, and the gradients of kernel and bias. */
  std::tuple<at::Tensor, at::Tensor, at::Tensor> projectBackward(const at::Tensor& x, const at::Tensor& kernel,
                                                                 const at::Tensor& dz) const {
    const auto flat = rows(dz);
    return {at::mm(flat, kernel.t()).view(x.sizes()), at::mm(rows(x).t(), flat), flat.sum(0)};
  }
};

/** A gradient, zeros where nothing depends on what it is of. */
at::Tensor orZeros(const char* what, const c10::optional<at::Tensor>& given, at::IntArrayRef sizes) {
  if (!given) return at::zeros(sizes, at::kFloat);
  requireRecurrent(what, *given, sizes);
  return given->contiguous();
}

/** All states, the last state and cell; cells and gates of each step for the way back. */
using LstmResults = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

template <bool hard>
LstmResults lstmOf(const Recurrence& r, at::Tensor gates, const at::Tensor& recurrent, const at::Tensor& h0, const at::Tensor& c0) {
  const auto batch = r.batch, time = r.time, units = r.units;
  const auto sequence = at::empty({batch, time, units}, at::kFloat), cells = at::empty_like(sequence);
  const auto h = h0.clone(at::MemoryFormat::Contiguous), first = c0.contiguous();
  auto product = at::empty({batch, 4 * units}, at::kFloat);
  auto *z = gates.data_ptr<float>(), *y = sequence.data_ptr<float>(), *c = cells.data_ptr<float>(), *state = h.data_ptr<float>();
  const auto *initial = first.data_ptr<float>(), *p = product.data_ptr<float>();
  for (int64_t t = 0; t < time; ++t) {
    at::mm_out(product, h, recurrent);
    r.forEachExample([&](int64_t b) {
      const auto* oldC = t > 0 ? r.at(c, b, t - 1, units) : initial + b * units;
      run<lstmStep<hard>>(units, p + b * 4 * units, oldC, r.at(z, b, t, 4 * units), r.at(c, b, t, units),
                             r.at(y, b, t, units), state + b * units);
    });
  }
  return {sequence, h, cells.select(1, time - 1).contiguous(), cells, gates};
}

LstmResults lstm(const at::Tensor& x, const at::Tensor& kernel, const at::Tensor& recurrent,
                 const c10::optional<at::Tensor>& bias, const at::Tensor& h, const at::Tensor& c, bool hard) {
  const Recurrence r(x, kernel, recurrent, bias, h, 4);
  requireRecurrent("cell", c, {r.batch, r.units});
  const auto gates = r.project(x, kernel, bias);
  return hard ? lstmOf<true>(r, gates, recurrent, h, c) : lstmOf<false>(r, gates, recurrent, h, c);
}

/** Gradients of x, kernel, recurrent kernel, bias, state and cell. */
using LstmGradients = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

template <bool hard>
LstmGradients lstmGradientsOf(const Recurrence& r, const at::Tensor& dSequence, const at::Tensor& dH, const at::Tensor& dC,
                              const at::Tensor& x, const at::Tensor& kernel, const at::Tensor& recurrent, const at::Tensor& h,
                              const at::Tensor& c, const at::Tensor& sequence, const at::Tensor& cells, const at::Tensor& gates) {
  const auto batch = r.batch, time = r.time, units = r.units;
  auto dh = dH.clone(at::MemoryFormat::Contiguous);
  const auto dc = dC.clone(at::MemoryFormat::Contiguous), first = c.contiguous();
  const auto dz = at::empty_like(gates), dense = at::empty({batch, 4 * units}, at::kFloat);
  const auto back = recurrent.t();
  auto *dState = dh.data_ptr<float>(), *dCell = dc.data_ptr<float>(), *dGates = dz.data_ptr<float>(), *flat = dense.data_ptr<float>();
  const auto *z = gates.data_ptr<float>(), *cell = cells.data_ptr<float>(), *initial = first.data_ptr<float>(),
             *dy = dSequence.data_ptr<float>();
  for (auto t = time; t-- > 0;) {
    r.forEachExample([&](int64_t b) {
      const auto* oldC = t > 0 ? r.at(cell, b, t - 1, units) : initial + b * units;
      run<lstmStepBackward<hard>>(units, r.at(z, b, t, 4 * units), oldC, r.at(cell, b, t, units), dState + b * units,
                              r.at(dy, b, t, units), dCell + b * units, r.at(dGates, b, t, 4 * units), flat + b * 4 * units);
    });
    at::mm_out(dh, dense, back);
  }
  const auto [dx, dKernel, dBias] = r.projectBackward(x, kernel, dz);
  return {dx, dKernel, at::mm(r.rows(r.before(h, sequence)).t(), r.rows(dz)), dBias, dh, dc};
}

LstmGradients lstmBackward(const c10::optional<at::Tensor>& dSequence, const c10::optional<at::Tensor>& dH,
                           const c10::optional<at::Tensor>& dC, const at::Tensor& x, const at::Tensor& kernel,
                           const at::Tensor& recurrent, const at::Tensor& h, const at::Tensor& c, const at::Tensor& sequence,
                           const at::Tensor& cells, const at::Tensor& gates, bool hard) {
  const Recurrence r(x, kernel, recurrent, c10::nullopt, h, 4);
  requireRecurrent("cell", c, {r.batch, r.units});
  requireRecurrent("sequence", sequence, {r.batch, r.time, r.units});
  requireRecurrent("cells", cells, {r.batch, r.time, r.units});
  requireRecurrent("gates", gates, {r.batch, r.time, 4 * r.units});
  const auto dy = orZeros("gradient of the sequence", dSequence, {r.batch, r.time, r.units});
  const auto dState = orZeros("gradient of the state", dH, {r.batch, r.units});
  const auto dCell = orZeros("gradient of the cell", dC, {r.batch, r.units});
  const auto all = hard ? lstmGradientsOf<true> : lstmGradientsOf<false>;
  return all(r, dy, dState, dCell, x, kernel, recurrent, h, c, sequence, cells.contiguous(), gates.contiguous());
}

/** All states and the last one; gates of each step and the reset states for the way back. */
using GruResults = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

template <bool hard>
GruResults gruOf(const Recurrence& r, at::Tensor gates, const at::Tensor& recurrent, const at::Tensor& h0) {
  const auto batch = r.batch, time = r.time, units = r.units;
  const auto sequence = at::empty({batch, time, units}, at::kFloat), resets = at::empty_like(sequence);
  const auto h = h0.clone(at::MemoryFormat::Contiguous);
  const auto toGates = recurrent.narrow(1, 0, 2 * units).contiguous(), toCandidate = recurrent.narrow(1, 2 * units, units).contiguous();
  auto product = at::empty({batch, 2 * units}, at::kFloat), second = at::empty({batch, units}, at::kFloat);
  auto *z = gates.data_ptr<float>(), *y = sequence.data_ptr<float>(), *reset = resets.data_ptr<float>(), *state = h.data_ptr<float>();
  const auto *p = product.data_ptr<float>(), *q = second.data_ptr<float>();
  for (int64_t t = 0; t < time; ++t) {
    at::mm_out(product, h, toGates);
    r.forEachExample([&](int64_t b) {
      run<gruGates<hard>>(units, p + b * 2 * units, state + b * units, r.at(z, b, t, 3 * units), r.at(reset, b, t, units));
    });
    at::mm_out(second, resets.select(1, t), toCandidate);
    r.forEachExample([&](int64_t b) {
      run<gruState>(units, q + b * units, r.at(z, b, t, 3 * units), state + b * units, r.at(y, b, t, units));
    });
  }
  return {sequence, h, gates, resets};
}

GruResults gru(const at::Tensor& x, const at::Tensor& kernel, const at::Tensor& recurrent,
               const c10::optional<at::Tensor>& bias, const at::Tensor& h, bool hard) {
  const Recurrence r(x, kernel, recurrent, bias, h, 3);
  const auto gates = r.project(x, kernel, bias);
  return hard ? gruOf<true>(r, gates, recurrent, h) : gruOf<false>(r, gates, recurrent, h);
}

/** Gradients of x, kernel, recurrent kernel, bias and state. */
using GruGradients = std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor, at::Tensor>;

template <bool hard>
GruGradients gruGradientsOf(const Recurrence& r, const at::Tensor& dSequence, const at::Tensor& dH, const at::Tensor& x,
                            const at::Tensor& kernel, const at::Tensor& recurrent, const at::Tensor& h,
                            const at::Tensor& sequence, const at::Tensor& gates, const at::Tensor& resets) {
  const auto batch = r.batch, time = r.time, units = r.units;
  auto dh = dH.clone(at::MemoryFormat::Contiguous);
  const auto states = r.before(h, sequence).contiguous(), dz = at::empty_like(gates);
  const auto dGates = at::empty({batch, 2 * units}, at::kFloat), dCandidate = at::empty({batch, units}, at::kFloat);
  auto dReset = at::empty_like(dCandidate);
  const auto backGates = recurrent.narrow(1, 0, 2 * units).t(), backCandidate = recurrent.narrow(1, 2 * units, units).t();
  auto *dState = dh.data_ptr<float>(), *d = dz.data_ptr<float>(), *first = dGates.data_ptr<float>(), *second = dCandidate.data_ptr<float>();
  const auto *z = gates.data_ptr<float>(), *state = states.data_ptr<float>(), *dy = dSequence.data_ptr<float>(),
             *fromReset = dReset.data_ptr<float>();
  for (auto t = time; t-- > 0;) {
    r.forEachExample([&](int64_t b) {
      run<gruStateBackward<hard>>(units, r.at(z, b, t, 3 * units), r.at(state, b, t, units), r.at(dy, b, t, units),
                                  dState + b * units, r.at(d, b, t, 3 * units), first + b * 2 * units, second + b * units);
    });
    at::mm_out(dReset, dCandidate, backCandidate);
    r.forEachExample([&](int64_t b) {
      run<gruResetBackward<hard>>(units, r.at(z, b, t, 3 * units), r.at(state, b, t, units), fromReset + b * units,
                                  dState + b * units, r.at(d, b, t, 3 * units), first + b * 2 * units);
    });
    dh.addmm_(dGates, backGates);
  }
  const auto [dx, dKernel, dBias] = r.projectBackward(x, kernel, dz);
  const auto flat = r.rows(dz);
  const auto dRecurrent = at::cat({at::mm(r.rows(states).t(), flat.narrow(1, 0, 2 * units)),
                                   at::mm(r.rows(resets).t(), flat.narrow(1, 2 * units, units))}, 1);
  return {dx, dKernel, dRecurrent, dBias, dh};
}

GruGradients gruBackward(const c10::optional<at::Tensor>& dSequence, const c10::optional<at::Tensor>& dH, const at::Tensor& x,
                         const at::Tensor& kernel, const at::Tensor& recurrent, const at::Tensor& h, const at::Tensor& sequence,
                         const at::Tensor& gates, const at::Tensor& resets, bool hard) {
  const Recurrence r(x, kernel, recurrent, c10::nullopt, h, 3);
  requireRecurrent("sequence", sequence, {r.batch, r.time, r.units});
  requireRecurrent("gates", gates, {r.batch, r.time, 3 * r.units});
  requireRecurrent("reset states", resets, {r.batch, r.time, r.units});
  const auto dy = orZeros("gradient of the sequence", dSequence, {r.batch, r.time, r.units});
  const auto dState = orZeros("gradient of the state", dH, {r.batch, r.units});
  const auto all = hard ? gruGradientsOf<true> : gruGradientsOf<false>;
  return all(r, dy, dState, x, kernel, recurrent, h, sequence, gates.contiguous(), resets);
}

void defineRecurrent(torch::Library& library) {
  library.def(
      "lstm(Tensor x, Tensor kernel, Tensor recurrent, Tensor? bias, Tensor h, Tensor c, bool hard)"
      " -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
      lstm);
  library.def(
      "lstm_backward(Tensor? d_sequence, Tensor? d_h, Tensor? d_c, Tensor x, Tensor kernel, Tensor recurrent, Tensor h, Tensor c,"
      " Tensor sequence, Tensor cells, Tensor gates, bool hard) -> (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)",
      lstmBackward);
  library.def(
      "gru(Tensor x, Tensor kernel, Tensor recurrent, Tensor? bias, Tensor h, bool hard) -> (Tensor, Tensor, Tensor, Tensor)", gru);
  library.def(
      "gru_backward(Tensor? d_sequence, Tensor? d_h, Tensor x, Tensor kernel, Tensor recurrent, Tensor h, Tensor sequence,"
      " Tensor gates, Tensor resets, bool hard) -> (Tensor, Tensor, Tensor, Tensor, Tensor)",
      gruBackward);
}

}  // namespace
