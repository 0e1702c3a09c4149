import { toPictures, toTensor } from '@sandwich/codec-proxy';
import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { LabelledPicture } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import { checkLabels } from '../classifiers/check-labels.js';
import { inBatches } from '../classifiers/in-batches.js';
import type { Recogniser } from '../classifiers/recogniser.js';
import { type AttackMethod, attackThroughJpeg } from './attack-through-jpeg.js';
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

/** Whether a recogniser knows each of some pictures of one size in real JPEG files of them. */
async function recognised(
  recogniser: Recogniser,
  pictures: readonly Picture<Uint8Array>[],
  labels: readonly number[],
  jpeg: Pick<AttackedJpeg, 'quality' | 'subsampling'>,
): Promise<boolean[]> {
  const decoded = await throughFiles(pictures, jpeg);
  const found = tf.tidy(() => tf.argMax(recogniser.apply(toTensor(decoded)), 1));
  const classes = await found.data();
  found.dispose();
  return labels.map((label, i) => classes[i] === label);
}

const picturesOf = (batch: readonly LabelledPicture[]) => batch.map(({ picture }) => picture as Picture<Uint8Array>);
const labelsOf = (batch: readonly LabelledPicture[]) => batch.map(({ label }) => label);

/**
 * Whether a recogniser knows pictures in real JPEG files of them, before any attack.
 *
 * @param items RGB of 8 bits, with the labels of their classes
 * @throws RangeError for a label that is no class of the recogniser
 */
export async function recognisedInFiles(
  recogniser: Recogniser,
  items: readonly LabelledPicture[],
  jpeg: Pick<AttackedJpeg, 'quality' | 'subsampling'>,
): Promise<boolean[]> {
  const labels = labelsOf(items);
  checkLabels(recogniser, labels);
  const right: boolean[] = [];
  for (const batch of inBatches(picturesOf(items), PIXELS_AT_ONCE)) {
    const known = labels.slice(right.length, right.length + batch.length);
    right.push(...(await recognised(recogniser, batch, known, jpeg)));
  }
  return right;
}

/**
 * Attacks pictures at one place of a grid, and looks at what the recogniser makes of real JPEG files of what came out. Pictures that it does not
 * know even without an attack are left alone.
 *
 * @param items RGB of 8 bits, with the labels of their classes
 * @param before what `recognisedInFiles` says of them at that quality
 * @throws RangeError naming what is out of range
 */
export async function attackAt(
  recogniser: Recogniser,
  items: readonly LabelledPicture[],
  before: readonly boolean[],
  place: AttackPlace,
  settings: AttackGridSettings,
): Promise<AttackedPlace> {
  const options = { ...settings, ...place };
  const known = items.filter((_, i) => before[i]);
  const after: boolean[] = [];
  for (const batch of inBatches(picturesOf(known), PIXELS_AT_ONCE)) {
    const labels = labelsOf(known.slice(after.length, after.length + batch.length));
    const [images, targets] = [toTensor(batch), tf.tensor1d(labels, 'int32')];
    try {
      const changed = await attackThroughJpeg(recogniser, images, targets, options);
      const attacked = toPictures(changed);
      changed.dispose();
      after.push(...(await recognised(recogniser, attacked, labels, options)));
    } finally {
      tf.dispose([images, targets]);
    }
  }
  let next = 0;
  return { ...place, outcomes: before.map((right) => (!right ? 'missed' : after[next++] ? 'held' : 'fooled')) };
}
