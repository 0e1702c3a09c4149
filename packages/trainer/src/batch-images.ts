import { resize } from '@sandwich/codec-proxy';
import type { Crops } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import { largestSample } from '@sandwich/pictures';
import type { TrainingSettings } from './experiment.js';

/** Side of the crops that are taken from photographs, pixels. */
export const cropOf = ({ cropSize, reduce }: Pick<TrainingSettings, 'cropSize' | 'reduce'>): number =>
  cropSize * reduce;

/**
 * The crops of a batch as images. Where `reduce` is more than 1, crops are that many times as wide, and are reduced as the
 * published training does, by an antialiased Lanczos3 filter, then rounded and clipped to what a file could hold.
 *
 * @returns [B, cropSize, cropSize, 3], whole numbers in [0, 2^bitDepth - 1]
 */
export function batchImages({ pixels, files }: Crops, settings: TrainingSettings): tf.Tensor4D {
  const { cropSize, reduce } = settings;
  const crop = cropOf(settings);
  return tf.tidy(() => {
    const crops = tf.tensor4d(pixels, [files.length, crop, crop, 3]);
    if (reduce === 1) return crops;
    const reduced = resize(crops, [cropSize, cropSize], 'lanczos3', { antialias: true });
    return tf.round(tf.clipByValue(reduced, 0, largestSample(settings.bitDepth)));
  });
}
