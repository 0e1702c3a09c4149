import { tf } from '@sandwich/engine';

/**
 * Three planes that alternate from pixel to pixel: 0.5 (-1)^x, 0.5 (-1)^y and 0.5 (-1)^(x+y), x the column and y the row.
 *
 * A network of convolutions answers every pixel of a flat area alike; these planes give it carriers there, on which it can
 * modulate what the bottleneck has no channel for, such as colour in a gray image. They are this project's own addition.
 *
 * @param height Even.
 * @param width Even.
 * @returns [batch, height, width, 3], values +-0.5.
 */
export function phasePlanes(batch: number, height: number, width: number): tf.Tensor4D {
  return tf.tidy(() => {
    const period = [
      [
        [0.5, 0.5, 0.5],
        [-0.5, 0.5, -0.5],
      ],
      [
        [0.5, -0.5, -0.5],
        [-0.5, -0.5, 0.5],
      ],
    ];
    return tf.tile(tf.tensor4d([period]), [batch, height / 2, width / 2, 1]);
  });
}
