import { resize } from '@sandwich/codec-proxy';
import type { PhotographSettings } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { largestSample } from '@sandwich/pictures';

/**
 * Crops of photographs as images. Where `reduce` is more than 1, crops are that many times as wide, and are reduced as the
 * published training does, by an antialiased Lanczos3 filter, then rounded and clipped to what a file could hold.
 *
 * @param crops [B, cropSize * reduce, cropSize * reduce, 3]
 * @returns [B, cropSize, cropSize, 3], whole numbers in [0, 2^bitDepth - 1]
 */
export function reduceCrops(
  crops: tf.Tensor4D,
  { cropSize, reduce, bitDepth }: Pick<PhotographSettings, 'cropSize' | 'reduce' | 'bitDepth'>,
): tf.Tensor4D {
  if (reduce === 1) return crops;
  return tf.tidy(() => {
    const reduced = resize(crops, [cropSize, cropSize], 'lanczos3', { antialias: true });
    return tf.round(tf.clipByValue(reduced, 0, largestSample(bitDepth)));
  });
}
