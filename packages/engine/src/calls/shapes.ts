import { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

export const shapes: RepairTable = {
  // TFJS counts one row whether that is asked for or not.
  DenseBincount: repair<tf.DenseBincountAttrs>((call, run) => {
    const { x, weights } = call.inputs;
    if (!call.attributes.binaryOutput || x.rank !== 1 || x.size === 0) return run(call);
    const rows = { x: tf.reshape(x, [1, -1]), weights: weights.size > 0 ? tf.reshape(weights, [1, -1]) : weights };
    return tf.reshape(run({ ...call, inputs: rows }) as tf.Tensor, [call.attributes.size]);
  }),
  // TFJS's kernels see nothing in the images after the first one.
  Transform: repair<object>((call, run) => {
    const { image, transforms } = call.inputs;
    if (image.shape[0] <= 1) return run(call);
    const moved = (i: number) => {
      const own = transforms.shape[0] === 1 ? transforms : tf.slice(transforms, [i, 0], [1, -1]);
      return run({
        ...call,
        inputs: { image: tf.slice(image, [i, 0, 0, 0], [1, -1, -1, -1]), transforms: own },
      }) as tf.Tensor;
    };
    return tf.concat(Array.from({ length: image.shape[0] }, (_, i) => moved(i)));
  }),
  // TFJS lets an empty tensor have any shape.
  Reshape: repair<tf.ReshapeAttrs>((call, run) => {
    const { x } = call.inputs;
    const { shape } = call.attributes;
    if (x.size === 0 && !shape.includes(0) && !shape.includes(-1)) {
      throw new Error(`Reshape: the shape [${shape}] is not one of the empty tensor [${x.shape}]`);
    }
    return run(call);
  }),
};
