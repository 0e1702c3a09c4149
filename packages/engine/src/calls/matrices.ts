import { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

export const matrices: RepairTable = {
  // TFJS's kernels take an empty batch for one that is broadcast.
  BatchMatMul: repair<tf.BatchMatMulAttrs>((call, run) => {
    const { a, b } = call.inputs;
    const leading = [a, b].map(({ shape }) => shape.slice(0, -2));
    if (!leading.flat().includes(0)) return run(call);
    const { transposeA, transposeB } = call.attributes;
    const batch = tf.backend_util.assertAndGetBroadcastShape(leading[0], leading[1]);
    const none = tf.slice(tf.reshape(a, [a.size]), 0, 0);
    return tf.reshape(none, [...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]);
  }),
};
