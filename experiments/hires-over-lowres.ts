import { defineExperiment, overJpeg, overJpegSettings } from '@sandwich/models';

export default defineExperiment({
  description: 'photographs through a JPEG codec of half their height and width',
  settings: {
    ...overJpegSettings,
    downsampleFactor: 2,
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
    outputInitializer: 'he' as 'zeros' | 'he',
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
  },
  sandwich: (settings) => overJpeg(settings),
});
