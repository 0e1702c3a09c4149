import type { Measure, NamedItem } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';

/** What runs are judged on. */
export interface JudgedItems {
  items: NamedItem<Picture>[];
  /** Which pictures, for people. */
  description: string;
  /** Measures that belong to these pictures, such as accuracies by their labels. They own what they measure with. */
  measures: Measure<Picture>[];
}

/** Tells which pictures of a set are judged: how many, where that is fewer than all, and what part of each, where that is the middle. */
export function describeItems(set: string, { judged, all, crop }: { judged: number; all: number; crop?: number }) {
  const some = judged < all ? `${judged} of ` : '';
  const middle = crop === undefined ? '' : `, the middle ${crop} x ${crop}`;
  return `${some}${set}${middle}`;
}
