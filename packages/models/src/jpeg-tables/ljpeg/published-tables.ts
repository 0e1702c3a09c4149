import { annexKTables, type QuantizationTables } from '@sandwich/codecs';

/** Per cent of Annex K's tables at a quality of more than 0, not rounded. */
export const percentOfAnnexK = (quality: number): number => (quality < 50 ? 5000 / quality : 200 - 2 * quality);

/**
 * Annex K's tables scaled as the code of LearnedJPEG does it, which rounds where libjpeg (`scaledTables`) floors: round((S t + 50) / 100)
 * with S = 5000 / quality below 50 and 200 - 2 quality from 50 up, halves to the even neighbour, clipped to [1, 255].
 *
 * @param quality more than 0, at most 100, not necessarily whole
 * @throws RangeError for another quality
 */
export function publishedAnnexK(quality: number): QuantizationTables {
  if (!(quality > 0 && quality <= 100)) {
    throw new RangeError(`publishedAnnexK: quality must be more than 0 and at most 100, got ${quality}`);
  }
  const percent = percentOfAnnexK(quality);
  const entry = (step: number) => Math.min(Math.max(roundHalfToEven((percent * step + 50) / 100), 1), 255);
  return { luma: Array.from(annexKTables.luma, entry), chroma: Array.from(annexKTables.chroma, entry) };
}

function roundHalfToEven(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

const transposed = (table: ArrayLike<number>): number[] => Array.from(table, (_, i) => table[8 * (i & 7) + (i >> 3)]);

/** Tables with rows in the place of columns: how the published evaluation hands them to Pillow. */
export const transposedTables = ({ luma, chroma }: QuantizationTables): QuantizationTables => ({
  luma: transposed(luma),
  chroma: transposed(chroma),
});
