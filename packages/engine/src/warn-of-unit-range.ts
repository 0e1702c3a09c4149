import { isRecording } from './recording/compute-on-host.js';
import type { tf } from './tf.js';

/** The functions whose images were looked at. */
const looked = new Set<string>();

/** Samples of images: a tensor, or numbers on the host. */
export type ImageSamples = tf.Tensor | ArrayLike<number>;

const samplesOf = (images: ImageSamples): ArrayLike<number> => ('dataSync' in images ? images.dataSync() : images);

/** Whether some samples are more than 0 and none is beyond 1; undefined where all are 0. */
function lieInUnitRange(all: readonly ImageSamples[]): boolean | undefined {
  let isBlack = true;
  for (const images of all) {
    const samples = samplesOf(images);
    for (let i = 0; i < samples.length; i++) {
      if (!(samples[i] >= 0 && samples[i] <= 1)) return false;
      isBlack &&= samples[i] === 0;
    }
  }
  return isBlack ? undefined : true;
}

/**
 * Warns, with `console.warn`, when a function that takes images up to 255 or more gets some whose samples all lie in [0, 1], which
 * other libraries use: it would compute, and be wrong without an error. Only the first images that are not black are looked at, since
 * that reads them from the device.
 *
 * @param caller name of the public function, for the message
 * @param images all that must be of one range
 * @param peak the largest value that an image can have, as far as the function knows
 * @param remedy what else can be done than to multiply by the peak
 */
export function warnOfUnitRange(caller: string, images: readonly ImageSamples[], peak = 255, remedy = ''): void {
  // In a recorded step nothing can be read.
  if (peak < 255 || looked.has(caller) || isRecording()) return;
  const inUnitRange = lieInUnitRange(images);
  if (inUnitRange === undefined) return;
  looked.add(caller);
  if (inUnitRange)
    console.warn(
      `${caller}: all samples of the images are between 0 and 1, but they are taken for images in [0, ${peak}]; ` +
        `multiply them by ${peak}${remedy}`,
    );
}
