import { binomial } from '../processor/binomial.js';

/** Samples of any size, interleaved. */
export interface Planes {
  data: Float64Array;
  width: number;
  height: number;
  channels: number;
}

/** Makes a row or a column of another. */
export type LineFilter = (line: Float64Array) => Float64Array;

/** The place, within a line, of one that lies up to its length before or behind it: mirrored about the outer edge. */
const mirrored = (i: number, length: number): number => {
  const place = i < 0 ? -1 - i : i;
  return place < length ? place : Math.max(2 * length - 1 - place, 0);
};

function weighted(line: Float64Array, taps: readonly number[], from: number, step: 1 | -1 = 1): number {
  const to = from + step * (taps.length - 1);
  const isInside = Math.min(from, to) >= 0 && Math.max(from, to) < line.length;
  let sum = 0;
  for (let k = 0; k < taps.length; k++) {
    const place = from + step * k;
    sum += taps[k] * line[isInside ? place : mirrored(place, line.length)];
  }
  return sum;
}

/** y[i] = sum_k taps[k] x[2 i + k - 3], with 8 taps; of half the length, rounded up. */
export const halving =
  (taps: readonly number[]): LineFilter =>
  (line) =>
    Float64Array.from({ length: Math.ceil(line.length / 2) }, (_, i) => weighted(line, taps, 2 * i - 3));

/** x[2 i] = sum_j taps[j] y[i + j - 3], and x[2 i + 1] = sign sum_j taps[j] y[i + 3 - j], with 7 taps. */
export const doubling =
  (taps: readonly number[], sign: 1 | -1 = 1): LineFilter =>
  (line) =>
    Float64Array.from({ length: 2 * line.length }, (_, i) =>
      i % 2 === 0 ? weighted(line, taps, i / 2 - 3) : sign * weighted(line, taps, (i - 1) / 2 + 3, -1),
    );

/** A binomial low-pass filter of an odd number of taps. */
export function smoothing(count: number): LineFilter {
  const taps = binomial(count);
  return (line) => line.map((_, i) => weighted(line, taps, i - (count - 1) / 2));
}

function filterAlong({ data, width, height, channels }: Planes, filter: LineFilter, axis: 'rows' | 'columns'): Planes {
  const alongRows = axis === 'rows';
  const [length, lines] = alongRows ? [width, height] : [height, width];
  const [step, between] = alongRows ? [channels, width * channels] : [width * channels, channels];
  const size = filter(new Float64Array(length)).length;
  const made = { data: new Float64Array(size * lines * channels), channels };
  const filtered = alongRows ? { ...made, width: size, height } : { ...made, width, height: size };
  const [to, toBetween] = alongRows ? [channels, size * channels] : [width * channels, channels];
  const line = new Float64Array(length);
  for (let n = 0; n < lines; n++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < length; i++) line[i] = data[n * between + i * step + c];
      for (const [i, value] of filter(line).entries()) filtered.data[n * toBetween + i * to + c] = value;
    }
  }
  return filtered;
}

/** Filters all columns, then all rows, as the columns are unless another filter is given. */
export const filterLines = (planes: Planes, columns: LineFilter, rows = columns): Planes =>
  filterAlong(filterAlong(planes, columns, 'columns'), rows, 'rows');
