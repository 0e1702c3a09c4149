import type { Columns, Curve } from '../curves/curve.js';
import type { MeasureDescription } from '../measure.js';
import type { BdRate } from './bd-rates.js';
import type { GroupGain } from './gains.js';
import type { RateChange } from './rate-changes.js';

/** What a coder made of one item, a value a setting. */
export interface ItemResults {
  /** Name of the item. */
  item: string;
  results: Columns;
}

/** What was measured of a coder: its curve over all items, and the values of each. */
export interface CoderResults extends Curve {
  /** See `Coder`; results of older versions have none. */
  key?: string;
  /** What the best of several anchors is called in comparisons; the candidate has none. */
  group?: string;
  /** See `Coder`; results of older versions do not say it. */
  networks?: number;
  /** Settings of the coder, one a point. */
  settings: string[];
  items: ItemResults[];
}

/** What was measured, for people, and for those who ask whether two results are of the same. */
export interface Circumstances {
  /** Which items. */
  items: string;
  /** Bits per sample of the items, to which PSNR refers. */
  bitDepth?: number;
  /** Where the candidate is from: a directory, the name of a file of weights in it, and the steps that these have seen. */
  run?: string;
  checkpoint?: string;
  step?: number;
  /** The real codec around which the candidate was measured. */
  codec?: MeasuredCodec;
}

/** A real codec in results. */
export interface MeasuredCodec {
  /** Such as `jpeg`. */
  name: string;
  /** How it is called, such as `JPEG`. */
  format: string;
  /** One line: the format, and what lies in its files. */
  description: string;
  /** Versions and settings, all but what differs from point to point. */
  settings: Record<string, string | number | boolean>;
}

/** A candidate measured beside its anchors: what `results.json` holds. */
export interface Results extends Circumstances {
  version: 2;
  /** Bits per pixel between which gains and rate changes are given. */
  range: readonly [low: number, high: number];
  measures: MeasureDescription[];
  candidate: CoderResults;
  anchors: CoderResults[];
  /** Group of the anchors that a user would choose instead of the candidate; null where there are no anchors. */
  reference: string | null;
  /** Published curves that it was compared with. */
  compared: Curve[];
  /** One a group of anchors and measure. */
  gains: GroupGain[];
  /** One an anchor or published curve, and measure. */
  bdRates: BdRate[];
  /** Some a group of anchors. */
  rateChanges: RateChange[];
}

/** The group that an anchor belongs to. */
export const groupOf = ({ group, name }: { group?: string; name: string }): string => group ?? name;

/** Groups of anchors, the reference before the others. */
export function groupsOf({ anchors, reference }: Pick<Results, 'anchors' | 'reference'>): string[] {
  const groups = [...new Set(anchors.map(groupOf))];
  return [...groups.filter((group) => group === reference), ...groups.filter((group) => group !== reference)];
}

/** Anchors, those of the reference before the others. */
export const anchorsOf = (results: Pick<Results, 'anchors' | 'reference'>): CoderResults[] =>
  groupsOf(results).flatMap((group) => results.anchors.filter((anchor) => groupOf(anchor) === group));
