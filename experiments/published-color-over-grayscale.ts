import { EncodeDecodeIntra, publishedGradient, roundings } from '@sandwich/codec-proxy';
import { defineExperiment, initialQstep } from '@sandwich/models';
import { networkSize } from '@sandwich/unets';

/** Guleryuz et al., "Sandwiched compression", and the settings of the published notebook. */
export default defineExperiment({
  description: 'colour photographs through a grayscale JPEG codec, as published: 80,000 steps',
  settings: {
    /** slim, medium or full; the published training is of full. */
    network: 'slim',
    /** How gradients pass the codec, and what the rate is a function of: `docs/recipes.md`. */
    ...publishedGradient,
    batchSize: 4,
    cropSize: 256,
    reduce: 2,
    learningRate: 1e-3,
    gamma: 50,
  },
  sandwich: ({ network, gradient, rateOf, gamma, seed }) => ({
    bottleneckChannels: 1,
    pre: { ...networkSize(network), variant: 'published' },
    post: { ...networkSize(network), variant: 'published' },
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: initialQstep(gamma),
      minQstep: 1,
      gradient,
      rateOf,
    }),
  }),
});
