import { rgbFromYuv, yuvFromRgb } from '@sandwich/codec-proxy';
import type { Picture } from '@sandwich/pictures';
import {
  DETAIL_ENLARGEMENT,
  DETAIL_REDUCTION,
  DETAIL_WEIGHT,
  ENLARGEMENT,
  LUMA_ENLARGEMENT,
  RECEIVED_CHROMA_TAPS,
  REDUCTION,
  SENT_CHROMA_TAPS,
} from '../processor/half-size-filters.js';
import { doubling, filterLines, halving, type Planes, smoothing } from './filter-lines.js';
import { croppedSamples, planesOf } from './linear-filters.js';

/** Each pixel of three channels times a matrix, [from, to]. */
function multiply({ data, ...size }: Planes, matrix: readonly (readonly number[])[]): Planes {
  const product = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      product[i + k] = data[i] * matrix[0][k] + data[i + 1] * matrix[1][k] + data[i + 2] * matrix[2][k];
    }
  }
  return { ...size, data: product };
}

const channelOf = ({ data, ...size }: Planes, c: number): Planes => ({
  ...size,
  data: data.filter((_, i) => i % size.channels === c),
  channels: 1,
});

function joined(channels: readonly Planes[]): Planes {
  const [{ data, width, height }] = channels;
  const all = new Float64Array(data.length * channels.length);
  for (const [c, each] of channels.entries()) {
    for (let i = 0; i < data.length; i++) all[i * channels.length + c] = each.data[i];
  }
  return { data: all, width, height, channels: channels.length };
}

/** The sum of planes, each times a factor. */
const combined = (...terms: readonly (readonly [number, Planes])[]): Planes => {
  const [[, { data, ...size }]] = terms;
  return { ...size, data: data.map((_, i) => terms.reduce((sum, [factor, plane]) => sum + factor * plane.data[i], 0)) };
};

/**
 * An RGB picture at half its width and height that carries details in its chroma: luma and chroma reduced by the best linear filter, horizontal
 * and vertical details of luma in Cb and Cr beside chroma made narrow,
 *
 *     Cb = L(U) + 0.7 H,   Cr = L(V) + 0.7 W
 */
export function packPicture(picture: Picture<Uint8Array, 3>): Picture<Uint8Array, 3> {
  const yuv = multiply(planesOf(picture), yuvFromRgb);
  const [reduction, details] = [halving(REDUCTION), halving(DETAIL_REDUCTION)];
  const [luma, u, v] = [0, 1, 2].map((c) => filterLines(channelOf(yuv, c), reduction));
  const rows = filterLines(channelOf(yuv, 0), reduction, details);
  const columns = filterLines(channelOf(yuv, 0), details, reduction);
  const narrow = (plane: Planes) => filterLines(plane, smoothing(SENT_CHROMA_TAPS));
  const packed = joined([
    luma,
    combined([1, narrow(u)], [DETAIL_WEIGHT, rows]),
    combined([1, narrow(v)], [DETAIL_WEIGHT, columns]),
  ]);
  const { width, height } = packed;
  return { data: croppedSamples(multiply(packed, rgbFromYuv), packed), width, height, channels: 3 };
}

/** A picture of `packPicture` at twice its width and height, with its details, cropped to a size. */
export function unpackPicture(
  picture: Picture<Uint8Array | Float32Array, 3>,
  { width, height }: { width: number; height: number },
): Picture<Uint8Array, 3> {
  const yuv = multiply(planesOf(picture), yuvFromRgb);
  const [luma, cb, cr] = [0, 1, 2].map((c) => channelOf(yuv, c));
  const [u, v] = [cb, cr].map((plane) => filterLines(plane, smoothing(RECEIVED_CHROMA_TAPS)));
  const [rows, columns] = [
    combined([1 / DETAIL_WEIGHT, cb], [-1 / DETAIL_WEIGHT, u]),
    combined([1 / DETAIL_WEIGHT, cr], [-1 / DETAIL_WEIGHT, v]),
  ];
  const [plain, details] = [doubling(LUMA_ENLARGEMENT), doubling(DETAIL_ENLARGEMENT, -1)];
  const full = combined(
    [1, filterLines(luma, plain)],
    [1, filterLines(rows, plain, details)],
    [1, filterLines(columns, details, plain)],
  );
  const chroma = [u, v].map((plane) => filterLines(plane, doubling(ENLARGEMENT)));
  const rgb = multiply(joined([full, ...chroma]), rgbFromYuv);
  return { data: croppedSamples(rgb, { width, height }), width, height, channels: 3 };
}
