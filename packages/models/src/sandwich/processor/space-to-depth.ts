import { tf } from '@sandwich/engine';

/** [B,H,W,C] -> [B,H/2,W/2,4C]: the four pixels of each square of 2 x 2, row by row, as channels. H and W even. */
export const spaceToDepth = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const squares = x.reshape([batch, height / 2, 2, width / 2, 2, channels]).transpose([0, 1, 3, 2, 4, 5]);
    return squares.reshape([batch, height / 2, width / 2, 4 * channels]);
  });

/** The reverse: [B,H,W,4C] -> [B,2H,2W,C]. */
export const depthToSpace = (x: tf.Tensor4D): tf.Tensor4D =>
  tf.tidy(() => {
    const [batch, height, width, channels] = x.shape;
    const squares = x.reshape([batch, height, width, 2, 2, channels / 4]).transpose([0, 1, 3, 2, 4, 5]);
    return squares.reshape([batch, 2 * height, 2 * width, channels / 4]);
  });
