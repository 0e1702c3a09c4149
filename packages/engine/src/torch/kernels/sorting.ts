import { tf } from '../../tf.js';
import { cast, type KernelTable, kernel, options } from './kernel.js';

export const sorting: KernelTable = {
  // A stable sort: of equal values TFJS takes the first, ATen's `topk` any.
  TopK: kernel<tf.TopKAttrs>(({ backend, inputs: { x }, attributes: { k } }) => {
    const sorted = backend.callMany('sort.stable', backend.handleOf(x), true, -1, true);
    const [values, indices] = sorted.map((handle) => backend.call('narrow', handle!, -1, 0, k));
    const shape = [...x.shape.slice(0, -1), k];
    return [backend.wrap(values, shape, x.dtype), backend.wrap(cast(backend, indices, 'int32'), shape, 'int32')];
  }),

  SearchSorted: kernel<tf.SearchSortedAttrs>(
    ({ backend, inputs: { sortedSequence, values }, attributes: { side } }) => {
      const sequence = backend.handleOf(sortedSequence);
      const places = backend.call('searchsorted.Tensor', sequence, backend.handleOf(values), true, side === 'right');
      return backend.wrap(places, values.shape, 'int32');
    },
  ),

  // The inverse of the cumulative distribution at uniform random numbers, which TFJS draws, so that a seed means what it
  // means everywhere.
  Multinomial: kernel<tf.MultinomialAttrs>(
    ({ backend, inputs: { logits }, attributes: { numSamples, seed, normalized } }) => {
      const handle = backend.handleOf(logits);
      const probabilities = normalized ? handle : backend.call('softmax.int', handle, -1);
      const distribution = backend.call('cumsum', probabilities, -1);
      const shape = [logits.shape[0], numSamples];
      const uniform = tf.randomUniform(shape, 0, 1, 'float32', seed);
      const classes = backend.call('searchsorted.Tensor', distribution, backend.handleOf(uniform), true, true);
      uniform.dispose();
      const samples = backend.call('clamp', classes, 0, logits.shape[1] - 1);
      return backend.wrap(cast(backend, samples, 'int32'), shape, 'int32');
    },
  ),
};

/** How often each of the numbers 0 ... size - 1 occurs in every row of x, or what weight it has; others are left out. */
const counts = kernel<tf.DenseBincountAttrs>(
  ({ backend, inputs: { x, weights }, attributes: { size, binaryOutput } }) => {
    const rows = x.shape.length === 2 ? x.shape[0] : 1;
    const values = backend.call('reshape', backend.handleOf(x), [rows, -1]);
    // Row r counts in the bins from r (size + 1) on, the last of which takes what is too large.
    const bins = backend.call('clamp_max', values, BigInt(size));
    const first = backend.call(
      'mul.Scalar',
      backend.call('arange', rows, ...options(backend, 'int32')),
      BigInt(size + 1),
    );
    const flat = backend.call('reshape', backend.call('add.Tensor', bins, backend.call('unsqueeze', first, 1)), [-1]);
    const weighted = tf.util.sizeFromShape(weights.shape) > 0 && !binaryOutput;
    const all = backend.call(
      'bincount',
      cast(backend, flat, 'int32'),
      weighted ? backend.call('reshape', backend.handleOf(weights), [-1]) : null,
      rows * (size + 1),
    );
    const counted = backend.call('narrow', backend.call('reshape', all, [rows, size + 1]), 1, 0, size);
    const result = binaryOutput ? backend.call('gt.Scalar', counted, 0) : counted;
    const shape = x.shape.length === 2 ? [rows, size] : [size];
    return backend.wrap(cast(backend, backend.call('reshape', result, shape), weights.dtype), shape, weights.dtype);
  },
);

export const counting: KernelTable = { Bincount: counts, DenseBincount: counts };
