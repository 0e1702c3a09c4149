import { EncodeDecodeIntra, publishedGradient, roundings } from '@sandwich/codec-proxy';
import { defineExperiment, initialQstep } from '@sandwich/models';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs of 16 bits a sample through a JPEG codec of 8',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** How gradients pass the codec, and what the rate is a function of: `docs/recipes.md`. */
    ...publishedGradient,
    /** Bits per sample of the photographs; the codec sees the upper 8. */
    bitDepth: 16,
    /**
     * Squared errors count in levels of 16 bits: 65536 times those of 8. Bits so cheap bring the step of the codec near
     * 1, where 8 bits are what limits it.
     */
    gamma: 4096,
    /** At a constant rate the weights' own jitter, some tens of levels of 65536, is all that is seen at small steps. */
    schedule: 'cosine',
    decay: 0.01,
    /** First the post-processor learns to repair what the plain codec does. */
    mlpsAndPost: 0.5,
    /** Start of the U-Nets' scalers: small, as what they add is small. The U-Nets begin silent. */
    initialScaler: 0.05,
  },
  sandwich: ({ network, bitDepth, initialScaler, gradient, rateOf, gamma, seed }) => ({
    // RGB, as in the published experiment: chroma of 8 bits would lose more than the codec.
    bottleneckChannels: 3,
    truncateBits: bitDepth - 8,
    pre: { ...networkSize(network), initializer: 'he', outputInitializer: 'zeros' },
    post: { ...networkSize(network), initializer: 'he', outputInitializer: 'zeros' },
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: initialQstep(gamma, bitDepth - 8),
      minQstep: 1,
      // Errors of one level of 8 bits are what this is about: those of the real codec.
      forward: 'real',
      gradient,
      rateOf,
    }),
  }),
});
