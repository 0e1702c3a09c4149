// Gradients of Keras's recurrences, each of which is one kernel over a whole sequence where an engine has it.

import { tf } from '../tf.js';
import type { RecurrentAttributes } from '../torch/kernels/recurrent.js';
import {
  composedGradients,
  type GradientTable,
  gradient,
  isDifferentiated,
  runKernels,
  WhereGiven,
} from './gradient.js';

const hardSigmoid = (x: tf.Tensor): tf.Tensor => tf.clipByValue(tf.add(tf.mul(x, 0.2), 0.5), 0, 1);

/** x kernel + bias for each step. */
function projected(x: tf.Tensor, kernel: tf.Tensor, bias?: tf.Tensor): tf.Tensor[] {
  const product = tf.matMul(tf.reshape(x, [-1, x.shape[2]!]), kernel);
  const gates = bias ? tf.add(product, bias) : product;
  return tf.unstack(tf.reshape(gates, [x.shape[0], x.shape[1]!, -1]), 1);
}

/** All states, the last one and the last cell. */
function lstm(x: tf.Tensor, weights: tf.Tensor[], h: tf.Tensor, c: tf.Tensor, hard: boolean): tf.Tensor[] {
  const [kernel, recurrent, bias] = weights;
  const gate = hard ? hardSigmoid : tf.sigmoid;
  const states: tf.Tensor[] = [];
  let [state, cell] = [h, c];
  for (const step of projected(x, kernel, bias)) {
    const [i, f, g, o] = tf.split(tf.add(step, tf.matMul(state, recurrent)), 4, 1);
    cell = tf.add(tf.mul(gate(f), cell), tf.mul(gate(i), tf.tanh(g)));
    state = tf.mul(gate(o), tf.tanh(cell));
    states.push(state);
  }
  return [tf.stack(states, 1), state, cell];
}

/** All states and the last one. */
function gru(x: tf.Tensor, weights: tf.Tensor[], h: tf.Tensor, hard: boolean): tf.Tensor[] {
  const [kernel, recurrent, bias] = weights;
  const units = h.shape[1]!;
  const gate = hard ? hardSigmoid : tf.sigmoid;
  const [toGates, toCandidate] = tf.split(recurrent, [2 * units, units], 1);
  const states: tf.Tensor[] = [];
  let state = h;
  for (const step of projected(x, kernel, bias)) {
    const [gates, given] = tf.split(step, [2 * units, units], 1);
    const [update, reset] = tf.split(gate(tf.add(gates, tf.matMul(state, toGates))), 2, 1);
    const candidate = tf.tanh(tf.add(given, tf.matMul(tf.mul(reset, state), toCandidate)));
    state = tf.add(tf.mul(update, state), tf.mul(tf.sub(1, update), candidate));
    states.push(state);
  }
  return [tf.stack(states, 1), state];
}

type Dys = (tf.Tensor | null)[];
const WHY = 'a kernel of ours, for whole sequences';

/** The gradients by the names of the inputs. */
const named = (names: string[], gradients: tf.Tensor[]): Record<string, () => tf.Tensor> =>
  Object.fromEntries(names.map((name, i) => [name, () => gradients[i]]));

export const recurrent: GradientTable = {
  LSTM: gradient<RecurrentAttributes, Dys>({
    why: WHY,
    partial: true,
    inputsToSave: WhereGiven.from(['x', 'kernel', 'recurrent', 'h', 'c', 'bias']),
    outputsToSave: [true, false, false, true, true],
    gradFunc: ([dSequence, dH, dC], saved, { hard }) => {
      const [x, kernel, recurrent, h, c] = saved;
      const [sequence, cells, gates] = saved.slice(-3);
      const names = ['x', 'kernel', 'recurrent', 'bias', 'h', 'c'];
      if (!isDifferentiated()) {
        const inputs = { dSequence, dH, dC, x, kernel, recurrent, h, c, sequence, cells, gates };
        return named(names, runKernels('LSTMGrad', inputs, { hard }));
      }
      const bias = saved.length > 8 ? saved[5] : tf.zeros([kernel.shape[1]!]);
      const op = (x: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, h: tf.Tensor, c: tf.Tensor) =>
        lstm(x, [kernel, recurrent, bias], h, c, hard);
      return named(names, composedGradients(op, [x, kernel, recurrent, bias, h, c], [dSequence, dH, dC]));
    },
  }),

  GRU: gradient<RecurrentAttributes, Dys>({
    why: WHY,
    partial: true,
    inputsToSave: WhereGiven.from(['x', 'kernel', 'recurrent', 'h', 'bias']),
    outputsToSave: [true, false, true, true],
    gradFunc: ([dSequence, dH], saved, { hard }) => {
      const [x, kernel, recurrent, h] = saved;
      const [sequence, gates, resets] = saved.slice(-3);
      const names = ['x', 'kernel', 'recurrent', 'bias', 'h'];
      if (!isDifferentiated()) {
        const inputs = { dSequence, dH, x, kernel, recurrent, h, sequence, gates, resets };
        return named(names, runKernels('GRUGrad', inputs, { hard }));
      }
      const bias = saved.length > 7 ? saved[4] : tf.zeros([kernel.shape[1]!]);
      const op = (x: tf.Tensor, kernel: tf.Tensor, recurrent: tf.Tensor, bias: tf.Tensor, h: tf.Tensor) =>
        gru(x, [kernel, recurrent, bias], h, hard);
      return named(names, composedGradients(op, [x, kernel, recurrent, bias, h], [dSequence, dH]));
    },
  }),
};
