import type { BdRate } from '@sandwich/evaluation';

/** A lossless picture, in or around an item that is looked at. */
export interface ShownPicture {
  /** `data:` URI. */
  source: string;
  /** Its own size in pixels. */
  width: number;
  height: number;
  /** How many pixels of the item one of its pixels is wide and high: 2 for a bottleneck of half the size. */
  scale: number;
}

/** A picture under the name that its coder gives it. */
export interface NamedView {
  name: string;
  picture: ShownPicture;
}

/** A measure of quality, and how it is shown. */
export interface ShownMeasure {
  key: string;
  label: string;
  /** Such as `dB`. */
  unit?: string;
  /** Which values are better. */
  better: 'more' | 'less';
  /** Digits behind the decimal point. */
  digits: number;
}

/** Values of measures by their keys; null where an item is too small for one. */
export type MeasuredValues = Record<string, number | null>;

/** What a coder made of an item at one setting. */
export interface ShownCoding {
  /** Name of the coder. */
  coder: string;
  setting: string;
  /** Size of the files. */
  bits: number;
  /** The estimate of the proxy that the coder was trained with, where there is one. */
  estimatedBits: number | null;
  measures: MeasuredValues;
  output: ShownPicture;
  /** A line of text about the output, such as the label that a classifier gives it. */
  caption?: string;
  /** Pictures on the way to the output. */
  views: NamedView[];
}

/** What an anchor made of an item at about as many bits as the candidate. */
export interface ShownAnchor extends ShownCoding {
  /** Anchors of one group are one choice that a user has. */
  group: string;
  /** The bits with which the anchor is as good as the candidate in a measure; null where none of its settings is. */
  equalQuality: { measure: string; bits: number | null };
}

/** The candidate at one of its settings, and each anchor at about as many bits. */
export interface ShownComparison {
  candidate: ShownCoding;
  anchors: ShownAnchor[];
}

/** A picture, a clip or a labelled picture, and what became of it. */
export interface ShownItem {
  name: string;
  /** A line of text about it, such as its label. */
  caption?: string;
  width: number;
  height: number;
  /** Denominator of bits per pixel: of a clip the pixels of all of its frames. */
  pixels: number;
  original: ShownPicture;
  /** Pictures that do not depend on the candidate's setting. */
  views: NamedView[];
  comparisons: ShownComparison[];
}

/** One of the pictures of an item: a coder's output, or a view of that coder; without a coder the original, or a view of the item. */
export interface ViewReference {
  coder?: string;
  view?: string;
}

/** Two pictures that are compared. */
export interface ViewPair {
  left: ViewReference;
  right: ViewReference;
}

/** A point of a rate-distortion curve. */
export interface RateCurvePoint {
  setting: string;
  bpp: number;
  /** The estimate of the proxy, where there is one. */
  estimatedBpp: number | null;
  measures: MeasuredValues;
}

/** A rate-distortion curve of the candidate, of an anchor that was measured beside it, or one that was published. */
export interface RateCurve {
  name: string;
  description: string;
  role: 'candidate' | 'anchor' | 'published';
  points: RateCurvePoint[];
}

/** What an evaluation measured. */
export interface ShownResults {
  /** Which items, which checkpoint, which codec, for people. */
  description: string;
  /** The items that the numbers are about, for people. */
  items: string;
  measures: ShownMeasure[];
  /** Curves over all items first, then of each. */
  sets: { name: string; curves: RateCurve[] }[];
  /** Mean differences of the candidate from an anchor in a measure, over a range of rates, bits per pixel. */
  gains: { anchor: string; measure: string; range: readonly [number, number]; mean: number | null }[];
  /** Percent of bits that the candidate needs more (positive) or fewer at the quality that an anchor has at a rate, by measure. */
  rateChanges: { anchor: string; bpp: number; percent: MeasuredValues }[];
  /** Bjontegaard deltas of the candidate against an anchor. */
  bdRates: BdRate[];
}

/** One scalar over a training. */
export interface TrainingCurve {
  key: string;
  label: string;
  /** Shown without being asked for. */
  isMain: boolean;
  /** Without noise, so that there is nothing to smooth. */
  isExact: boolean;
  steps: number[];
  /** Seconds of training, at each of the steps. */
  seconds: number[];
  values: number[];
}

/** Pictures that a training made on its way. */
export interface TrainingPictures {
  /** In the order of the steps. */
  steps: { step: number; views: NamedView[] }[];
  /** Number of steps at which pictures were made; only some are shown. */
  total: number;
}

/** What the page tells of a run in a word or two, such as its engine. */
export interface ShownFact {
  label: string;
  value: string;
}

/** Numbers in rows and columns; see `HeatMap` of the trainer. */
export interface ShownHeatMap {
  title: string;
  rows: readonly (readonly number[])[];
  digits?: number;
  centre?: number;
}

/** Heat maps under one heading. */
export interface ShownHeatMaps {
  title: string;
  maps: readonly ShownHeatMap[];
}

/** Everything there is to see of a run. */
export interface ShownRun {
  /** Tells it from the other runs of the page, in links and legends. */
  id: string;
  title: string;
  /** One line below the title. */
  subtitle: string;
  /** What to know about the run at a glance, in order. */
  facts: ShownFact[];
  /** The resolved configuration, one row a value. */
  configuration: { key: string; value: string }[];
  items: ShownItem[];
  /** Which pictures are compared at first: how they look, and what is lost. */
  firstPairs: { look: ViewPair; difference: ViewPair };
  /** Null where the run has not been evaluated. */
  results: ShownResults | null;
  training: TrainingCurve[];
  /** Null where the run has none. */
  trainingPictures: TrainingPictures | null;
  /** Numbers of the system that are best looked at as a whole, such as its tables. Default none. */
  heatMaps?: readonly ShownHeatMaps[];
  /** What is missing and the command that makes it. */
  notes: { text: string; command?: string }[];
}

/** Everything that the page shows. Texts are plain text: the page escapes them. */
export interface Inspection {
  title: string;
  /** The measures of the items. */
  measures: ShownMeasure[];
  /** At least one. */
  runs: ShownRun[];
}
