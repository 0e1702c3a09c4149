import { join } from 'node:path';
import type { CodecName } from '@sandwich/codecs';

/** Files of JPEG have no codec in their names. */
const suffix = (codec: CodecName): string => (codec === 'jpeg' ? '' : `-${codec}`);
const fileName = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** What evaluations with a codec write into a run's directory: each codec has files of its own. */
export const evaluationFiles = (directory: string, codec: CodecName) => ({
  results: join(directory, `results${suffix(codec)}.json`),
  contactSheet: join(directory, `contact-sheet${suffix(codec)}.png`),
  /** Of a measure over the rate; `key` as in the results. */
  plot: (extension: 'svg' | 'png', key: string) => join(directory, `rate-${key}${suffix(codec)}.${extension}`),
  /** Of one curve, in CompressAI's schema. */
  curve: (name: string) => join(directory, 'curves', `${fileName(name)}.json`),
});

/** Plot of a measure with all codecs of an evaluation. */
export const overviewPlot = (directory: string, extension: 'svg' | 'png', key: string): string =>
  join(directory, `rate-${key}-all.${extension}`);

/** What several runs make together. */
export const paretoFiles = (directory: string, codec: CodecName) => ({
  results: join(directory, `pareto${suffix(codec)}.json`),
  plot: (extension: 'svg' | 'png', key: string) =>
    join(directory, `pareto${key === 'psnr-rgb' ? '' : `-${key}`}${suffix(codec)}.${extension}`),
});
