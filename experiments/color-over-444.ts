import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { balancedQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs through a JPEG codec with YUV 4:4:4',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** With the real JPEG codec in the forward pass. */
    forward: 'real',
    /** Together with `qstepSpread` the codec works between 0.3 and 1 bit per pixel. */
    gamma: 150,
    qstepSpread: 2.2,
    /** First the post-processor learns to repair what the plain codec does; that needs no gradient through the codec. */
    mlpsAndPost: 0.5,
    learningRate: 2e-3,
    schedule: 'cosine',
    decay: 0.02,
    warmupSteps: 100,
  },
  sandwich: ({ network, forward, gamma, seed }) => ({
    bottleneckChannels: 3,
    // Silent U-Nets: training starts from the plain codec and can only gain.
    pre: { ...networkSize(network), initializer: 'he', outputInitializer: 'zeros' },
    post: { ...networkSize(network), initializer: 'he', outputInitializer: 'zeros' },
    initialScaler: 1,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: balancedQstep(gamma),
      minQstep: 1,
      convertToYuv: true,
      forward: forward as 'proxy' | 'real',
    }),
  }),
});
