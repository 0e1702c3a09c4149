// Keras's LSTM and GRU, which TFJS computes step by step in some twenty kernels each: one kernel for a whole sequence where the
// engine has it, and the layer is what that computes.

import { runKernels } from '../gradients/gradient.js';
import { tf } from '../tf.js';
import { TorchBackend } from '../torch/backend.js';

interface Weight {
  read(): tf.Tensor;
}

interface Activation {
  getClassName(): string;
}

interface Cell {
  getClassName(): string;
  units: number;
  activation: Activation;
  recurrentActivation: Activation;
  dropout: number;
  recurrentDropout: number;
  kernel: Weight;
  recurrentKernel: Weight;
  bias?: Weight | null;
}

/** What is used of TFJS's `RNN` beyond its public types. */
export interface RecurrentLayer {
  cell: Cell;
  stateful: boolean;
  goBackwards: boolean;
  returnSequences: boolean;
  returnState: boolean;
  states_: tf.Tensor[];
  resetStates(states: tf.Tensor[], training?: boolean): void;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs?: RecurrentCall): tf.Tensor | tf.Tensor[];
}

export interface RecurrentCall {
  mask?: tf.Tensor | null;
  training?: boolean;
  initialState?: tf.Tensor[] | null;
}

const KERNELS: Record<string, { kernel: string; states: number }> = {
  LSTMCell: { kernel: 'LSTM', states: 2 },
  GRUCell: { kernel: 'GRU', states: 1 },
};
const GATES = ['sigmoid', 'hardSigmoid'];

/** The kernels are loops of the addon for the CPU. */
function engineHasKernels(): boolean {
  const backend = tf.findBackend(tf.getBackend());
  return backend instanceof TorchBackend && backend.device === 'cpu';
}

function isPlain(cell: Cell, x: tf.Tensor, call: RecurrentCall): boolean {
  if (!(cell.getClassName() in KERNELS)) return false;
  const isKnown = cell.activation.getClassName() === 'tanh' && GATES.includes(cell.recurrentActivation.getClassName());
  const drops = cell.dropout > 0 || cell.recurrentDropout > 0;
  const isTensor = x instanceof tf.Tensor && x.rank === 3 && x.dtype === 'float32' && x.size > 0;
  return isKnown && !drops && isTensor && call.mask == null;
}

/** Calls a recurrent layer by one kernel; null where it has to be TFJS's steps. */
export function callFused(
  layer: RecurrentLayer,
  inputs: tf.Tensor | tf.Tensor[],
  call: RecurrentCall,
): tf.Tensor | tf.Tensor[] | null {
  const { cell } = layer;
  const x = Array.isArray(inputs) ? inputs[0] : inputs;
  if ((Array.isArray(inputs) && inputs.length > 1) || !engineHasKernels() || !isPlain(cell, x, call)) return null;
  const { kernel: name, states: count } = KERNELS[cell.getClassName()];
  const given = call.initialState ?? (layer.stateful ? layer.states_ : null);
  if (given && given.length !== count) return null;
  return tf.tidy(() => {
    const [h, c] = given ?? new Array(count).fill(tf.zeros([x.shape[0], cell.units]));
    const kernelInputs = {
      x: layer.goBackwards ? tf.reverse(x, 1) : x,
      kernel: cell.kernel.read(),
      recurrent: cell.recurrentKernel.read(),
      bias: cell.bias?.read(),
      h,
      c,
    };
    const hard = cell.recurrentActivation.getClassName() === 'hardSigmoid';
    const [sequence, ...others] = runKernels(name, kernelInputs, { hard });
    const last = others.slice(0, count);
    if (layer.stateful) layer.resetStates(last, call.training);
    const output = layer.returnSequences ? sequence : last[0];
    return layer.returnState ? [output, ...last] : output;
  });
}
