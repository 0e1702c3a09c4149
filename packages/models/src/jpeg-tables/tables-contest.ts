import {
  decodeJpeg,
  encodeJpeg,
  type JpegTables as FileTables,
  flatTables,
  jpegSize,
  type Subsampling,
  scaledTables,
} from '@sandwich/codecs';
import { type Coder, fileCoder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { fileTables } from './file-tables.js';
import type { JpegTables } from './jpeg-tables.js';
import { meanStep } from './mean-steps.js';
import { bestRamps, type RampShape, rampTables } from './table-ramp.js';
import { valuesInRange } from './values-in-range.js';

/** How many settings draw a curve: so close that a straight line between two of them is the curve to a part in a thousand. */
const CURVE_SETTINGS = 12;
/** Pictures on which settings are chosen. */
const PROBED = 4;
/** How many of the anchors' settings there are for pictures, of which one is chosen by its bits. */
const ALL = 200;

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
  of: { name: string; description: string; key: string; group?: string },
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
export function statedScales(names: readonly string[] | undefined): number[] | undefined {
  const scales = names?.map((name) => Number(name.startsWith(TABLES_TIMES) ? name.slice(TABLES_TIMES.length) : NaN));
  return scales?.every((scale) => scale > 0) ? scales : undefined;
}

/** A family of tables, of one number. */
interface Family {
  tables(value: number): FileTables;
  name(value: number): string;
  limits: readonly [least: number, most: number];
}

/** libjpeg's quality at which Annex K's tables are scaled by a factor, the nearest whole one. */
const qualityOf = (factor: number) =>
  Math.min(Math.max(Math.round(factor > 1 ? 50 / factor : 100 - 50 * factor), 1), 100);

const ramp = (shape: RampShape): Family => ({
  tables: (step) => fileTables(rampTables(step, shape)),
  name: (step) => `step ${short(step)}`,
  limits: [0.5, 255],
});
const flat: Family = {
  tables: (step) => flatTables(step),
  name: (step) => `flat ${Math.round(step)}`,
  limits: [1, 255],
};
const annexK: Family = {
  tables: (factor) => scaledTables(qualityOf(factor)),
  name: (factor) => `quality ${qualityOf(factor)}`,
  limits: [0.02, 50],
};

/**
 * Learned tables at several scales of their steps beside what needs no learning: Annex K's, flat ones, and the best of some ramps (`bestRamps`). All
 * are files of one chroma, with Huffman codes made to their measure. Settings that are not given are chosen on some of the items, so that
 * curves bracket the range.
 *
 * @param ask.settings `qsteps`: means of the luma table at which the candidate is measured; `qualities`: those of Annex K's tables
 * @throws Error when another codec than JPEG is asked for
 */
export function tablesContest(system: JpegTables, ask: EvaluationRequest<Picture>): Contest {
  const { codecs = ['jpeg'], settings: { qsteps, qualities } = {}, again, purpose = 'curves', label, key } = ask;
  const other = codecs.find((name) => name !== 'jpeg');
  if (other !== undefined)
    throw new Error(`quantisation tables are those of JPEG, not of '${other}'; leave out --codec`);
  const { subsampling } = system.architecture;
  const steps = system.stepValues();
  const mean = meanStep(steps.luma);
  const own: Family = {
    tables: (scale) => fileTables(steps, scale),
    name: (scale) => `${TABLES_TIMES} ${short(scale)}`,
    limits: [0.5 / mean, 255],
  };

  const probed = ask.items.slice(0, PROBED) as Picture<Uint8Array>[];
  const rateOf = (tables: FileTables) =>
    probed.reduce((sum, item) => {
      const bits = 8 * jpegSize(item, { tables, subsampling, optimizeHuffman: true });
      return sum + bits / (item.width * item.height) / probed.length;
    }, 0);
  const curveOf = ({ tables, limits }: Family) =>
    valuesInRange((value) => rateOf(tables(value)), ask.range, limits, CURVE_SETTINGS);
  /** In the order of rising rate. */
  const allOf = ({ limits: [least, most] }: Family) =>
    Array.from({ length: ALL }, (_, i) => most * (least / most) ** (i / (ALL - 1)));
  const valuesOf = (family: Family) => (purpose === 'pictures' ? allOf(family) : curveOf(family));

  const scales =
    qsteps?.map((qstep) => qstep / mean) ??
    statedScales(again?.('jpeg')) ??
    (purpose === 'pictures' ? [0.5, 1, 2] : curveOf(own));
  const anchor = (
    { name, description, group }: { name: string; description: string; group?: string },
    family: Family,
    values = valuesOf(family),
  ) =>
    tablesCoder(
      { name, description, group, key: JSON.stringify(['JPEG', name, subsampling]) },
      subsampling,
      named(values, family.name, family.tables),
    );
  return {
    candidate: tablesCoder(
      { name: 'learned tables', description: label, key },
      subsampling,
      named(scales, own.name, own.tables),
    ),
    anchors: [
      ...bestRamps.map((shape) => {
        const { slope, chroma } = shape;
        const description = `steps of s (1 + ${slope} (u + v)), for chroma times ${chroma}`;
        return anchor({ name: `ramp of slope ${slope}`, description, group: 'best ramp' }, ramp(shape));
      }),
      anchor({ name: 'flat tables', description: 'all steps equal' }, flat),
      anchor(
        { name: 'Annex K', description: "Annex K's tables, scaled as libjpeg scales them" },
        annexK,
        qualities?.map((quality) => (quality < 50 ? 50 / quality : (100 - quality) / 50)),
      ),
    ],
    reference: 'best ramp',
    codec: {
      name: 'jpeg',
      format: 'JPEG',
      description: `baseline JPEG, YUV ${subsampling}, optimised Huffman tables, decoded by libjpeg-turbo`,
      settings: { encoder: 'encodeJpeg, baseline', subsampling, optimizeHuffman: true },
    },
  };
}
