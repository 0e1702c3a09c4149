import { checkEvaluationImages, evaluationImages } from '@sandwich/data';
import { centreCrop } from '@sandwich/pictures';
import type { EvaluatedRun } from './evaluated-run.js';
import { describeItems, type JudgedItems } from './judged-items.js';
import { loadImages } from './load-images.js';

/** Which images runs are judged on. */
export interface ImagesRequest extends Pick<EvaluatedRun, 'bitDepth' | 'light'> {
  /** Folder, glob, list or file; default those of `evaluationImages`. */
  images?: string;
  /** Takes every n-th image. */
  every: number;
  /** Side of the middle that is taken of each image, pixels; default all of it. */
  crop?: number;
  /** Hears of images that are left out. */
  note(text: string): void;
}

/**
 * Opens images without labels and checks them, before any is decoded.
 *
 * @returns a function that decodes them
 * @throws Error when there are none, or one cannot be used
 */
export async function openImages(request: ImagesRequest): Promise<() => Promise<JudgedItems>> {
  const { images, every, crop, bitDepth, light, note } = request;
  const source = await evaluationImages(images, bitDepth, light);
  const everyNth = (paths: string[]) => paths.filter((_, i) => i % every === 0);
  await checkEvaluationImages(source, { choose: everyNth, bitDepth, light, note });
  return async () => {
    const loaded = await loadImages(everyNth(await source.images()), { bitDepth, light }, note);
    return {
      items: loaded.map(({ name, item }) => ({ name, item: centreCrop(item, crop) })),
      description: describeItems(source.description, { judged: loaded.length, all: source.count, crop }),
      measures: [],
    };
  };
}
