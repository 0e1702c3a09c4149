/** Quantisation steps 1 to 255 of the 64 DCT coefficients, row by row: entry `8 v + u` divides vertical frequency `v`, horizontal `u`. */
export interface QuantizationTables {
  luma: ArrayLike<number>;
  chroma: ArrayLike<number>;
}

/** The example tables of ITU-T T.81, Annex K.1: tables K.1 (luma) and K.2 (chroma). They are libjpeg's at quality 50. */
export const annexKTables: QuantizationTables = {
  // biome-ignore format: eight rows of eight
  luma: Object.freeze([
    16,  11,  10,  16,  24,  40,  51,  61,
    12,  12,  14,  19,  26,  58,  60,  55,
    14,  13,  16,  24,  40,  57,  69,  56,
    14,  17,  22,  29,  51,  87,  80,  62,
    18,  22,  37,  56,  68, 109, 103,  77,
    24,  35,  55,  64,  81, 104, 113,  92,
    49,  64,  78,  87, 103, 121, 120, 101,
    72,  92,  95,  98, 112, 100, 103,  99,
  ]),
  // biome-ignore format: eight rows of eight
  chroma: Object.freeze([
    17,  18,  24,  47,  99,  99,  99,  99,
    18,  21,  26,  66,  99,  99,  99,  99,
    24,  26,  56,  99,  99,  99,  99,  99,
    47,  66,  99,  99,  99,  99,  99,  99,
    99,  99,  99,  99,  99,  99,  99,  99,
    99,  99,  99,  99,  99,  99,  99,  99,
    99,  99,  99,  99,  99,  99,  99,  99,
    99,  99,  99,  99,  99,  99,  99,  99,
  ]),
};

/**
 * Tables scaled to a quality as libjpeg scales Annex K's, in its integer arithmetic:
 * `clip(floor((entry * s + 50) / 100), 1, 255)` with `s = floor(5000 / quality)` below 50 and `200 - 2 quality` from 50 up.
 *
 * @param quality whole number of 1 (coarsest) to 100 (all steps 1)
 * @param tables those of quality 50, whole numbers of 1 to 255. Default: Annex K's
 * @throws RangeError on any other quality or entry
 */
export function scaledTables(quality: number, tables: QuantizationTables = annexKTables): QuantizationTables {
  checkedQuality(quality, 'scaledTables');
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  const scaled = (name: 'luma' | 'chroma') =>
    checkedTable(tables[name], `scaledTables: tables.${name}`).map((entry) =>
      clipToStep(Math.floor((entry * percent + 50) / 100)),
    );
  return { luma: scaled('luma'), chroma: scaled('chroma') };
}

/**
 * Both tables with the same step everywhere: `clip(round(step), 1, 255)`, halves rounded to the even neighbour as NumPy and TensorFlow do.
 *
 * @throws RangeError when the step is not finite
 */
export function flatTables(step: number): QuantizationTables {
  if (!Number.isFinite(step)) throw new RangeError(`flatTables: step must be a finite number, got ${step}`);
  const halfUp = Math.round(step);
  const halfToEven = halfUp - step === 0.5 && halfUp % 2 !== 0 ? halfUp - 1 : halfUp;
  const table = new Uint8Array(64).fill(clipToStep(halfToEven));
  return { luma: table, chroma: table };
}

/**
 * One step that stands for those of a table: their harmonic mean, which is that of flat tables itself. Flat tables of it have about the squared
 * error of Annex K's at qualities of 25 to 75 (17 gray photographs: 9 % more to 13 % less of a step).
 */
export const tableStep = (table: ArrayLike<number>): number =>
  table.length / Array.from(table).reduce((sum, step) => sum + 1 / step, 0);

/** Passes on a quality of 1 to 100; throws a RangeError at any other. */
export function checkedQuality(quality: number, caller: string): number {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new RangeError(`${caller}: quality must be a whole number of 1 to 100, got ${quality}`);
  }
  return quality;
}

/**
 * Checks a table that a caller has given and copies it.
 *
 * @param name of the argument, e.g. `encodeJpeg: tables.luma`
 * @throws RangeError naming the offending entry
 */
export function checkedTable(table: ArrayLike<number>, name: string): Uint8Array {
  if (table?.length !== 64) throw new RangeError(`${name} must have 64 entries, got ${table?.length}`);
  for (let i = 0; i < 64; i++) {
    if (!Number.isInteger(table[i]) || table[i] < 1 || table[i] > 255) {
      throw new RangeError(`${name}[${i}] must be a whole number of 1 to 255, got ${table[i]}`);
    }
  }
  return Uint8Array.from(table);
}

function clipToStep(value: number): number {
  return Math.min(Math.max(value, 1), 255);
}
