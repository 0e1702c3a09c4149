import { defineExperiment, overJpeg, overJpegSettings } from '@sandwich/models';

export default defineExperiment({
  description: 'photographs through a JPEG codec with YUV 4:2:0, chroma of half the height and width',
  settings: {
    ...overJpegSettings,
    /** With the real JPEG codec in the forward pass: chroma comes back as files give it, not as the proxy enlarges it. */
    forward: 'real' as 'real' | 'proxy',
    /** U-Nets begin silent, so that training starts from the plain codec and can only gain. */
    outputInitializer: 'zeros' as 'zeros' | 'he',
    initialScaler: 1,
    /** Together with `qstepSpread` the codec works between 0.3 and 1 bit per pixel. */
    gamma: 150,
    qstepSpread: 2.2,
    /** First the post-processor learns to repair what the plain codec does; that needs no gradient through the codec. */
    mlpsAndPost: 0.5,
    learningRate: 2e-3,
    schedule: 'cosine',
    decay: 0.02,
    warmupSteps: 100,
  },
  sandwich: (settings) => overJpeg(settings, { downsampleChroma: true }),
});
