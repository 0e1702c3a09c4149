import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { initialQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'images of 16 bits a sample through a JPEG codec of 8',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    bitDepth: 16,
    /** In squared levels of 16 bits. */
    gamma: 65536,
    phasePlanes: true,
    initialScaler: 0,
    mlpLayers: 1,
  },
  sandwich: ({ network, bitDepth, phasePlanes, initialScaler, mlpLayers, gamma, seed }) => ({
    bottleneckChannels: 3,
    truncateBits: bitDepth - 8,
    pre: { ...networkSize(network), initializer: 'he' },
    post: { ...networkSize(network), initializer: 'he' },
    mlpLayers: mlpLayers as 0 | 1 | 2,
    phasePlanes,
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: initialQstep(gamma, bitDepth - 8),
      minQstep: 1,
    }),
  }),
});
