import { fileURLToPath } from 'node:url';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { defineExperiment } from '@sandwich/models';
import type { UNetOptions } from '@sandwich/unets';

const network: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };

/** Colour through a grayscale JPEG with networks so small that a test can train them. */
export default defineExperiment({
  description: 'a sandwich for tests',
  settings: { cropSize: 16, batchSize: 2, gamma: 20, stepsWithoutCodec: 3, phasePlanes: true },
  sandwich: ({ phasePlanes, seed }) => ({
    bottleneckChannels: 1,
    pre: network,
    post: network,
    phasePlanes,
    initialScaler: 1,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 4, minQstep: 1 }),
  }),
});

/** Where this experiment lies. */
export const tinySandwichFile = fileURLToPath(import.meta.url);
