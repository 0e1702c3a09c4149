import type { Picture } from '@sandwich/pictures';
import { describeMeasure, type Measure } from '../measure.js';
import type { LabelledPicture } from './accuracy.js';

const PREFIX = 'accuracy-';

/** The key of the accuracy of a recogniser in results, such as `accuracy-resnet20`. */
export const recognitionKey = (recogniser: string): string => `${PREFIX}${recogniser}`;

/** Whether a key of results is that of an accuracy. */
export const isRecognitionKey = (key: string): boolean => key.startsWith(PREFIX);

/**
 * The accuracy of a recogniser in percent, for coders of pictures without labels: labels are known by the picture itself.
 *
 * @param recogniser its name, and its measures, of which the first is the share of pictures that it knows
 * @param labels of every item that will be measured; the very objects, not copies
 * @throws Error for an item without a label
 */
export function recognitionMeasure(
  { name, measures: [share] }: { name: string; measures: readonly Measure<LabelledPicture>[] },
  labels: ReadonlyMap<Picture, number>,
): Measure<Picture> {
  return {
    ...describeMeasure(share),
    key: recognitionKey(name),
    label: `accuracy of ${name}`,
    digits: 1,
    unit: '%',
    perItem(picture, outputs) {
      const label = labels.get(picture);
      if (label === undefined) throw new Error(`${recognitionKey(name)}: a picture has no label`);
      return share.perItem(
        { picture, label },
        outputs.map((output) => ({ picture: output, label })),
      );
    },
    aggregate: (items) => 100 * share.aggregate(items),
  };
}
