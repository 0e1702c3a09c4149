/** A lossless picture, in or around an image that is looked at. */
export interface ShownPicture {
  /** `data:` URI. */
  source: string;
  /** In its own pixels. */
  width: number;
  height: number;
  /** How many pixels of the image one of its own is wide and high: 2 for a bottleneck of half the size. */
  scale: number;
}

/** How a measure of quality is called and shown. */
export interface MeasureDescription {
  key: string;
  label: string;
  /** Behind the decimal point. */
  digits: number;
  lessIsBetter?: boolean;
}

/** Values of measures by their keys; null where an image is too small for one. */
export type MeasuredValues = Record<string, number | null>;

/** What one system made of an image at one setting of its codec. */
export interface ShownCoding {
  /** Of the system. */
  name: string;
  setting: string;
  /** Bits of the files a pixel of the image. */
  bpp: number;
  /** The estimate of the proxy, where there is one. */
  estimatedBpp: number | null;
  measures: MeasuredValues;
  picture: ShownPicture;
}

/** The sandwich at one setting, and the codec without networks at about as many bits. */
export interface ShownRate {
  sandwich: ShownCoding;
  compressedBottleneck: ShownPicture;
  plain: ShownCoding;
}

/** An image, what the pre-processor made of it, and what came of that at each of the settings. */
export interface ShownImage {
  name: string;
  width: number;
  height: number;
  original: ShownPicture;
  bottleneck: ShownPicture;
  rates: ShownRate[];
}

/** A point of a rate-distortion curve. */
export interface RateCurvePoint {
  setting: string;
  bpp: number;
  /** The estimate of the proxy, where there is one. */
  estimatedBpp: number | null;
  measures: MeasuredValues;
}

/** A rate-distortion curve. */
export interface RateCurve {
  name: string;
  description: string;
  points: RateCurvePoint[];
}

/** What an evaluation measured. */
export interface RateResults {
  /** Which images, which checkpoint, which codec: for people. */
  description: string;
  measures: MeasureDescription[];
  /** Curves of the means first, then of each image; the sandwich is the first system. */
  sets: { name: string; curves: RateCurve[] }[];
  /** The images of which these numbers are. */
  images: string;
  /** Mean gains in a PSNR, dB, over the better plain codec of a kind in a range of rates. */
  gains: { anchor: string; label: string; range: readonly [number, number]; mean: number | null }[];
  /** Bjontegaard delta rates of the sandwich, percent, and what part of the qualities both curves share, if that is known. */
  bdRates: { anchor: string; measure: string; percent: number | null; overlap: number | null; notes: string[] }[];
}

/** One scalar over a training. */
export interface TrainingCurve {
  key: string;
  steps: number[];
  /** Of training, at each of the steps. */
  seconds: number[];
  values: number[];
}

/** Everything that the page shows. Texts are plain text: the page escapes them. */
export interface Inspection {
  title: string;
  /** One line below the title. */
  subtitle: string;
  /** What to know about the run at a glance, in order. */
  facts: { label: string; value: string }[];
  /** The resolved configuration, one row a value. */
  configuration: { key: string; value: string }[];
  /** How the measures of `images` are called. */
  measures: MeasureDescription[];
  images: ShownImage[];
  /** Null where the run has not been evaluated. */
  results: RateResults | null;
  training: TrainingCurve[];
  /** What is missing and the command that makes it. */
  notes: { text: string; command?: string }[];
}
