import { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

export const matrices: RepairTable = {
  // TFJS's kernels take an empty batch for one that is broadcast, and broadcast some of several axes wrongly.
  BatchMatMul: repair<tf.BatchMatMulAttrs>((call, run) => {
    const { a, b } = call.inputs;
    const leading = [a, b].map(({ shape }) => shape.slice(0, -2));
    if (tf.getBackend() === 'torch' || tf.util.arraysEqual(leading[0], leading[1])) return run(call);
    const { transposeA, transposeB } = call.attributes;
    const batch = tf.backend_util.assertAndGetBroadcastShape(leading[0], leading[1]);
    if (!batch.includes(0)) {
      const spread = (x: tf.Tensor) => tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
      return run({ ...call, inputs: { a: spread(a), b: spread(b) } });
    }
    const shape = [...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!];
    const [none, other] = a.size === 0 ? [a, b] : [b, a];
    // The other one has a gradient too, of zeros.
    return tf.add(tf.reshape(none, shape), tf.cast(tf.mul(tf.sum(other), 0), none.dtype as 'float32'));
  }),
};
