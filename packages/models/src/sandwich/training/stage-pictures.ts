import { toPictures } from '@sandwich/codec-proxy';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { Sandwich } from '../sandwich.js';
import { MIDDLE_EXPONENT } from './exponent-at.js';

/**
 * Shows the first image of a batch at the stages of a sandwich: `input`, `bottleneck`, `compressedBottleneck`, `prediction`; behind a companding curve
 * of the exponent at which held-back pictures are judged.
 *
 * @param batch [B, H, W, C], in [0, peak]
 * @param peak the largest value of images; pictures have 8 bits, and their white is this
 */
export function stagePictures(model: Sandwich, batch: tf.Tensor4D, peak: number): Record<string, Picture<Uint8Array>> {
  const stages = tf.tidy(() => {
    const [, height, width, channels] = batch.shape;
    const input = tf.slice(batch, [0, 0, 0, 0], [1, height, width, channels]);
    const { bottleneck, compressedBottleneck, prediction } = model.apply(
      input,
      {},
      { exponent: model.companding ? MIDDLE_EXPONENT : undefined },
    );
    return { input, bottleneck, compressedBottleneck, prediction };
  });
  // The codec's side has 8 bits, however many the images have.
  const peaks = { input: peak, bottleneck: 255, compressedBottleneck: 255, prediction: peak };
  const pictures = Object.entries(peaks).map(([name, white]) => {
    const shown = tf.mul<tf.Tensor4D>(stages[name as keyof typeof stages], 255 / white);
    const [picture] = toPictures(shown);
    shown.dispose();
    return [name, picture] as const;
  });
  tf.dispose(stages);
  return Object.fromEntries(pictures);
}
