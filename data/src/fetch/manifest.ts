import { readFileSync } from 'node:fs';

/** One file of a data set. */
export interface DatasetFile {
  name: string;
  /** http or https. */
  address: string;
  /** Hash of the file's bytes, in lower-case hexadecimal. */
  sha256: string;
}

/** A public data set. */
export interface Dataset {
  title: string;
  homepage: string;
  licence: string;
  /** What the images may be used for here: those of 'evaluation' are never trained on. */
  split: 'training' | 'evaluation';
  files: DatasetFile[];
}

/**
 * The public data sets known by name, as `manifest.json` lists them.
 *
 * The checksums of `kodak` are those of the files whose joint SHA-1, over all 24 in order, is
 * 076e2a5fd4515b5fda677f15fe63dd112d266bc5, the value that NeuralCompression's Kodak loader checks.
 */
export const manifest: Readonly<Record<string, Dataset>> = JSON.parse(
  readFileSync(new URL('../../manifest.json', import.meta.url), 'utf8'),
);
