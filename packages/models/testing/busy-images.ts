import { tf } from '@sandwich/engine';

/** Busy images that a line of any language makes: (13 i + 7 j + 40 c + 5 ((i j) mod 11) + 90 b) mod 256. */
export function busyImages(height: number, width: number, count = 2): tf.Tensor4D {
  const values = new Float32Array(count * height * width * 3);
  for (let n = 0, b = 0; b < count; b++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        for (let c = 0; c < 3; c++) values[n++] = (13 * i + 7 * j + 40 * c + 5 * ((i * j) % 11) + 90 * b) % 256;
      }
    }
  }
  return tf.tensor4d(values, [count, height, width, 3]);
}
