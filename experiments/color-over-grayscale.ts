import { EncodeDecodeIntra, publishedGradient, roundings } from '@sandwich/codec-proxy';
import { balancedQstep, defineExperiment, initialQstep } from '@sandwich/models';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'colour photographs through a grayscale JPEG codec',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** How gradients pass the codec, and what the rate is a function of: `docs/recipes.md`. */
    ...publishedGradient,
    /** A carrier for colour in flat areas, which a translation-equivariant network lacks. */
    phasePlanes: true,
    /** U-Nets take part from the first step: with 0, as published, they wake too slowly for a short training. */
    initialScaler: 1,
    /** he or glorot, as published, with which networks of ReLUs carry colour much later. */
    initializer: 'he' as string,
    /** Whether training starts from the plain codec and can only gain. */
    startFromTransform: true,
    /** Whether the codec starts at the step where bits and squared error balance, or at the published one, a third of it. */
    balancedStart: true,
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
    /** Bits dear enough that the codec works near one bit per pixel. */
    gamma: 200,
  },
  sandwich: ({
    network,
    phasePlanes,
    initialScaler,
    initializer,
    startFromTransform,
    balancedStart,
    gradient,
    rateOf,
    gamma,
    seed,
  }) => {
    if (initializer !== 'he' && initializer !== 'glorot')
      throw new Error(`initializer must be he or glorot, got '${initializer}'`);
    return {
      bottleneckChannels: 1,
      pre: { ...networkSize(network), initializer },
      post: { ...networkSize(network), initializer },
      phasePlanes,
      initialScaler,
      startFromTransform,
      seed,
      proxy: new EncodeDecodeIntra({
        roundingFn: roundings.ste,
        qstepInit: balancedStart ? balancedQstep(gamma) : initialQstep(gamma),
        minQstep: 1,
        gradient,
        rateOf,
      }),
    };
  },
});
