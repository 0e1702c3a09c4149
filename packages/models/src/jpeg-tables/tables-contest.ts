import {
  decodeJpeg,
  encodeJpeg,
  type JpegTables as FileTables,
  flatTables,
  type Subsampling,
  scaledTables,
} from '@sandwich/codecs';
import { type Coder, fileCoder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { fileTables } from './file-tables.js';
import type { JpegTables } from './jpeg-tables.js';
import { bestRamp, rampTables } from './table-ramp.js';

/** Neighbouring settings of a curve differ by this factor in their steps. */
const RATIO = 2 ** (1 / 3);
const geometric = (from: number, count: number) => Array.from({ length: count }, (_, i) => from * RATIO ** i);

/** Factors on the steps of the candidate. */
const STEP_SCALES = { curves: geometric(1 / 4, 16), pictures: [0.5, 1, 2] };
/** Steps at DC of ramps. */
const RAMP_STEPS = { curves: geometric(2, 17), pictures: geometric(1, 100).map((step) => step ** 0.5) };
const FLAT_STEPS = { curves: geometric(3, 17), pictures: Array.from({ length: 255 }, (_, i) => i + 1) };
const QUALITIES = {
  curves: [3, 5, 7, 10, 14, 18, 23, 29, 36, 44, 52, 60, 67, 73, 78, 82, 85, 88, 90, 92, 94, 96],
  pictures: Array.from({ length: 99 }, (_, i) => i + 1),
};

const TABLES_TIMES = 'tables x';

/** A number for people, of four digits. */
const short = (value: number) => `${Number(value.toPrecision(4))}`;

/** Settings by name, each table once. */
function named<T>(values: readonly T[], name: (value: T) => string, tables: (value: T) => FileTables) {
  const settings = new Map<string, FileTables>();
  const known = new Set<string>();
  for (const value of values) {
    const made = tables(value);
    const key = JSON.stringify([Array.from(made.luma), Array.from(made.chroma ?? [])]);
    if (!known.has(key)) settings.set(name(value), made);
    known.add(key);
  }
  return Object.fromEntries(settings);
}

/** Files of JPEG with tables, their Huffman codes made to their measure. */
function tablesCoder(
  of: { name: string; description: string; key: string },
  subsampling: Subsampling,
  settings: Record<string, FileTables>,
): Coder {
  return fileCoder<FileTables>({
    ...of,
    settings,
    encode: async (picture, tables) =>
      encodeJpeg(picture as Picture<Uint8Array>, { tables, subsampling, optimizeHuffman: true }),
    decode: decodeJpeg,
  });
}

/** Factors on the steps that the names of earlier settings state; undefined where they are called otherwise. */
function statedScales(names: readonly string[] | undefined): number[] | undefined {
  const scales = names?.map((name) => Number(name.startsWith(TABLES_TIMES) ? name.slice(TABLES_TIMES.length) : NaN));
  return scales?.every((scale) => scale > 0) ? scales : undefined;
}

/**
 * Learned tables at several scales of their steps beside three that need no learning: Annex K's, flat ones and the best ramp (`rampTables`), each a
 * choice of its own. All are files of one chroma, with Huffman codes made to their measure.
 *
 * @param ask.settings `qsteps`: means of the luma table at which the candidate is measured; `qualities`: those of Annex K's tables
 * @throws Error when another codec than JPEG is asked for
 */
export function tablesContest(system: JpegTables, ask: Omit<EvaluationRequest<Picture>, 'items'>): Contest {
  const { codecs = ['jpeg'], settings: { qsteps, qualities } = {}, again, purpose = 'curves', label, key } = ask;
  const other = codecs.find((name) => name !== 'jpeg');
  if (other !== undefined)
    throw new Error(`quantisation tables are those of JPEG, not of '${other}'; leave out --codec`);
  const { subsampling } = system.architecture;
  const steps = system.stepValues();
  const mean = Array.from(steps.luma).reduce((sum, step) => sum + step, 0) / steps.luma.length;
  const scales = qsteps?.map((qstep) => qstep / mean) ?? statedScales(again?.('jpeg')) ?? STEP_SCALES[purpose];
  // Anchors of pictures are in the order of rising rate.
  const rising = <T>(values: readonly T[]) => (purpose === 'pictures' ? values.toReversed() : values);
  const anchor = (name: string, description: string, settings: Record<string, FileTables>) =>
    tablesCoder({ name, description, key: JSON.stringify(['JPEG', name, subsampling]) }, subsampling, settings);
  const { slope, chroma } = bestRamp;
  return {
    candidate: tablesCoder(
      { name: 'learned tables', description: label, key },
      subsampling,
      named(
        scales,
        (scale) => `${TABLES_TIMES} ${short(scale)}`,
        (scale) => fileTables(steps, scale),
      ),
    ),
    anchors: [
      anchor(
        'ramp',
        `steps of s (1 + ${slope} (u + v)), for chroma times ${chroma}`,
        named(
          rising(RAMP_STEPS[purpose]),
          (step) => `step ${short(step)}`,
          (step) => fileTables(rampTables(step)),
        ),
      ),
      anchor(
        'flat tables',
        'all steps equal',
        named(
          rising(FLAT_STEPS[purpose]),
          (step) => `flat ${Math.round(step)}`,
          (step) => flatTables(step),
        ),
      ),
      anchor(
        'Annex K',
        "Annex K's tables, scaled as libjpeg scales them",
        named(
          qualities ?? QUALITIES[purpose],
          (quality) => `quality ${quality}`,
          (quality) => scaledTables(quality),
        ),
      ),
    ],
    reference: 'ramp',
    codec: {
      name: 'jpeg',
      format: 'JPEG',
      description: `baseline JPEG, YUV ${subsampling}, optimised Huffman tables, decoded by libjpeg-turbo`,
      settings: { encoder: 'encodeJpeg, baseline', subsampling, optimizeHuffman: true },
    },
  };
}
