import {
  fitDecibelCurve,
  fitSimilarityCurve,
  matchQuality,
  qualityAt,
  type RateDistortionRow,
} from '@sandwich/evaluation';
import type { Anchor, AnchorRow } from './rate-distortion-anchors.js';

const meanOf = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((sum, row) => sum + value(row), 0) / rows.length;

/** The mean of what was measured; empty where a picture was too small for the measure, or files hold no symbols. */
const shownMean = (
  rows: readonly RateDistortionRow[],
  key: 'bpp' | 'ssim' | 'msssim' | 'psnr' | 'entropy',
  digits: number,
): string =>
  rows.every((row) => row[key] !== undefined) ? meanOf(rows, (row) => row[key] as number).toFixed(digits) : '';

/** Heads of the table of `matchedRows`. */
export const MATCHED_HEADS = ['run', 'matched by', 'bpp', 'SSIM', 'codec', 'its quality', 'its bpp', 'its SSIM'];

/**
 * Means over the files of a run and those files of an anchor of the same pictures whose SSIM, or whose rate, is nearest to theirs.
 *
 * @returns no row by SSIM where a picture was too small for it
 */
export async function matchedRows(
  run: string,
  rows: readonly RateDistortionRow[],
  { name, range }: Anchor,
  fileOf: (image_id: number, quality: number) => Promise<AnchorRow>,
): Promise<string[][]> {
  const lines: string[][] = [];
  for (const by of ['ssim', 'bpp'] as const) {
    if (rows.some((row) => row[by] === undefined)) continue;
    const found: AnchorRow[] = [];
    for (const row of rows) {
      const { quality } = await matchQuality(
        async (q) => (await fileOf(row.image_id, q))[by] as number,
        row[by] as number,
        range,
      );
      found.push(await fileOf(row.image_id, quality));
    }
    lines.push([
      run,
      by === 'ssim' ? 'SSIM' : 'bpp',
      shownMean(rows, 'bpp', 3),
      shownMean(rows, 'ssim', 4),
      name,
      meanOf(found, ({ quality }) => quality).toFixed(1),
      shownMean(found, 'bpp', 3),
      shownMean(found, 'ssim', 4),
    ]);
  }
  return lines;
}

/** A file at the rate of its picture's data alone. */
export function atEffectiveRate(row: RateDistortionRow): RateDistortionRow {
  const { bpp, bytes, effective_bytes = bytes } = row;
  return { ...row, bpp: (bpp * effective_bytes) / bytes };
}

/** A measure of the rows, and how its curves are fitted. */
const MEASURES = {
  ssim: { label: 'SSIM', digits: 4, fit: fitSimilarityCurve },
  msssim: { label: 'MS-SSIM', digits: 4, fit: fitSimilarityCurve },
  psnr: { label: 'PSNR', digits: 2, fit: fitDecibelCurve },
} as const;
export type CurveMeasure = keyof typeof MEASURES;

/** Heads of the table of `curveRows`. */
export const curveHeads = (measure: CurveMeasure, rates: readonly number[]): string[] => [
  'codec',
  'curve',
  ...rates.map((rate) => `${MEASURES[measure].label} at ${rate} bpp`),
];

/**
 * Means over pictures of a measure on each picture's curve at some rates; empty where the curve of a picture does not reach.
 *
 * @returns no rows where a picture was too small for the measure
 */
export function curveRows(
  measure: CurveMeasure,
  name: string,
  rows: readonly RateDistortionRow[],
  rates: readonly number[],
): string[][] {
  if (rows.some((row) => row[measure] === undefined)) return [];
  const { digits, fit } = MEASURES[measure];
  const ids = [...new Set(rows.map(({ image_id }) => image_id))];
  const curves = ids.map((id) =>
    rows.filter(({ image_id }) => image_id === id).map((row) => ({ bpp: row.bpp, quality: row[measure] as number })),
  );
  const mean = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return '';
    const shown = meanOf(known, (value) => value).toFixed(digits);
    return known.length === ids.length ? shown : `${shown} (${known.length} of ${ids.length})`;
  };
  const fitted = curves[0].length >= 4 ? curves.map(fit) : undefined;
  return [
    [name, 'interpolated', ...rates.map((rate) => mean(curves.map((curve) => qualityAt(curve, rate))))],
    ...(fitted ? [[name, 'fitted', ...rates.map((rate) => mean(fitted.map((curve) => curve(rate))))]] : []),
  ];
}

/** Heads of the table of `runRow`. */
export const RUN_HEADS = ['run', 'bpp', 'SSIM', 'MS-SSIM', 'PSNR', 'bits a symbol'];

/** Means over the files of a run. */
export const runRow = (run: string, rows: readonly RateDistortionRow[]): string[] => [
  run,
  shownMean(rows, 'bpp', 3),
  shownMean(rows, 'ssim', 4),
  shownMean(rows, 'msssim', 4),
  shownMean(rows, 'psnr', 2),
  shownMean(rows, 'entropy', 3),
];
