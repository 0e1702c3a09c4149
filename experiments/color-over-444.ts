import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { initialQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';
import { networkSize } from '@sandwich/unets';

export default defineExperiment({
  description: 'photographs through a JPEG codec with YUV 4:4:4',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
  },
  sandwich: ({ network, initialScaler, gamma, seed }) => ({
    bottleneckChannels: 3,
    pre: { ...networkSize(network), initializer: 'he' },
    post: { ...networkSize(network), initializer: 'he' },
    initialScaler,
    startFromTransform: true,
    seed,
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: initialQstep(gamma),
      minQstep: 1,
      convertToYuv: true,
    }),
  }),
});
