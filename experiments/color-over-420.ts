import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { balancedQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs through a JPEG codec with YUV 4:2:0, chroma of half the height and width',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
    /** Bits dear enough that the codec works between 0.3 and 1 bit per pixel. */
    gamma: 100,
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
  },
  sandwich: ({ network, initialScaler, gamma, seed }) => ({
    bottleneckChannels: 3,
    pre: { ...networkSize(network), initializer: 'he' },
    post: { ...networkSize(network), initializer: 'he' },
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: balancedQstep(gamma),
      minQstep: 1,
      convertToYuv: true,
      downsampleChroma: true,
    }),
  }),
});
