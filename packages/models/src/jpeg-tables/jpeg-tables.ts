import { clipToBounds } from '@sandwich/codec-proxy';
import { type QuantizationTables, type Subsampling, subsamplings } from '@sandwich/codecs';
import { type Parameters, tf } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { fileTables } from './file-tables.js';
import { type InitialTables, initialSteps } from './initial-tables.js';
import { LearnedDensities } from './learned-densities.js';

/** Options of `JpegTables`. */
export interface JpegTablesOptions {
  /**
   * How steps are kept: as their logarithms, so that those of all sizes change by the same factors, the default; as they are; or as 1e-5 of them,
   * as LearnedJPEG keeps them, so that Adam at a rate of 1e-6 moves a step by 0.1.
   */
  scale?: (typeof tableScales)[number];
  /** Chroma of the files. Default 4:4:4. */
  subsampling?: Subsampling;
  /** Tables from which training starts. Default: the best ramp of step 16 at DC. */
  initial?: InitialTables;
  /** Whether densities of the levels are learned with the tables, for a rate of theirs: only training has use for them. Default no. */
  densities?: boolean;
}

/** How steps can be kept. */
export const tableScales = ['log', 'linear', '1e-5'] as const;

/** The options of `JpegTables`, complete, as plain JSON. */
export type JpegTablesArchitecture = Required<Omit<JpegTablesOptions, 'densities'>> &
  Pick<JpegTablesOptions, 'densities'>;

/** Tables of luma and chroma, each [8, 8], by vertical and then horizontal frequency. */
export type TableValues = Record<'luma' | 'chroma', tf.Tensor2D>;

/** The variables of `JpegTables`. */
export type TableVariables = Record<keyof TableValues, tf.Variable<tf.Rank.R2>>;

const SMALLEST_STEP = 1;
const LARGEST_STEP = 255;

/**
 * The quantisation tables of luma and chroma of JPEG files, to be learned.
 *
 * @example
 * const system = new JpegTables({ initial: { quality: 50 }, subsampling: '4:2:0' });
 * const { luma, chroma } = system.steps(); // for a differentiable JPEG
 * const tables = system.fileTables(); // for encodeJpeg
 */
export class JpegTables implements System<JpegTablesArchitecture> {
  readonly kind = 'jpeg-tables';
  readonly architecture: JpegTablesArchitecture;
  readonly parameters: TableVariables & Parameters;
  /** The range of the parameters, in which steps are 1 to 255: for `project` or `clip`. */
  readonly range: readonly [low: number, high: number];
  /** Their parameters are `densities/…` of the system's. */
  readonly densities?: LearnedDensities;

  /** @throws RangeError naming an option and its value that is out of range */
  constructor(options: JpegTablesOptions = {}) {
    const { scale = 'log', subsampling = '4:4:4', initial = { ramp: 16 }, densities = false } = options;
    assertWord('scale', scale, tableScales);
    assertWord('subsampling', subsampling, subsamplings);
    this.architecture = { scale, subsampling, initial, ...(densities && { densities }) };
    const kept = (step: number) => (scale === 'log' ? Math.log(step) : scale === '1e-5' ? 1e-5 * step : step);
    this.range = [kept(SMALLEST_STEP), kept(LARGEST_STEP)];
    const { luma, chroma } = initialSteps(initial);
    const variable = (table: ArrayLike<number>) =>
      tf.tidy(() => tf.variable(tf.tensor2d(Float32Array.from(table, kept), [8, 8])));
    if (densities) this.densities = new LearnedDensities();
    const learned = Object.entries(this.densities?.parameters ?? {}).map(([path, each]) => [`densities/${path}`, each]);
    this.parameters = { luma: variable(luma), chroma: variable(chroma), ...Object.fromEntries(learned) };
  }

  /**
   * The steps as they are now, clipped to [1, 255] and not rounded; differentiable.
   *
   * @param parameters in the place of the system's own
   * @returns each [8, 8]
   */
  steps(parameters: TableValues = this.parameters): TableValues {
    const { scale } = this.architecture;
    const whole = (kept: tf.Tensor2D): tf.Tensor2D =>
      scale === 'log' ? tf.exp(kept) : scale === '1e-5' ? tf.mul(kept, 1e5) : kept;
    const step = (kept: tf.Tensor2D) =>
      tf.tidy(() => clipToBounds<tf.Tensor2D>(whole(kept), SMALLEST_STEP, LARGEST_STEP));
    return { luma: step(parameters.luma), chroma: step(parameters.chroma) };
  }

  /** The steps as numbers, row by row, not rounded. */
  stepValues(): QuantizationTables {
    const { luma, chroma } = this.steps();
    const values = { luma: luma.dataSync<'float32'>(), chroma: chroma.dataSync<'float32'>() };
    tf.dispose([luma, chroma]);
    return values;
  }

  /**
   * Tables for files.
   *
   * @param stepScale factor on all steps before they are rounded, positive. Default 1
   * @returns whole numbers of 1 to 255
   */
  fileTables(stepScale = 1): QuantizationTables {
    return fileTables(this.stepValues(), stepScale);
  }

  /** Frees the variables. */
  dispose(): void {
    tf.dispose([this.parameters.luma, this.parameters.chroma]);
    this.densities?.dispose();
  }
}

function assertWord(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new RangeError(`JpegTables: ${name} must be ${known.slice(0, -1).join(', ')} or ${known.at(-1)}, got ${value}`);
}
