import type { Picture } from '@sandwich/pictures';
import { describeMeasure, type Measure } from '../measure.js';

/** A measure of other items that needs the same of them, otherwise got. */
const through = <Item>(measure: Measure<Picture>, perItem: Measure<Item>['perItem']): Measure<Item> => ({
  ...describeMeasure(measure),
  files: measure.files,
  perItem,
  aggregate: (items) => measure.aggregate(items),
  dispose: () => measure.dispose?.(),
});

/**
 * A measure of pictures as one of items that hold a picture, such as labelled ones.
 *
 * @example
 * const psnr = ofPicture(meanPsnr, ({ picture }: LabelledPicture) => picture);
 */
export function ofPicture<Item>(measure: Measure<Picture>, pictureOf: (item: Item) => Picture): Measure<Item> {
  return through(measure, (item, outputs) => measure.perItem(pictureOf(item), outputs.map(pictureOf)));
}

const meanOf = (rows: readonly number[][]): number[] =>
  rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);

/**
 * A measure of pictures as one of items that hold several, such as clips: what it needs of an item is the mean over its pictures.
 *
 * @throws RangeError when an output has another number of pictures than the item
 */
export function ofPictures<Item>(
  measure: Measure<Picture>,
  picturesOf: (item: Item) => readonly Picture[],
): Measure<Item> {
  return through(measure, async (item, outputs) => {
    const originals = picturesOf(item);
    const pictures = outputs.map(picturesOf);
    const other = pictures.find(({ length }) => length !== originals.length);
    if (other) throw new RangeError(`${measure.key}: ${originals.length} pictures came back as ${other.length}`);
    const byPicture: (number[] | null)[][] = [];
    for (const [i, original] of originals.entries()) {
      const own = pictures.map((each) => each[i]);
      byPicture.push(await measure.perItem(original, own));
    }
    return outputs.map((_, k) => {
      const rows = byPicture.map((values) => values[k]);
      return rows.length === 0 || rows.includes(null) ? null : meanOf(rows as number[][]);
    });
  });
}
