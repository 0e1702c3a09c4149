import { join } from 'node:path';
import type { CodecName } from '@sandwich/codecs';
import { formats } from './codec-systems.js';
import { knownMeasures } from './known-measures.js';

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

const EXTENSIONS = ['svg', 'png'] as const;
const plotsOf = (plot: (extension: 'svg' | 'png', key: string) => string): string[] =>
  knownMeasures.flatMap(({ key }) => EXTENSIONS.map((extension) => plot(extension, key)));

/** Names of the curves of an evaluation: the networks around a codec, and that codec alone. */
const curveNames = (codec: CodecName): string[] => [
  `sandwich, ${formats[codec]}`,
  ...(codec === 'jpeg' ? ['JPEG, flat tables', 'JPEG, Annex K tables'] : [formats[codec]]),
];

/** All files that an evaluation around some codecs may write into a directory; they are the only ones that it replaces there. */
export const evaluationOutputs = (directory: string, codecs: readonly CodecName[]): string[] => [
  ...codecs.flatMap((codec) => {
    const { results, contactSheet, plot, curve } = evaluationFiles(directory, codec);
    return [results, contactSheet, ...plotsOf(plot), ...curveNames(codec).map(curve)];
  }),
  ...(codecs.length > 1 ? plotsOf((extension, key) => overviewPlot(directory, extension, key)) : []),
];

/** What several runs make together. */
export const paretoFiles = (directory: string, codec: CodecName) => ({
  results: join(directory, `pareto${suffix(codec)}.json`),
  plot: (extension: 'svg' | 'png', key: string) =>
    join(directory, `pareto${key === 'psnr-rgb' ? '' : `-${key}`}${suffix(codec)}.${extension}`),
});

/** The same of several runs that are joined. */
export const paretoOutputs = (directory: string, codecs: readonly CodecName[]): string[] =>
  codecs.flatMap((codec) => {
    const { results, plot } = paretoFiles(directory, codec);
    return [results, ...plotsOf(plot)];
  });
