import { defineExperiment, overJpeg, overJpegSettings } from '@sandwich/models';

export default defineExperiment({
  description: 'photographs through a JPEG codec of half their height and width, with a post-processor alone',
  settings: {
    ...overJpegSettings,
    /** Where one network alone has something to gain: 1 leaves little to be repaired. */
    downsampleFactor: 2,
    /** The U-Net begins silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
    /** As in `hires-over-lowres`, whose baseline this is. */
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
  },
  sandwich: (settings) => ({ ...overJpeg(settings), pre: null }),
});
