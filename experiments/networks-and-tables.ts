import { DiffJpegCodec, type LearnedByDiffJpeg, roundings } from '@sandwich/codec-proxy';
import type { Subsampling } from '@sandwich/codecs';
import { defineExperiment, plainStart } from '@sandwich/models';

/** What can be learned of the codec. */
const learned: Record<string, LearnedByDiffJpeg[]> = {
  tables: ['tableY', 'tableC'],
  quality: ['quality'],
  nothing: [],
};

export default defineExperiment({
  description: 'photographs through a JPEG codec whose quantisation tables are learned together with the networks',
  settings: {
    /** slim, medium or full. */
    network: 'slim',
    /** tables, the quality alone, which scales Annex K's tables, or nothing. */
    learn: 'tables',
    /** Quality at which Annex K's tables are scaled when training starts. */
    quality: 50,
    /** 4:4:4, 4:2:2 or 4:2:0. */
    subsampling: '4:4:4' as Subsampling,
    /** With the real JPEG codec in the forward pass, or the differentiable one. */
    forward: 'real' as 'real' | 'proxy',
    /** Close to the slope of Annex K's own curve at that quality. */
    gamma: 50,
    learningRate: 2e-3,
    schedule: 'cosine',
    decay: 0.02,
    warmupSteps: 100,
  },
  sandwich: ({ network, learn, quality, subsampling, forward, seed }) => {
    if (!Object.hasOwn(learned, learn)) {
      throw new Error(`learn must be ${Object.keys(learned).join(', ')}, got '${learn}'`);
    }
    return {
      // U-Nets begin silent, so that training starts from the plain codec and can only gain.
      ...plainStart({ network, outputInitializer: 'zeros', initialScaler: 1, seed }),
      proxy: new DiffJpegCodec({ quality, learn: learned[learn], rounding: roundings.ste, subsampling, forward }),
    };
  },
});
