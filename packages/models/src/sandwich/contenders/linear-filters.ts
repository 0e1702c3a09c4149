import { type Picture, toSamples } from '@sandwich/pictures';

// The best linear pair by least squares on photographs, which `fixtures/make_linear_filters.py` finds: Lines x are reduced to y and enlarged to x',
//
//     y[i] = sum_k d[k] x[2 i + k - 3],   x'[2 i] = sum_j u[j] y[i + j - 3],   x'[2 i + 1] = sum_j u[j] y[i + 3 - j].
const REDUCTION = [-0.02802, -0.09087, 0.14574, 0.47314, 0.47314, 0.14574, -0.09087, -0.02802];
const ENLARGEMENT = [0.01945, -0.02162, 0.20474, 0.90665, -0.20302, 0.13247, -0.03901];
const REACH = 3;

/** Samples of any size, interleaved. */
interface Plane {
  data: Float64Array;
  width: number;
  height: number;
  channels: number;
}

/** The place, within a line, of one that lies up to its length before or behind it: mirrored about the outer edge. */
const mirrored = (i: number, length: number): number => {
  const place = i < 0 ? -1 - i : i;
  return place < length ? place : Math.max(2 * length - 1 - place, 0);
};

type Filter = (line: Float64Array) => Float64Array;

const halveLine: Filter = (line) =>
  Float64Array.from({ length: Math.ceil(line.length / 2) }, (_, i) =>
    REDUCTION.reduce((sum, tap, k) => sum + tap * line[mirrored(2 * i + k - REACH, line.length)], 0),
  );

const doubleLine: Filter = (line) =>
  Float64Array.from({ length: 2 * line.length }, (_, i) => {
    const [centre, sign] = [i >> 1, i % 2 === 0 ? 1 : -1];
    return ENLARGEMENT.reduce((sum, tap, j) => sum + tap * line[mirrored(centre + sign * (j - REACH), line.length)], 0);
  });

/** Filters all columns or all rows. */
function filterLines({ data, width, height, channels }: Plane, filter: Filter, axis: 'rows' | 'columns'): Plane {
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

const filtered = ({ data, ...size }: Picture<Uint8Array | Float32Array, number>, filter: Filter): Plane => {
  const plane = { data: Float64Array.from(data), ...size };
  return filterLines(filterLines(plane, filter, 'columns'), filter, 'rows');
};

/** A picture at half its width and height, rounded up: mirrored at its edges, and by one column and row where a side is odd. */
export function halvePicture<Channels extends number>(
  picture: Picture<Uint8Array, Channels>,
): Picture<Uint8Array, Channels> {
  const { data, width, height } = filtered(picture, halveLine);
  return { data: toSamples(Float32Array.from(data), 8), width, height, channels: picture.channels };
}

/** A picture of `halvePicture` at twice its width and height, cropped to a size. */
export function doublePicture<Channels extends number>(
  picture: Picture<Uint8Array | Float32Array, Channels>,
  { width, height }: { width: number; height: number },
): Picture<Uint8Array, Channels> {
  const { channels } = picture;
  const doubled = filtered(picture, doubleLine);
  const samples = toSamples(Float32Array.from(doubled.data), 8);
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = y * doubled.width * channels;
    data.set(samples.subarray(from, from + width * channels), y * width * channels);
  }
  return { data, width, height, channels };
}
