import type { ShownMeasure } from '@sandwich/inspector';
import { knownMeasures } from '../evaluation/known-measures.js';
import type { Measure } from '../evaluation/metric.js';

const DECIBELS = ' dB';

/** A measure as the page shows it. */
export const shownMeasure = ({ key, label, digits, lessIsBetter }: Measure): ShownMeasure => ({
  key,
  label: label.replace(DECIBELS, ''),
  ...(label.includes(DECIBELS) && { unit: 'dB' }),
  better: lessIsBetter ? 'less' : 'more',
  digits,
});

/** Measures that results name by their keys. One that is not known is called by its key, and more of it taken to be better. */
export const describeMeasures = (keys: readonly string[]): ShownMeasure[] =>
  keys.map((key) => shownMeasure(knownMeasures.find((known) => known.key === key) ?? { key, label: key, digits: 4 }));
