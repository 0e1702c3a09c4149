import { fitSimilarityCurve, matchQuality, qualityAt, type RateDistortionRow } from '@sandwich/evaluation';

/** What was measured of a JPEG file. */
export type JpegRow = RateDistortionRow & { quality: number };

/** Codes a picture as JPEG with a quality, and measures the file. */
export type JpegFile = (image_id: number, quality: number) => Promise<JpegRow>;

const meanOf = <T>(rows: readonly T[], value: (row: T) => number): number =>
  rows.reduce((sum, row) => sum + value(row), 0) / rows.length;

/** Heads of the table of `matchedRows`. */
export const MATCHED_HEADS = ['run', 'matched by', 'bpp', 'SSIM', 'JPEG quality', 'JPEG bpp', 'JPEG SSIM'];

/** Means over the files of a run and the JPEG files of the same pictures whose SSIM, or whose rate, is nearest to theirs. */
export async function matchedRows(
  run: string,
  rows: readonly RateDistortionRow[],
  jpeg: JpegFile,
): Promise<string[][]> {
  const lines: string[][] = [];
  for (const by of ['ssim', 'bpp'] as const) {
    const found: JpegRow[] = [];
    for (const row of rows) {
      const { quality } = await matchQuality(async (q) => (await jpeg(row.image_id, q))[by], row[by]);
      found.push(await jpeg(row.image_id, quality));
    }
    lines.push([
      run,
      by === 'ssim' ? 'SSIM' : 'bpp',
      meanOf(rows, ({ bpp }) => bpp).toFixed(3),
      meanOf(rows, ({ ssim }) => ssim).toFixed(4),
      meanOf(found, ({ quality }) => quality).toFixed(1),
      meanOf(found, ({ bpp }) => bpp).toFixed(3),
      meanOf(found, ({ ssim }) => ssim).toFixed(4),
    ]);
  }
  return lines;
}

/** A file of JPEG at the rate of its Huffman tables and scan alone. */
export function atEffectiveRate(row: RateDistortionRow): RateDistortionRow {
  const { bpp, bytes, effective_bytes = bytes } = row;
  return { ...row, bpp: (bpp * effective_bytes) / bytes };
}

/** Heads of the table of `similarityRows`. */
export const similarityHeads = (rates: readonly number[]): string[] => [
  'codec',
  'curve',
  ...rates.map((rate) => `SSIM at ${rate} bpp`),
];

/** Means over pictures of the SSIM on each picture's curve at some rates; empty where the curve of a picture does not reach. */
export function similarityRows(name: string, rows: readonly RateDistortionRow[], rates: readonly number[]): string[][] {
  const ids = [...new Set(rows.map(({ image_id }) => image_id))];
  const curves = ids.map((id) =>
    rows.filter(({ image_id }) => image_id === id).map(({ bpp, ssim }) => ({ bpp, quality: ssim })),
  );
  const mean = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return '';
    const shown = meanOf(known, (value) => value).toFixed(4);
    return known.length === ids.length ? shown : `${shown} (${known.length} of ${ids.length})`;
  };
  const fitted = curves[0].length >= 4 ? curves.map(fitSimilarityCurve) : undefined;
  return [
    [name, 'interpolated', ...rates.map((rate) => mean(curves.map((curve) => qualityAt(curve, rate))))],
    ...(fitted ? [[name, 'fitted', ...rates.map((rate) => mean(fitted.map((fit) => fit(rate))))]] : []),
  ];
}
