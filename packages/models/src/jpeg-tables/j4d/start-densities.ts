import type { QuantizationTables } from '@sandwich/codecs';
import type { LabelledPictures } from '@sandwich/data';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import type { LearnedDensities } from '../learned-densities.js';
import { countLevels, type LevelCounts, sumOfCounts } from '../level-counts.js';
import { picturePlanes } from '../picture-planes.js';

/** Pictures from which densities begin. */
const MOST = 100;
const STEPS = 40;

/** Lets densities learn how often each level occurs in pictures with the tables from which a training starts, so that they know it before tables move. */
export async function startDensities(
  densities: LearnedDensities,
  tables: QuantizationTables,
  pictures: LabelledPictures,
): Promise<void> {
  let counted: LevelCounts[] | undefined;
  for (let i = 0; i < Math.min(pictures.labels.length, MOST); i++) {
    const picture = (await pictures.picture(i)) as Picture<Uint8Array>;
    tf.tidy(() => {
      const own = picturePlanes(picture, tables).levels.map(countLevels);
      counted = counted?.map((sum, plane) => sumOfCounts([sum, own[plane]])) ?? own;
    });
  }
  await densities.train([counted!], STEPS);
}
