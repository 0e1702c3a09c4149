import { defineExperiment, overJpeg, overJpegSettings } from '@sandwich/models';

export default defineExperiment({
  description: 'photographs through a JPEG codec of half their height and width',
  settings: {
    ...overJpegSettings,
    downsampleFactor: 2,
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    initialScaler: 0,
    outputInitializer: 'he' as 'zeros' | 'he',
    /** Whether training starts from a code that packs details into chroma instead, with silent U-Nets of the codec's size beside it. */
    details: false,
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
  },
  sandwich: ({ details, ...settings }) => {
    if (!details) return overJpeg(settings);
    const silent = { initialScaler: 1, outputInitializer: 'zeros' as const };
    return { ...overJpeg({ ...settings, ...silent }), startFrom: 'details', startFromTransform: false };
  },
});
