import type { MeasureDescription } from '@sandwich/inspector';
import { knownMeasures } from '../evaluation/known-measures.js';

/** How measures that results name by their keys are called and shown; one that is not known by its key. */
export const describeMeasures = (keys: readonly string[]): MeasureDescription[] =>
  keys.map((key) => knownMeasures.find((known) => known.key === key) ?? { key, label: key, digits: 4 });
