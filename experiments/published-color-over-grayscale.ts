import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { defineExperiment, initialQstep, overJpegSettings } from '@sandwich/models';
import { networkSize } from '@sandwich/unets';

/** Guleryuz et al., "Sandwiched compression", and the settings of the published notebook. */
export default defineExperiment({
  description: 'colour photographs through a grayscale JPEG codec, as published: 80,000 steps',
  settings: {
    /** The published training is of full networks. */
    ...overJpegSettings,
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
