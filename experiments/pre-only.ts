import { EncodeDecodeIntra, publishedGradient, roundings } from '@sandwich/codec-proxy';
import { balancedQstep, defineExperiment } from '@sandwich/models';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs through a JPEG codec of half their height and width, with a pre-processor alone',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** How gradients pass the codec, and what the rate is a function of: `docs/recipes.md`. */
    ...publishedGradient,
    /** Where one network alone has something to gain: 1 leaves little to be repaired. */
    downsampleFactor: 2,
    /** The U-Net begins silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
    /** As in `hires-over-lowres`, whose baseline this is. */
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
  },
  sandwich: ({ network, downsampleFactor, initialScaler, gradient, rateOf, gamma, seed }) => ({
    bottleneckChannels: 3,
    downsampleFactor,
    pre: { ...networkSize(network), initializer: 'he' },
    post: null,
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      // One sample of the codec stands for factor ** 2 pixels, and so does what one of its bits costs.
      qstepInit: balancedQstep(gamma / downsampleFactor ** 2),
      minQstep: 1,
      convertToYuv: true,
      gradient,
      rateOf,
    }),
  }),
});
