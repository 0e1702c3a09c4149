import type { Light } from '@sandwich/data';
import { balancedQstep, defineExperiment, initialQstep, overJpeg, overJpegSettings } from '@sandwich/models';

export default defineExperiment({
  description: 'photographs of 16 bits a sample through a JPEG codec of 8',
  settings: {
    ...overJpegSettings,
    /** Bits per sample of the photographs; the codec sees the upper 8, or of linear light what a companding curve makes of them. */
    bitDepth: 16,
    /** `linear`: what samples encode is light, 65535 of which is 16 times white, of photographs of any depth; `display`: sRGB. */
    light: 'display' as Light,
    /**
     * Squared errors count in levels of 16 bits: 65536 times those of 8. Bits so cheap bring the step of the codec near
     * 1, where 8 bits are what limits it.
     */
    gamma: 4096,
    /** At a constant rate the weights' own jitter, some tens of levels of 65536, is all that is seen at small steps. */
    schedule: 'cosine',
    decay: 0.01,
    /** First the post-processor learns to repair what the plain codec does. */
    mlpsAndPost: 0.5,
    /** Start of the U-Nets' scalers: small, as what they add is small. The U-Nets begin silent. */
    initialScaler: 0.05,
  },
  sandwich: (settings) => {
    const truncateBits = settings.bitDepth - 8;
    const isLinear = settings.light === 'linear';
    const { gamma } = settings;
    const codec = {
      qstepInit: isLinear ? balancedQstep(gamma / 4 ** truncateBits) : initialQstep(gamma, truncateBits),
      // RGB, as in the published experiment: chroma of 8 bits would lose more than the codec.
      convertToYuv: false,
      // Errors of one level of 8 bits are what this is about: those of the real codec.
      forward: 'real' as const,
    };
    const networks = overJpeg({ ...settings, outputInitializer: 'zeros' }, codec);
    if (!isLinear) return { ...networks, truncateBits };
    // Behind a curve 8 bits are enough for chroma: the bottleneck begins as YUV of wide chroma, by matrices that are trained.
    return { ...networks, truncateBits, light: 'linear', companding: true, mlpLayers: 1, transform: 'wide-yuv' };
  },
});
