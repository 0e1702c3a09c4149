import type { QuantizationTables } from '@sandwich/codecs';
import type { Parameters } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { prefixed } from '../../networks/prefixed.js';
import { fileTables } from '../file-tables.js';
import type { InitialTables } from '../initial-tables.js';
import { JpegTables, type JpegTablesOptions } from '../jpeg-tables.js';
import { Attention, type AttentionName, attentionNetworks } from './attention.js';
import { transposedTables } from './published-tables.js';

/** Ways of the published evaluation that are not what a user gets; all are off by default. */
export interface PublishedEvaluation {
  /** The luma table of files has rows in the place of columns, as the published code hands it to Pillow. */
  transposedLuma: boolean;
  /** Pictures are judged by what steps that are not rounded make of them, while files have whole ones. */
  unroundedTables: boolean;
  /** Bits are those of a file of the decoded picture, which is compressed a second time. */
  recompressedBits: boolean;
}

/** What a `LearnedJpeg` is built from, as plain JSON. */
export interface LearnedJpegArchitecture extends PublishedEvaluation {
  /** See `JpegTables`. */
  scale: NonNullable<JpegTablesOptions['scale']>;
  initial: InitialTables;
  attention: AttentionName | null;
  /** Whether smoothed pictures are pixels of 8 bits that any codec may have, or coefficients that are written as they are. */
  smoothing: 'pixels' | 'coefficients';
  /** Seed of the first weights. */
  seed: number;
}

/** The published training, without attention. */
export const learnedJpegDefaults: LearnedJpegArchitecture = {
  scale: '1e-5',
  initial: { uniform: [1, 2], seed: 1 },
  attention: null,
  smoothing: 'pixels',
  transposedLuma: false,
  unroundedTables: false,
  recompressedBits: false,
  seed: 1,
};

/**
 * JPEG with learned quantisation tables and, if wanted, a network that smooths pictures before they are coded (Strümpler, Yang and Timofte,
 * "Learning to Improve Image Compression without Changing the Standard Decoder", ECCVW 2020). Files are ordinary JPEG of 4:4:4.
 *
 * @example
 * const system = new LearnedJpeg({ attention: 'small', initial: { ramp: 16 } });
 * const { decoded, rate } = codeLearned(system, images);
 */
export class LearnedJpeg implements System<LearnedJpegArchitecture> {
  readonly kind = 'ljpeg';
  readonly architecture: LearnedJpegArchitecture;
  /** `tables/luma`, `tables/chroma` and `attention/...`. */
  readonly parameters: Parameters;
  readonly tables: JpegTables;
  readonly attention?: Attention;

  /** @throws RangeError naming an option and its value that is out of range */
  constructor(options: Partial<LearnedJpegArchitecture> = {}) {
    this.architecture = { ...learnedJpegDefaults, ...options };
    const { scale, initial, attention, smoothing, seed } = this.architecture;
    if (attention !== null && !attentionNetworks.includes(attention))
      throw new RangeError(`LearnedJpeg: attention must be ${attentionNetworks.join(', ')} or null, got ${attention}`);
    if (smoothing !== 'pixels' && smoothing !== 'coefficients')
      throw new RangeError(`LearnedJpeg: smoothing must be pixels or coefficients, got ${smoothing}`);
    this.tables = new JpegTables({ scale, initial, subsampling: '4:4:4' });
    if (attention !== null) this.attention = new Attention(attention, seed);
    this.parameters = {
      ...prefixed('tables', this.tables.parameters),
      ...(this.attention && prefixed('attention', this.attention.parameters)),
    };
  }

  /**
   * Tables for files.
   *
   * @param stepScale factor on all steps before they are rounded. Default 1
   */
  fileTables(stepScale = 1): QuantizationTables {
    const tables = fileTables(this.tables.stepValues(), stepScale);
    return this.architecture.transposedLuma ? { ...tables, luma: transposedTables(tables).luma } : tables;
  }

  /** Frees tables and networks. */
  dispose(): void {
    this.tables.dispose();
    this.attention?.dispose();
  }
}
