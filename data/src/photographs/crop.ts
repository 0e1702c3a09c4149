import type { Picture } from '@sandwich/pictures';

/** Copies a square of `crop` x `crop` pixels into `target`, mirrored left to right if asked. */
export function copyCrop(
  image: Picture<Uint8Array | Uint16Array, 3>,
  left: number,
  top: number,
  crop: number,
  mirrored: boolean,
  target: Float32Array,
): void {
  let at = 0;
  for (let y = 0; y < crop; y++) {
    const row = ((top + y) * image.width + left) * 3;
    if (!mirrored) {
      target.set(image.data.subarray(row, row + 3 * crop), at);
      at += 3 * crop;
      continue;
    }
    for (let x = crop - 1; x >= 0; x--) {
      for (let channel = 0; channel < 3; channel++) target[at++] = image.data[row + 3 * x + channel];
    }
  }
}
