import { readFileSync } from 'node:fs';

/** Mean squared gradients of a loss by DCT coefficients, 64 each, row by row: vertical and then horizontal frequency. */
export interface DctSensitivities {
  luma: readonly number[];
  /** The mean of both planes. */
  chroma: readonly number[];
  /** Mean magnitudes of the coefficients, in gray levels; missing in files that were written before they were measured. */
  magnitudes?: Record<'luma' | 'chroma', readonly number[]>;
  /** How often each magnitude occurs at each frequency, from 0 on, in whole gray levels, where `dctSensitivities` counted them. */
  counts?: Record<'luma' | 'chroma', readonly (readonly number[])[]>;
}

/** Reads what `sandwich table-sensitivity` wrote. @throws Error naming the file and what is wrong with it */
export function readSensitivities(file: string): DctSensitivities {
  let stored: Partial<DctSensitivities>;
  try {
    stored = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`sensitivities ${file}: ${error instanceof Error ? error.message : error}`);
  }
  const { magnitudes } = stored ?? {};
  const isTable = (table: unknown, isInRange: (value: number) => boolean) =>
    Array.isArray(table) && table.length === 64 && table.every((value) => Number.isFinite(value) && isInRange(value));
  for (const name of ['luma', 'chroma'] as const) {
    if (!isTable(stored?.[name], (value) => value > 0))
      throw new Error(`sensitivities ${file}: ${name} must be 64 positive numbers`);
    // Chroma of gray pictures has none.
    if (magnitudes && !isTable(magnitudes[name], (value) => value >= 0))
      throw new Error(`sensitivities ${file}: magnitudes.${name} must be 64 numbers that are not negative`);
  }
  const { luma, chroma } = stored as DctSensitivities;
  return { luma, chroma, magnitudes };
}

/**
 * Tables from sensitivities s: steps in proportion to s^-p, the more sensitive a loss is to a frequency, the finer. Where errors are small a
 * loss grows by s q^2 / 24 a coefficient and the rate falls by log2 q, so that p = 1/2 is best; JPEG-DL and J4D take p = 1.
 *
 * @param step the geometric mean of all steps of luma and chroma, before they are clipped to 1 to 255
 */
export function sensitivityTables(
  { luma, chroma }: DctSensitivities,
  step: number,
  exponent: number,
): Record<'luma' | 'chroma', number[]> {
  const logarithms = [...luma, ...chroma].map((s) => -exponent * Math.log(s));
  const shift = Math.log(step) - logarithms.reduce((sum, value) => sum + value) / logarithms.length;
  const steps = logarithms.map((value) => Math.min(Math.max(Math.exp(value + shift), 1), 255));
  return { luma: steps.slice(0, 64), chroma: steps.slice(64) };
}

/**
 * Tables from mean magnitudes of coefficients, JPEG-DL's initialisation by the absolute average: steps of 2 E|C| / sqrt(2^(bits - 1)), that of learned
 * step sizes (Esser et al. 2020), clipped to 1 to 255.
 *
 * @throws Error where the magnitudes were not measured
 */
export function magnitudeTables({ magnitudes }: DctSensitivities, bits: number): Record<'luma' | 'chroma', number[]> {
  if (!magnitudes) throw new Error('initial=abs-avg needs magnitudes: measure again with `sandwich table-sensitivity`');
  const steps = (table: readonly number[]) =>
    table.map((magnitude) => Math.min(Math.max((2 * magnitude) / Math.sqrt(2 ** (bits - 1)), 1), 255));
  return { luma: steps(magnitudes.luma), chroma: steps(magnitudes.chroma) };
}
