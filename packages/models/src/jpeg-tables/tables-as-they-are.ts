import { tf } from '@sandwich/engine';
import type { JpegTables, TableValues } from './jpeg-tables.js';

/** What a differentiable JPEG is told so that it codes `batch` images with the tables as they are: at quality 50 they are not scaled. */
export function tablesAsTheyAre(system: JpegTables, batch: number, parameters?: TableValues) {
  const { luma, chroma } = system.steps(parameters);
  return {
    quality: tf.fill<tf.Rank.R1>([batch], 50),
    options: {
      tableY: luma,
      tableC: chroma,
      subsampling: system.architecture.subsampling,
      ste: true,
      qualityGradient: 'identity',
      chromaFilter: 'libjpeg',
      check: false,
    } as const,
  };
}
