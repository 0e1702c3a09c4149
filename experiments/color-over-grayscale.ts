import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { initialQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'colour photographs through a grayscale JPEG codec',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** A carrier for colour in flat areas, which a translation-equivariant network lacks. */
    phasePlanes: true,
    /** Twice as much often ends in the gray solution, above all with small batches. */
    learningRate: 5e-4,
    /** Bits dear enough that the codec works near one bit per pixel. */
    gamma: 200,
    /** U-Nets take part from the first step: with 0, as published, they wake too slowly for a short training. */
    initialScaler: 1,
  },
  sandwich: ({ network, phasePlanes, initialScaler, gamma, seed }) => ({
    bottleneckChannels: 1,
    pre: { ...networkSize(network), initializer: 'he' },
    post: { ...networkSize(network), initializer: 'he' },
    phasePlanes,
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: initialQstep(gamma), minQstep: 1 }),
  }),
});
