/** What a measure's values are called, and which of them are better. */
export interface MeasureDescription {
  /** In results, such as `psnr-rgb`. */
  key: string;
  label: string;
  better: 'more' | 'less';
  /** Behind the decimal point, for people. */
  digits: number;
  /** Such as dB. */
  unit?: string;
  /** Its value for the items themselves where that is not the best there is, such as the accuracy of a classifier without compression. */
  uncompressed?: number;
}

/** A number that says how good the outputs of coders are: a mean over items, or one that is made of all of them, such as mean IoU. */
export interface Measure<Item> extends MeasureDescription {
  /** Files that decide its values, such as weights: what was measured with others is no longer valid. Default none. */
  readonly files?: readonly string[];
  /**
   * What the measure needs of each output of an item, a list of numbers each; null where the item allows none. The outputs of several settings
   * are given together, so that work on the item itself is done once.
   */
  perItem(item: Item, outputs: readonly Item[]): Promise<(number[] | null)[]>;
  /** The measure of a set of items from what it needs of each. */
  aggregate(items: readonly number[][]): number;
  /** Frees what it has loaded. */
  dispose?(): void | Promise<void>;
}

/** A measure without what computes it, as results hold it. */
export const describeMeasure = ({
  key,
  label,
  better,
  digits,
  unit,
  uncompressed,
}: MeasureDescription): MeasureDescription => ({
  key,
  label,
  better,
  digits,
  ...(unit !== undefined && { unit }),
  ...(uncompressed !== undefined && { uncompressed }),
});
