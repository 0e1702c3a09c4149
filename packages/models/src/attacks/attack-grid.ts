import { toPictures, toTensor } from '@sandwich/codec-proxy';
import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { LabelledPicture } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Recogniser } from '../classifiers/recogniser.js';
import { type AttackMethod, attackThroughJpeg, checkAttackOptions } from './attack-through-jpeg.js';
import type { AttackedJpeg } from './jpeg-gradients.js';

/** What all attacks of a grid have in common. */
export interface AttackGridSettings extends Omit<AttackedJpeg, 'quality'> {
  method: AttackMethod;
  steps: number;
  seed: number;
}

/** One place of a grid. */
export interface AttackPlace {
  gradient: string;
  budget: number;
  quality: number;
}

/** What became of each picture: `held`, `fooled`, or `missed` where the recogniser was wrong at that quality without any attack. */
export type AttackOutcome = 'held' | 'fooled' | 'missed';

export interface AttackedPlace extends AttackPlace {
  outcomes: AttackOutcome[];
}

/** Samples that are attacked at once: as many as a few hundred pictures of CIFAR-10 have. */
const PIXELS_AT_ONCE = 2 ** 18;

/** The places of a grid, in the order of the gradients. */
export const attackPlaces = (grid: {
  gradients: readonly string[];
  budgets: readonly number[];
  qualities: readonly number[];
}): AttackPlace[] =>
  grid.gradients.flatMap((gradient) =>
    grid.budgets.flatMap((budget) => grid.qualities.map((quality) => ({ gradient, budget, quality }))),
  );

/** Pictures as they come out of real JPEG files. */
async function throughFiles(
  pictures: readonly Picture<Uint8Array>[],
  { quality, subsampling }: Pick<AttackedJpeg, 'quality' | 'subsampling'>,
): Promise<Picture<Uint8Array>[]> {
  const decoded: Picture<Uint8Array>[] = [];
  for (const picture of pictures) decoded.push(await decodeJpeg(encodeJpeg(picture, { quality, subsampling })));
  return decoded;
}

/** Whether each picture is recognised. */
async function recognised(recogniser: Recogniser, pictures: readonly Picture[], labels: readonly number[]) {
  const found = tf.tidy(() => tf.argMax(recogniser.apply(toTensor(pictures)), 1));
  const classes = await found.data();
  found.dispose();
  return labels.map((label, i) => classes[i] === label);
}

/** Batches of pictures of one size each, in their order. */
function* batches(items: readonly LabelledPicture[]): Generator<LabelledPicture[]> {
  for (let start = 0; start < items.length; ) {
    const { width, height } = items[start].picture;
    const most = Math.max(Math.floor(PIXELS_AT_ONCE / (width * height)), 1);
    let end = start + 1;
    while (end < items.length && end - start < most) {
      const { picture } = items[end];
      if (picture.width !== width || picture.height !== height) break;
      end++;
    }
    yield items.slice(start, end);
    start = end;
  }
}

/**
 * Attacks pictures at one place of a grid, and looks at what the recogniser makes of real JPEG files of them: those of the pictures, and those of
 * what the attack made of them.
 *
 * @param items RGB of 8 bits, with the labels of their classes
 * @throws RangeError naming what is out of range
 */
export async function attackAt(
  recogniser: Recogniser,
  items: readonly LabelledPicture[],
  place: AttackPlace,
  settings: AttackGridSettings,
): Promise<AttackedPlace> {
  const options = { ...settings, ...place };
  checkAttackOptions(options);
  const outcomes: AttackOutcome[] = [];
  for (const batch of batches(items)) {
    const pictures = batch.map(({ picture }) => picture as Picture<Uint8Array>);
    const labels = batch.map(({ label }) => label);
    const [images, targets] = [toTensor(pictures), tf.tensor1d(labels, 'int32')];
    try {
      const changed = await attackThroughJpeg(recogniser, images, targets, options);
      const attacked = toPictures(changed);
      changed.dispose();
      const before = await recognised(recogniser, await throughFiles(pictures, options), labels);
      const after = await recognised(recogniser, await throughFiles(attacked, options), labels);
      outcomes.push(...before.map((right, i) => (!right ? 'missed' : after[i] ? 'held' : 'fooled')));
    } finally {
      tf.dispose([images, targets]);
    }
  }
  return { ...place, outcomes };
}
