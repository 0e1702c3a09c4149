import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Measure, NamedItem } from '@sandwich/evaluation';
import { cropPicture, type Picture } from '@sandwich/pictures';
import { reasonOf } from '@sandwich/trainer';
import { type ExperimentFolder, experimentRuns } from './experiment-runs.js';
import { type FolderCoder, googleCoders, type JpegType, plainCoder, runCoder } from './folder-coders.js';
import { type Measurement, MeasurementCache, pictureKey } from './measurement-cache.js';

/** A coder over all pictures: a dot in the plots. */
export interface FolderPoint {
  label: string;
  /** Bits per pixel of real files, the mean over the pictures. */
  bpp: number;
  /** By key of the measure; null where a picture allows none. */
  values: Record<string, number | null>;
}

/** A curve of the plots. */
export interface FolderCurve {
  name: string;
  /** Whether it is what runs are compared with. */
  anchor: boolean;
  points: FolderPoint[];
}

/** What an evaluation of a folder found. */
export interface FolderResults {
  curves: FolderCurve[];
  /** Runs that could not be measured, and why. */
  failed: { run: string; reason: string }[];
  /** How many measurements were read, and how many made. */
  counts: { read: number; measured: number };
}

/** Options of `evaluateFolder`. */
export interface FolderOptions {
  items: readonly NamedItem<Picture>[];
  measures: readonly Measure<Picture>[];
  /** Where measurements are kept. */
  cache: string;
  /** Default: what each run is. */
  jpegType?: JpegType;
  /** A run of deep pre-editing. */
  google?: string;
  /** Judges the upper left part of pictures that the published evaluation judges: sides of 8 (round(side / 8) - 1). */
  publishedCrop?: boolean;
  /** Hears of runs as they are done. */
  note(text: string): void;
}

/** Qualities of plain JPEG, as published: 1 to 9, and 10 to 90 in steps of 5. */
export const PLAIN_QUALITIES = [
  ...Array.from({ length: 9 }, (_, i) => i + 1),
  ...Array.from({ length: 17 }, (_, i) => 10 + 5 * i),
];
const PLAIN_NAME = 'ljpeg_PIL (Annex K)';
/** Qualities behind the pre-editing network, as published. */
export const GOOGLE_QUALITIES = [5, 10, 15, 20, 25];

const publishedSide = (side: number) => Math.max(8 * (Math.round(side / 8) - 1), 8);

/** What the published evaluation takes of a picture. */
const publishedPart = (picture: Picture): Picture =>
  cropPicture(picture, {
    left: 0,
    top: 0,
    width: Math.min(publishedSide(picture.width), picture.width),
    height: Math.min(publishedSide(picture.height), picture.height),
  });

/** Names of the measures, and hashes of the files on which their values depend. */
async function keyOf(measures: readonly Measure<Picture>[]): Promise<string[]> {
  const hash = async (file: string) =>
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  const parts = await Promise.all(
    measures.map(async ({ key, files = [] }) => [key, ...(await Promise.all(files.map(hash)))]),
  );
  return parts.flat();
}

/** A coder's point, of measurements that are read or made. */
async function measured(
  label: string,
  coder: FolderCoder,
  items: readonly { item: Picture; key: string }[],
  measures: readonly Measure<Picture>[],
  measuresKey: readonly string[],
  cache: MeasurementCache,
): Promise<FolderPoint> {
  const all: Measurement[] = [];
  for (const { item, key } of items) {
    all.push(
      await cache.get([coder.key, key, measuresKey], async () => {
        const { bits, output } = await coder.code(item as Picture<Uint8Array>);
        const needs: Measurement['measures'] = {};
        for (const measure of measures) [needs[measure.key]] = await measure.perItem(item, [output]);
        return { bits, pixels: item.width * item.height, measures: needs };
      }),
    );
  }
  const values = measures.map(({ key, aggregate }) => {
    const needs = all.map((each) => each.measures[key]);
    return [key, needs.includes(null) ? null : aggregate(needs as number[][])] as const;
  });
  const bpp = all.reduce((sum, { bits, pixels }) => sum + bits / pixels, 0) / all.length;
  return { label, bpp, values: Object.fromEntries(values) };
}

/**
 * Measures all runs of a folder of experiments in real files, beside plain JPEG. What was measured before is read, by the contents of runs and
 * pictures; a run that cannot be measured is named, and the others are measured. The engine must have been started.
 *
 * @throws Error when the folder holds no experiments
 */
export async function evaluateFolder(directory: string, options: FolderOptions): Promise<FolderResults> {
  const { measures, cache: folder, jpegType, google, publishedCrop = false, note } = options;
  const items = options.items.map(({ item }) => {
    const part = publishedCrop ? publishedPart(item) : item;
    return { item: part, key: pictureKey(part) };
  });
  const experiments: ExperimentFolder[] = await experimentRuns(directory, google);
  const cache = new MeasurementCache(folder);
  const measuresKey = await keyOf(measures);
  const point = (label: string, coder: FolderCoder) => measured(label, coder, items, measures, measuresKey, cache);
  const curves: FolderCurve[] = [];
  const failed: FolderResults['failed'] = [];
  const attempt = async (run: string, work: () => Promise<void>) => {
    try {
      await work();
      note(`measured: ${run}`);
    } catch (error) {
      failed.push({ run, reason: reasonOf(error) });
      note(`${run} cannot be measured: ${reasonOf(error)}`);
    }
  };
  for (const { name, runs } of experiments) {
    const points: FolderPoint[] = [];
    for (const { label, directory: run } of runs) {
      await attempt(run, async () => {
        const coder = await runCoder(run, jpegType, note);
        try {
          points.push(await point(label, coder));
        } finally {
          coder.dispose();
        }
      });
    }
    points.sort((a, b) => a.bpp - b.bpp);
    if (points.length > 0) curves.push({ name, anchor: false, points });
  }
  if (google !== undefined) {
    await attempt(google, async () => {
      const { coders, dispose } = await googleCoders(google, GOOGLE_QUALITIES, note);
      try {
        const points: FolderPoint[] = [];
        for (const [i, coder] of coders.entries()) points.push(await point(`quality ${GOOGLE_QUALITIES[i]}`, coder));
        curves.push({ name: 'google_baseline', anchor: true, points });
      } finally {
        dispose();
      }
    });
  }
  await attempt(PLAIN_NAME, async () => {
    const points: FolderPoint[] = [];
    for (const quality of PLAIN_QUALITIES) points.push(await point(`quality ${quality}`, plainCoder(quality)));
    curves.push({ name: PLAIN_NAME, anchor: true, points });
  });
  return { curves, failed, counts: cache.counts };
}
