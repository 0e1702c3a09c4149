import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { defineExperiment, initialQstep } from '@sandwich/models';

export default defineExperiment({
  description: 'a filter of what a JPEG codec decodes, without networks around the codec',
  settings: {
    schedule: 'cosine',
    decay: 0.05,
  },
  sandwich: ({ gamma, seed }) => ({
    bottleneckChannels: 3,
    pre: null,
    post: null,
    // It has the published size, small enough to run inside of a codec, on each channel. Silent at first: training starts from
    // the plain codec and can only gain.
    loopFilter: {
      encoderFilters: [8],
      decoderFilters: [8, 8],
      variant: 'textbook',
      initializer: 'he',
      outputInitializer: 'zeros',
    },
    initialScaler: 1,
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
