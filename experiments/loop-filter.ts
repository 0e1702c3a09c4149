import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { initialQstep } from '@sandwich/models';
import { defineExperiment } from '@sandwich/trainer';

export default defineExperiment({
  description: 'a filter of what a JPEG codec decodes, without networks around the codec',
  settings: {
    /** The filter begins silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
  },
  sandwich: ({ initialScaler, gamma, seed }) => ({
    bottleneckChannels: 3,
    pre: null,
    post: null,
    // As published: small enough to run inside of a codec, on each channel.
    loopFilter: { encoderFilters: [8], decoderFilters: [8, 8], variant: 'textbook', initializer: 'he' },
    initialScaler,
    seed,
    // The filter learns the errors of one step: the step is not learned.
    proxy: new EncodeDecodeIntra({
      roundingFn: roundings.ste,
      qstepInit: initialQstep(gamma),
      minQstep: 1,
      trainQstep: false,
      convertToYuv: true,
    }),
  }),
});
