import { type LabelledPictures, openLabelledPictures, selectPictures } from '@sandwich/data';
import { withoutEngine } from '@sandwich/engine';
import { type Measure, recognitionKey, recognitionMeasure } from '@sandwich/evaluation';
import { checkRecognisable, loadRecognisers } from '@sandwich/models';
import { centreCrop, type Picture } from '@sandwich/pictures';
import { describeItems, type JudgedItems } from './judged-items.js';
import { loadItems } from './load-images.js';

/** Which recognisers judge which labelled pictures. */
export interface RecognitionRequest {
  /** Labelled pictures, see `openLabelledPictures`. */
  images: string;
  /** Names of classifiers, see `loadClassifier`. */
  recognisers: readonly string[];
  /** Their weights, in the same order, with commas between; default those in `SANDWICH_DATA`. */
  weights?: string;
  /** Takes every n-th picture. */
  every: number;
  /** Side of the middle that is taken of each picture, pixels; default all of it. */
  crop?: number;
  /** Hears of pictures that are left out. */
  note(text: string): void;
}

/** Labelled pictures that recognisers will judge, checked but not decoded. */
export interface Recognition {
  /** Keys of the measures. */
  keys: string[];
  /** What is read. */
  files: string[];
  /**
   * Decodes the pictures and loads the recognisers, whose accuracies are the measures, each with that on the pictures themselves. The engine must have
   * been started.
   */
  load(): Promise<JudgedItems>;
}

/** @throws Error for the first picture that is smaller than the crop */
function checkCrop({ names, sizes }: LabelledPictures, crop = 0): void {
  const small = sizes.findIndex(({ width, height }) => crop > Math.min(width, height));
  if (small < 0) return;
  const { width, height } = sizes[small];
  throw new Error(`${names[small]} has ${width} x ${height} pixels, from which no ${crop} x ${crop} can be taken`);
}

/** A measure with its value for the pictures themselves, those of one label at a time: of an item it asks for the label alone. */
async function withUncompressed(
  measure: Measure<Picture>,
  labels: ReadonlyMap<Picture, number>,
): Promise<Measure<Picture>> {
  const needs: number[][] = [];
  for (const label of new Set(labels.values())) {
    const pictures = [...labels.keys()].filter((picture) => labels.get(picture) === label);
    needs.push(...((await measure.perItem(pictures[0], pictures)) as number[][]));
  }
  return { ...measure, uncompressed: measure.aggregate(needs) };
}

/**
 * Opens labelled pictures and finds out, without an engine and before any is decoded, whether recognisers can judge them.
 *
 * @throws Error for an unknown recogniser or weights that cannot be used, pictures without labels, a label that is none of a recogniser's
 * classes, or a picture that is too small for a recogniser or for `crop`
 */
export async function openRecognition(request: RecognitionRequest): Promise<Recognition> {
  const { images, recognisers: names, weights = '', every, crop, note } = request;
  const load = () => loadRecognisers({ recognisers: names.join(','), weights });
  const described = await withoutEngine(async () => {
    const loaded = await load();
    for (const recogniser of loaded) recogniser.dispose();
    return loaded.map(({ name, classes, smallestSide }) => ({ name, classes, smallestSide }));
  });
  const all = await openLabelledPictures(images, { note });
  const indexes = [...all.labels.keys()].filter((i) => i % every === 0);
  const set = every > 1 ? selectPictures(all, indexes) : all;
  checkCrop(set, crop);
  checkRecognisable(described, set, crop);
  return {
    keys: names.map(recognitionKey),
    files: [images, ...set.names],
    async load() {
      const labels = new Map<Picture, number>();
      const decode = async (i: number) => {
        const picture = centreCrop(await set.picture(i), crop);
        labels.set(picture, set.labels[i]);
        return picture;
      };
      const items = await loadItems(set.names, decode, note);
      const measures: Measure<Picture>[] = [];
      for (const recogniser of await load()) {
        const measure = await withUncompressed(recognitionMeasure(recogniser, labels), labels);
        measures.push({ ...measure, dispose: () => recogniser.dispose() });
      }
      const description = describeItems(set.description, { judged: items.length, all: set.names.length, crop });
      return { items, description, measures };
    },
  };
}
