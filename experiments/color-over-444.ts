import { EncodeDecodeIntra, publishedGradient, roundings } from '@sandwich/codec-proxy';
import { balancedQstep, defineExperiment } from '@sandwich/models';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs through a JPEG codec with YUV 4:4:4',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** How gradients pass the codec, and what the rate is a function of: `docs/recipes.md`. */
    ...publishedGradient,
    /** With the real JPEG codec in the forward pass. */
    forward: 'real' as 'real' | 'proxy',
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    outputInitializer: 'zeros' as 'zeros' | 'he',
    initialScaler: 1,
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
  sandwich: ({ network, forward, outputInitializer, initialScaler, gradient, rateOf, gamma, seed }) => ({
    bottleneckChannels: 3,
    pre: { ...networkSize(network), initializer: 'he', outputInitializer },
    post: { ...networkSize(network), initializer: 'he', outputInitializer },
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: balancedQstep(gamma),
      minQstep: 1,
      convertToYuv: true,
      forward,
      gradient,
      rateOf,
    }),
  }),
});
