import { tf } from '@sandwich/engine';
import { Dcn } from '../dcn.js';

/** Places of a block of 2 x 2 in the order of depth-to-space, and the Haar functions on it. */
const HAAR = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
];

/** Red, green and blue to a mean and two differences, and back. */
const TO_COLOURS = [
  [1 / 3, 1 / 3, 1 / 3],
  [1 / 2, -1 / 2, 0],
  [1 / 6, 1 / 6, -1 / 3],
];
const FROM_COLOURS = [
  [1, 1, 1],
  [1, -1, 1],
  [1, 0, -2],
];

type Tap = [dy: number, dx: number, input: number, output: number, weight: number];
type Taps = Tap[];

function assignKernel(dcn: Dcn, path: string, taps: Taps): void {
  const variable = dcn.parameters[`${path}/kernel`];
  const buffer = tf.buffer(variable.shape as [number, number, number, number]);
  for (const [dy, dx, input, output, weight] of taps) buffer.set(weight, dy, dx, input, output);
  const values = buffer.toTensor();
  variable.assign(values);
  values.dispose();
}

/** Coefficients that are kept, m of the third level of j of the second: details and differences of colours are left out first. */
function keptCoefficients(count: number): Map<number, number> {
  const detail = [0, 1, 1, 2];
  const frequency = (id: number) =>
    (id % 12 >= 4 ? 6 : 0) + 4 * detail[id % 4] + 2 * detail[Math.floor((id % 48) / 12)] + detail[Math.floor(id / 48)];
  const all = Array.from({ length: 192 }, (_, id) => id).toSorted((a, b) => frequency(a) - frequency(b));
  return new Map(all.slice(0, count).map((id, channel) => [id, channel]));
}

/**
 * A DCN that nobody has trained and that codes pictures: three levels of a Haar transform, of which 128 coefficients of low frequencies are kept. Leaky ReLUs
 * are undone by pairs, since leaky(x) - leaky(-x) = 1.2 x; residual blocks are silent.
 *
 * @param fineness steps of the codebook in half the range of samples, at most 127
 */
export function haarDcn(fineness: number): Dcn {
  const features = 128;
  const dcn = new Dcn({ features, bits: 8 });
  const kept = keptCoefficients(features);
  tf.tidy(() => {
    for (const variable of Object.values(dcn.parameters)) variable.assign(tf.zerosLike(variable));
    dcn.parameters.scale.assign(tf.scalar(fineness));
  });
  // A 5x5 window with stride 2 begins one pixel before the block: its taps are 1 and 2.
  const analyse = (channels: number, tap: (c: number, place: number, k: number) => Taps) =>
    Array.from({ length: channels }, (_, c) =>
      HAAR.flatMap((f, k) => f.flatMap((_, place) => tap(c, place, k))),
    ).flat();
  const at = (place: number): [number, number] => [1 + (place >> 1), 1 + (place & 1)];
  // Level 1: coefficient k of colour c at 2 (4c + k), and its negative beside it.
  assignKernel(dcn, 'encoder/conv1', analyse(3, (c, p, k) => TO_COLOURS[c].flatMap((of, x) => [0, 1].map((sign): Tap => [...at(p), x, 2 * (4 * c + k) + sign, ((1 - 2 * sign) * of * HAAR[k][p]) / 4])))); // biome-ignore format: one call
  // Level 2: coefficient l of the coefficient i of level 1 at 12 l + i.
  assignKernel(dcn, 'encoder/conv2', analyse(12, (i, p, l) => [0, 1].map((sign) => [...at(p), 2 * i + sign, 12 * l + i, (1 - 2 * sign) * HAAR[l][p] / 4 / 1.2]))); // biome-ignore format: one call
  // Level 3: coefficient m of j of level 2 in a channel of its own, if it is kept.
  assignKernel(dcn, 'encoder/conv3', analyse(48, (j, p, m) => (kept.has(48 * m + j) ? [[...at(p), j, kept.get(48 * m + j)!, HAAR[m][p] / 4]] : []))); // biome-ignore format: one call
  // Back, in the middle of windows of 3x3: place p of a block is channel p C + c.
  const synthesise = (channels: number, tap: (c: number, place: number, k: number) => Taps) => analyse(channels, tap);
  assignKernel(dcn, 'decoder/conv1', synthesise(48, (j, p, m) => (kept.has(48 * m + j) ? [[1, 1, kept.get(48 * m + j)!, 128 * p + j, HAAR[m][p] / fineness]] : []))); // biome-ignore format: one call
  assignKernel(dcn, 'decoder/conv2', synthesise(12, (i, p, l) => [0, 1].map((sign) => [1, 1, 12 * l + i, 64 * p + 2 * i + sign, (1 - 2 * sign) * HAAR[l][p]]))); // biome-ignore format: one call
  assignKernel(dcn, 'decoder/conv3', synthesise(3, (c, p, k) => FROM_COLOURS.flatMap((to, x) => [0, 1].map((sign): Tap => [1, 1, 2 * (4 * c + k) + sign, 3 * p + x, ((1 - 2 * sign) * to[c] * HAAR[k][p]) / 1.2])))); // biome-ignore format: one call
  return dcn;
}
