import { multipleOf, type Picture } from '@sandwich/pictures';
import { replicateEdges, wholeBlocks } from './component-plane.js';

/**
 * Halves a plane in width by the mean of two samples and fills it up to whole blocks. The sum is biased by 0 in even and by 1 in odd
 * columns before it is divided by 2, as in libjpeg's `h2v1_downsample`, so that halves are rounded down and up in turn.
 */
export function halveWidth(plane: Picture<Uint8Array, 1>): Picture<Uint8Array, 1> {
  const { data: samples, width, height } = replicateEdges(plane, multipleOf(16, plane.width), plane.height);
  const half = new Uint8Array(samples.length / 2);
  for (let target = 0, source = 0; target < half.length; target++, source += 2) {
    // The halved width is even, so that a sample's place has the parity of its column.
    half[target] = (samples[source] + samples[source + 1] + (target & 1)) >> 1;
  }
  return wholeBlocks({ data: half, width: width / 2, height, channels: 1 });
}

/**
 * Halves a plane in both directions by the mean of 2x2 samples and fills it up to whole blocks. The sum is biased by 1 in even and by
 * 2 in odd columns before it is divided by 4, as in libjpeg's `h2v2_downsample`. As there, the right edge is replicated before the
 * means are taken, the bottom edge after, from the last row of means.
 */
export function halveBoth(plane: Picture<Uint8Array, 1>): Picture<Uint8Array, 1> {
  const {
    data: samples,
    width,
    height,
  } = replicateEdges(plane, multipleOf(16, plane.width), multipleOf(2, plane.height));
  const halfWidth = width / 2;
  const half = new Uint8Array(halfWidth * (height / 2));
  for (let target = 0, row = 0; row < height; row += 2) {
    let upper = row * width;
    let lower = upper + width;
    for (let x = 0; x < halfWidth; x++, upper += 2, lower += 2) {
      half[target++] = (samples[upper] + samples[upper + 1] + samples[lower] + samples[lower + 1] + 1 + (x & 1)) >> 2;
    }
  }
  return wholeBlocks({ data: half, width: halfWidth, height: height / 2, channels: 1 });
}
