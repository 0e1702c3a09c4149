import type { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type KernelTable, kernel } from './kernel.js';

/** Attributes of recurrent kernels. */
export interface RecurrentAttributes {
  /** Whether gates are Keras's linear approximation of a sigmoid. */
  hard: boolean;
}

const handlesOf = (backend: TorchBackend, tensors: (tf.TensorInfo | undefined)[]): (Handle | null)[] =>
  tensors.map((tensor) => (tensor ? backend.handleOf(tensor) : null));

const wrapAll = (backend: TorchBackend, handles: (Handle | null)[], shapes: number[][]): tf.TensorInfo[] =>
  shapes.map((shape, i) => backend.wrap(handles[i]!, shape, 'float32'));

/** Keras's recurrences over whole sequences; `fused/recurrent.ts` has what they compute, and their inputs and outputs. */
export const recurrent: KernelTable = {
  LSTM: kernel<RecurrentAttributes>(({ backend, inputs, attributes: { hard } }) => {
    const { x, kernel, recurrent, bias, h, c } = inputs;
    const handles = handlesOf(backend, [x, kernel, recurrent, bias, h, c]);
    const [batch, time] = x.shape;
    const [units, gates] = recurrent.shape;
    const sequence = [batch, time, units];
    const shapes = [sequence, h.shape, c.shape, sequence, [batch, time, gates]];
    return wrapAll(backend, backend.callMany('sandwich::lstm', ...handles, hard), shapes);
  }),

  LSTMGrad: kernel<RecurrentAttributes>(({ backend, inputs, attributes: { hard } }) => {
    const { dSequence, dH, dC, x, kernel, recurrent, h, c, sequence, cells, gates } = inputs;
    const handles = handlesOf(backend, [dSequence, dH, dC, x, kernel, recurrent, h, c, sequence, cells, gates]);
    const shapes = [x.shape, kernel.shape, recurrent.shape, [kernel.shape[1]], h.shape, c.shape];
    return wrapAll(backend, backend.callMany('sandwich::lstm_backward', ...handles, hard), shapes);
  }),

  GRU: kernel<RecurrentAttributes>(({ backend, inputs, attributes: { hard } }) => {
    const { x, kernel, recurrent, bias, h } = inputs;
    const handles = handlesOf(backend, [x, kernel, recurrent, bias, h]);
    const [batch, time] = x.shape;
    const [units, gates] = recurrent.shape;
    const sequence = [batch, time, units];
    const shapes = [sequence, h.shape, [batch, time, gates], sequence];
    return wrapAll(backend, backend.callMany('sandwich::gru', ...handles, hard), shapes);
  }),

  GRUGrad: kernel<RecurrentAttributes>(({ backend, inputs, attributes: { hard } }) => {
    const { dSequence, dH, x, kernel, recurrent, h, sequence, gates, resets } = inputs;
    const handles = handlesOf(backend, [dSequence, dH, x, kernel, recurrent, h, sequence, gates, resets]);
    const shapes = [x.shape, kernel.shape, recurrent.shape, [kernel.shape[1]], h.shape];
    return wrapAll(backend, backend.callMany('sandwich::gru_backward', ...handles, hard), shapes);
  }),
};
