import { fileURLToPath } from 'node:url';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { defineExperiment } from '@sandwich/models';
import type { UNetOptions } from '@sandwich/unets';

const gray: UNetOptions = { encoderFilters: [2, 3], decoderFilters: [4, 3, 2] };
const small: UNetOptions = { encoderFilters: [2, 2, 3], decoderFilters: [3, 2, 2, 2] };

/** The networks whose weights lie in src/keras/fixtures. */
export default defineExperiment({
  description: 'the published model, tiny',
  settings: {
    cropSize: 16,
    batchSize: 2,
    lowres: false,
    minQstep: 1,
    phasePlanes: false,
    loopFilter: false,
    mlpLayers: 2,
    pre: true,
  },
  sandwich: ({ lowres, minQstep, phasePlanes, loopFilter, mlpLayers, pre, seed }) => ({
    bottleneckChannels: lowres ? 3 : 1,
    downsampleFactor: lowres ? 2 : 1,
    pre: pre ? (lowres ? small : gray) : null,
    post: lowres ? small : gray,
    mlpLayers: lowres ? 1 : (mlpLayers as 0 | 1 | 2),
    loopFilter: loopFilter ? gray : null,
    phasePlanes,
    seed,
    proxy: new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 4, minQstep }),
  }),
});

/** Where this experiment lies. */
export const publishedSandwichFile = fileURLToPath(import.meta.url);
