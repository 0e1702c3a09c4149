import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { initialQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs through a JPEG codec of half their height and width, a neural sender and any receiver',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** Where one network alone has something to gain: 1 leaves little to be repaired. */
    downsampleFactor: 2,
    /** The U-Net begins silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
  },
  sandwich: ({ network, downsampleFactor, initialScaler, gamma, seed }) => ({
    bottleneckChannels: 3,
    downsampleFactor,
    pre: { ...networkSize(network), initializer: 'he' },
    post: null,
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: initialQstep(gamma),
      minQstep: 1,
      convertToYuv: true,
    }),
  }),
});
