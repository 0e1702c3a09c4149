import type { Picture } from '@sandwich/pictures';

/** A number that a metric gives an image, and how it is shown. */
export interface Measure {
  /** In results, CompressAI's name where it has one. */
  key: string;
  label: string;
  /** Behind the decimal point, in tables. */
  digits: number;
  /** A distance rather than a quality. */
  lessIsBetter?: boolean;
}

/** Compares pictures, of 8 bits if nothing else is said, with their original; one may give several measures that share work. */
export interface Metric<P extends Picture = Picture<Uint8Array>> {
  measures: readonly Measure[];
  /** For each measure one value a picture, or null where the pictures are too small for it. */
  measure(original: P, pictures: readonly P[]): Promise<Record<string, (number | null)[]>>;
  /** Frees what the metric holds. */
  release?(): Promise<void>;
}
