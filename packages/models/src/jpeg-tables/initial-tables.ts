import { type QuantizationTables, scaledTables } from '@sandwich/codecs';
import { Random } from '@sandwich/data';
import { rampTables } from './table-ramp.js';

/**
 * Tables from which a training starts: Annex K's at a `quality` of 1 to 100, `flat` ones of a step, the best `ramp` of a step at DC (see
 * `rampTables`), steps drawn from a `uniform` distribution between two limits, or any, 64 steps each, row by row.
 */
export type InitialTables =
  | { quality: number }
  | { flat: number }
  | { ramp: number }
  | { uniform: readonly [low: number, high: number]; seed: number }
  | { luma: readonly number[]; chroma: readonly number[] };

/** The initial tables that settings name: Annex K's of a `quality`, or flat ones or the best ramp of a `step`. */
export function namedInitialTables({
  initial,
  step,
  quality,
}: {
  initial: 'ramp' | 'flat' | 'annex-k';
  step: number;
  quality: number;
}): InitialTables {
  if (initial === 'annex-k') return { quality };
  return initial === 'flat' ? { flat: step } : { ramp: step };
}

/** Steps within the range of JPEG's tables, not rounded. */
export const clippedSteps = (table: ArrayLike<number>): number[] =>
  Array.from(table, (step) => Math.min(Math.max(step, 1), 255));

function assertStep(name: string, step: number): void {
  if (!(step >= 1 && step <= 255)) throw new RangeError(`JpegTables: ${name} must be 1 to 255, got ${step}`);
}

function assertTable(name: string, table: readonly number[]): void {
  if (table?.length !== 64) throw new RangeError(`JpegTables: ${name} must have 64 steps, got ${table?.length}`);
  table.forEach((step, i) => {
    assertStep(`${name}[${i}]`, step);
  });
}

/**
 * The steps that initial tables name, 1 to 255, not necessarily whole.
 *
 * @throws RangeError naming what is out of range
 */
export function initialSteps(initial: InitialTables): QuantizationTables {
  if ('quality' in initial) return scaledTables(initial.quality);
  if ('flat' in initial) {
    assertStep('initial.flat', initial.flat);
    const table = new Array<number>(64).fill(initial.flat);
    return { luma: table, chroma: table };
  }
  if ('ramp' in initial) {
    assertStep('initial.ramp', initial.ramp);
    const { luma, chroma } = rampTables(initial.ramp);
    return { luma: clippedSteps(luma), chroma: clippedSteps(chroma) };
  }
  if ('uniform' in initial) {
    const [low, high] = initial.uniform;
    assertStep('initial.uniform[0]', low);
    assertStep('initial.uniform[1]', high);
    const random = new Random(initial.seed, [0, 0, 0]);
    const table = () => Array.from({ length: 64 }, () => low + (high - low) * random.uniform());
    return { luma: table(), chroma: table() };
  }
  assertTable('initial.luma', initial.luma);
  assertTable('initial.chroma', initial.chroma);
  return initial;
}
