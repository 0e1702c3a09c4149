import { openDataset } from '@sandwich/data';
import type { tf } from '@sandwich/engine';
import { batchImages, cropOf } from './batch-images.js';
import type { TrainingSettings } from './experiment.js';

/** The images held back, the others; the last ones by name are held back. */
export function holdBack(images: string[], heldBack: number): [validation: string[], training: string[]] {
  if (heldBack >= images.length) {
    throw new Error(`validationImages=${heldBack} leaves nothing to train on: there are ${images.length} images`);
  }
  const at = images.length - heldBack;
  return [images.slice(at), images.slice(0, at)];
}

/** Crops of images that are not trained on, the same in every sitting. */
export async function heldBackCrops(images: string[], settings: TrainingSettings): Promise<tf.Tensor4D | undefined> {
  if (images.length === 0) return undefined;
  const { seed, bitDepth } = settings;
  const dataset = await openDataset({ images, crop: cropOf(settings), seed, bitDepth });
  const batch = await dataset.nextBatch(images.length).finally(() => dataset.close());
  return batchImages(batch, settings);
}
