import { tf } from '../tf.js';
import { type RepairTable, repair } from './call.js';

export const normalization: RepairTable = {
  // TFJS's kernels take means along other axes than the last one after another.
  FusedBatchNorm: repair<object>((call, run) => {
    const { inputs } = call;
    const { x, mean } = inputs;
    if (mean.rank <= 1 || tf.getBackend() === 'torch') return run(call);
    const spread = Object.entries(inputs).map(([name, tensor]) => [name, tensor && tf.broadcastTo(tensor, x.shape)]);
    return run({ ...call, inputs: Object.fromEntries(spread) });
  }),
};
