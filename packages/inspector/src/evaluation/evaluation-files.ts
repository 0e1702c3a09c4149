import { join } from 'node:path';
import { knownMeasures } from '@sandwich/evaluation';
import type { Contest } from '@sandwich/trainer';

/** Files of JPEG, and of systems without a choice of codecs, have no codec in their names. */
const suffix = (codec: string | undefined): string => (codec === undefined || codec === 'jpeg' ? '' : `-${codec}`);
const fileName = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

/** What evaluations around a codec write into a run's directory: each codec has files of its own. */
export const evaluationFiles = (directory: string, codec: string | undefined) => ({
  results: join(directory, `results${suffix(codec)}.json`),
  contactSheet: join(directory, `contact-sheet${suffix(codec)}.png`),
  /** Plot of a measure over the rate; `key` as in the results. */
  plot: (extension: 'svg' | 'png', key: string) => join(directory, `rate-${key}${suffix(codec)}.${extension}`),
  /** A curve in CompressAI's schema. */
  curve: (name: string) => join(directory, 'curves', `${fileName(name)}.json`),
});

/** Plot of a measure with all codecs of an evaluation. */
export const overviewPlot = (directory: string, extension: 'svg' | 'png', key: string): string =>
  join(directory, `rate-${key}-all.${extension}`);

const EXTENSIONS = ['svg', 'png'] as const;
const plotsOf = (plot: (extension: 'svg' | 'png', key: string) => string, keys: readonly string[]): string[] =>
  keys.flatMap((key) => EXTENSIONS.map((extension) => plot(extension, key)));
const knownKeys = knownMeasures.map(({ key }) => key);

/** A name that tells the curve of a candidate around one codec from that around another. */
export const candidateName = (name: string, format: string | undefined): string =>
  format === undefined ? name : `${name}, ${format}`;

/**
 * Files that an evaluation around some codecs may write into a directory, but for its curves; they and `contestOutputs` are the only ones that
 * it replaces there.
 *
 * @param added keys of measures besides those of `knownMeasures`
 */
export const evaluationOutputs = (
  directory: string,
  codecs: readonly string[],
  added: readonly string[] = [],
): string[] => {
  const keys = [...knownKeys, ...added];
  return [
    ...codecs.flatMap((codec) => {
      const { results, contactSheet, plot } = evaluationFiles(directory, codec);
      return [results, contactSheet, ...plotsOf(plot, keys)];
    }),
    ...(codecs.length > 1 ? plotsOf((extension, key) => overviewPlot(directory, extension, key), keys) : []),
  ];
};

/** Files that only the coders and measures of a contest tell. */
export function contestOutputs(directory: string, { candidate, anchors, measures = [], codec }: Contest): string[] {
  const { curve, plot } = evaluationFiles(directory, codec?.name);
  const names = [candidateName(candidate.name, codec?.format), ...anchors.map(({ name }) => name)];
  return [
    ...names.map(curve),
    ...plotsOf(
      plot,
      measures.map(({ key }) => key),
    ),
  ];
}

/** What several runs make together. */
export const paretoFiles = (directory: string, codec: string | undefined) => ({
  results: join(directory, `pareto${suffix(codec)}.json`),
  plot: (extension: 'svg' | 'png', key: string) =>
    join(directory, `pareto${key === 'psnr-rgb' ? '' : `-${key}`}${suffix(codec)}.${extension}`),
});

/** Files that several runs may write together. @param added keys of measures besides those of `knownMeasures` */
export const paretoOutputs = (directory: string, codecs: readonly string[], added: readonly string[] = []): string[] =>
  codecs.flatMap((codec) => {
    const { results, plot } = paretoFiles(directory, codec);
    return [results, ...plotsOf(plot, [...knownKeys, ...added])];
  });
