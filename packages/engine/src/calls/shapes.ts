import type { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

export const shapes: RepairTable = {
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
