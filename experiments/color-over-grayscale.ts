import { balancedQstep, defineExperiment, initialQstep, overJpeg, overJpegSettings } from '@sandwich/models';

export default defineExperiment({
  description: 'colour photographs through a grayscale JPEG codec',
  settings: {
    ...overJpegSettings,
    /** A carrier for colour in flat areas, which a translation-equivariant network lacks. */
    phasePlanes: true,
    /** U-Nets take part from the first step: with 0, as published, they wake too slowly for a short training. */
    initialScaler: 1,
    /** he or glorot, as published, with which networks of ReLUs carry colour much later. */
    initializer: 'he' as string,
    /** Whether training starts from the plain codec and can only gain. */
    startFromTransform: true,
    /** Whether training starts from a colour carrier instead, with silent U-Nets beside it. */
    carrier: false,
    /** Whether the codec starts at the step where bits and squared error balance, or at the published one, a third of it. */
    balancedStart: true,
    schedule: 'cosine',
    decay: 0.05,
    warmupSteps: 100,
    /** Bits dear enough that the codec works near one bit per pixel. */
    gamma: 200,
  },
  sandwich: (settings) => {
    const { initializer, phasePlanes, startFromTransform, carrier, balancedStart, gamma } = settings;
    if (initializer !== 'he' && initializer !== 'glorot')
      throw new Error(`initializer must be he or glorot, got '${initializer}'`);
    const qstepInit = balancedStart ? balancedQstep(gamma) : initialQstep(gamma);
    const outputInitializer = carrier ? 'zeros' : undefined;
    const sandwich = overJpeg({ ...settings, initializer, outputInitializer }, { qstepInit, convertToYuv: false });
    return {
      ...sandwich,
      bottleneckChannels: 1,
      phasePlanes,
      ...(carrier ? { startFrom: 'carrier', startFromTransform: false } : { startFromTransform }),
    };
  },
});
