import type { Picture, Region } from '@sandwich/pictures';

/**
 * Copies a rectangle of a picture into `target`, mirrored left to right if asked. What of it lies beyond the picture is left as it is in
 * `target`.
 *
 * @param target width * height pixels of three samples, row by row
 */
export function copyCrop(
  image: Picture<Uint8Array | Uint16Array, 3>,
  { left, top, width, height }: Region,
  mirrored: boolean,
  target: Float32Array,
): void {
  const begin = Math.min(width, Math.max(0, -left));
  const end = Math.min(width, image.width - left);
  for (let y = Math.max(0, -top); y < Math.min(height, image.height - top); y++) {
    const from = 3 * ((top + y) * image.width + left);
    const to = 3 * y * width;
    if (!mirrored) {
      target.set(image.data.subarray(from + 3 * begin, from + 3 * end), to + 3 * begin);
      continue;
    }
    for (let x = begin; x < end; x++) {
      const at = to + 3 * (width - 1 - x);
      for (let channel = 0; channel < 3; channel++) target[at + channel] = image.data[from + 3 * x + channel];
    }
  }
}
