import { annexKTables, type QuantizationTables, subsamplings } from '@sandwich/codecs';
import { type Parameters, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { assertStepScale } from '../assert-step-scale.js';
import type { CodecFiles, CodedTensors, DifferentiableCodec } from '../codec.js';
import { nameOfRateModel } from '../rate/named-rate-models.js';
import type { RateModel } from '../rate/rate-models.js';
import { bottleneckBits } from '../real/bottleneck-files.js';
import { nameOfRounding } from '../rounding/roundings.js';
import { clipToBounds } from '../rounding/soft-steps.js';
import { BLOCK_AREA, BLOCK_SIZE } from '../transforms/dct.js';
import { diffJpegWithRate } from './diff-jpeg.js';
import {
  type DiffJpegCodecDescription,
  type DiffJpegCodecOptions,
  diffJpegName,
  type LearnedByDiffJpeg,
} from './diff-jpeg-codec-options.js';
import { scaledTable } from './diff-jpeg-file.js';
import { defaultRounding, stepsAtQuality } from './diff-jpeg-model.js';

/** Ranges of what is learned. */
const RANGES: Record<LearnedByDiffJpeg, [number, number]> = { quality: [1, 100], tableY: [1, 255], tableC: [1, 255] };

/**
 * `diffJpegWithRate` as the codec of a sandwich: JPEG whose quality and quantisation tables are fixed or learned together with the
 * networks (Reich et al., "Differentiable JPEG: The Devil is in the Details"). It codes images of one channel, in grayscale, and of three.
 *
 * What is learned is kept as the logarithm of a factor on the value given, 0 at first, so that entries of all sizes move by the same
 * factors; what comes out stays within 1 to 100 for the quality, and 1 to 255 for tables, which are those of a quality of 50.
 *
 * @example
 * const proxy = new DiffJpegCodec({ quality: 40, learn: ['tableY', 'tableC'], rounding: roundings.ste, subsampling: '4:4:4' });
 * const model = new Sandwich({ bottleneckChannels: 3, proxy }); // parameters proxy/tableY and proxy/tableC
 */
export class DiffJpegCodec implements DifferentiableCodec {
  /** Logarithms of the factors that are learned: `quality`, [], `tableY` and `tableC`, [8, 8]. */
  readonly parameters: Parameters;
  readonly knobs: readonly string[] = ['stepScale'];
  /** Files with these tables at this quality. */
  readonly files: Required<Omit<CodecFiles, 'flatStep'>>;
  private readonly options: Required<Omit<DiffJpegCodecOptions, 'rateModel'>> & { rateModel?: RateModel };

  /** @throws RangeError naming an option and its value that is out of range */
  constructor(options: DiffJpegCodecOptions = {}) {
    const { ste = true, gradient = 'rounding', learn = [], quality = 50, subsampling = '4:2:0' } = options;
    const { tableY = annexKTables.luma, tableC = annexKTables.chroma } = options;
    assertLearned(learn);
    assertChoice('subsampling', subsampling, subsamplings);
    assertElements('quality', [quality], 1);
    assertElements('tableY', tableY, BLOCK_AREA);
    assertElements('tableC', tableC, BLOCK_AREA);
    this.options = {
      quality,
      tableY: Array.from(tableY),
      tableC: Array.from(tableC),
      learn: [...learn],
      subsampling,
      ste,
      gradient,
      rounding: options.rounding ?? defaultRounding({ gradient, ste }),
      rateOf: options.rateOf ?? 'rounded',
      ...(options.rateModel && { rateModel: options.rateModel }),
      chromaFilter: options.chromaFilter ?? 'antialiased',
      arithmetic: options.arithmetic ?? 'real',
      qualityGradient: options.qualityGradient ?? 'identity',
      forward: options.forward ?? 'proxy',
    };
    const variable = (name: LearnedByDiffJpeg) => tf.tidy(() => tf.variable(tf.zerosLike(this.initial(name))));
    this.parameters = Object.fromEntries(learn.map((name) => [name, variable(name)]));
    const layout = { convertToYuv: true, downsampleChroma: subsampling === '4:2:0', subsampling };
    this.files = {
      layout,
      tables: (stepScale) => this.tables(stepScale),
      estimateBits: (image, stepScale) => this.estimateBits(image, stepScale),
    };
  }

  /** @throws RangeError for other numbers of channels than 1 and 3 */
  blockSize(channels: number): number {
    if (channels !== 1 && channels !== 3) {
      throw new RangeError(`DiffJpegCodec codes images of 1 or 3 channels, got ${channels}`);
    }
    return channels === 1 || this.options.subsampling === '4:4:4' ? BLOCK_SIZE : 2 * BLOCK_SIZE;
  }

  describe(): DiffJpegCodecDescription {
    const { rounding, rateModel, tableY, tableC, learn, ...options } = this.options;
    return {
      codec: diffJpegName,
      ...options,
      rounding: nameOfRounding(rounding),
      ...(rateModel && { rateModel: nameOfRateModel(rateModel) }),
      learn: [...learn],
      tableY: Array.from(tableY),
      tableC: Array.from(tableC),
    };
  }

  /**
   * `diffJpegWithRate` at the present quality and tables.
   *
   * @param images [B, H, W, 3] or [B, H, W, 1], in [0, 255], of any size
   * @param knobs `stepScale`: factor on both tables
   * @throws RangeError when images have another shape, or the factor is not positive
   */
  apply(images: tf.Tensor4D, { stepScale = 1 }: { stepScale?: tf.Scalar | number } = {}): CodedTensors {
    assertStepScale('DiffJpegCodec.apply', stepScale);
    const { tableY, tableC, quality, learn, ...options } = this.options;
    return tf.tidy(() => {
      const qualities = tf.tile(this.present('quality').reshape([1]), [images.shape[0]]);
      const tables = {
        tableY: this.present('tableY').mul<tf.Tensor2D>(stepScale),
        tableC: this.present('tableC').mul<tf.Tensor2D>(stepScale),
      };
      // Scaled tables may leave the range that `diffJpeg` asks of its caller's; it clips the steps that it makes of them.
      return diffJpegWithRate(images, qualities as tf.Tensor1D, { ...options, ...tables, check: false });
    });
  }

  /** The step of luma, as `tableStep` has it of the tables that files hold. */
  quantizerStep({ stepScale = 1 }: { stepScale?: tf.Scalar | number } = {}): tf.Scalar {
    assertStepScale('DiffJpegCodec.quantizerStep', stepScale);
    return tf.tidy(() => {
      const { ste, qualityGradient } = this.options;
      const table = this.present('tableY').mul(stepScale);
      const steps = stepsAtQuality(table, this.present('quality').reshape([1]), { ste, qualityGradient });
      return tf.reciprocal(tf.mean<tf.Scalar>(tf.reciprocal(steps)));
    });
  }

  /** What is learned: the quality, and means of the tables that files have. */
  status(): Record<string, number> {
    const { learn } = this.options;
    const mean = (table: ArrayLike<number>) => Array.from(table).reduce((sum, step) => sum + step) / BLOCK_AREA;
    const { luma, chroma } = this.tables();
    return {
      ...(learn.includes('quality') && { quality: this.value('quality')[0] }),
      ...(learn.length > 0 && { meanStepY: mean(luma), meanStepC: mean(chroma) }),
    };
  }

  /** Releases the variables. */
  dispose(): void {
    tf.dispose(Object.values(this.parameters));
  }

  /** As files hold them at the present quality. */
  private tables(stepScale = 1): QuantizationTables {
    assertStepScale('DiffJpegCodec.files.tables', stepScale);
    const [quality] = this.value('quality');
    const scaled = (name: 'tableY' | 'tableC') => scaledTable(this.value(name, stepScale), 0, quality);
    return { luma: scaled('tableY'), chroma: scaled('tableC') };
  }

  private estimateBits(image: Picture<Uint8Array, number>, stepScale?: number): number {
    const { channels } = image;
    const options = { ...this.files.layout, tables: this.tables(stepScale) };
    return bottleneckBits(image, { start: 0, count: channels }, options);
  }

  private value(name: LearnedByDiffJpeg, factor = 1): Float32Array {
    return tf.tidy(() => this.present(name).mul(factor).dataSync<'float32'>());
  }

  /** The quality or a table as it is now, within its range. */
  private present(name: LearnedByDiffJpeg): tf.Tensor {
    const logarithm = this.parameters[name];
    if (!logarithm) return this.initial(name);
    const [low, high] = RANGES[name];
    return clipToBounds(this.initial(name).mul(tf.exp(logarithm)), low, high);
  }

  private initial(name: LearnedByDiffJpeg): tf.Tensor {
    const { quality, [name as 'tableY' | 'tableC']: table } = this.options;
    return name === 'quality' ? tf.scalar(quality) : tf.tensor2d(Float32Array.from(table), [BLOCK_SIZE, BLOCK_SIZE]);
  }
}

function assertLearned(learn: readonly LearnedByDiffJpeg[]): void {
  for (const name of learn) assertChoice('learn', name, Object.keys(RANGES));
}

function assertChoice(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) {
    throw new RangeError(
      `DiffJpegCodec: ${name} must be ${known.slice(0, -1).join(', ')} or ${known.at(-1)}, got ${value}`,
    );
  }
}

/** Checks the quality or a table. */
function assertElements(name: LearnedByDiffJpeg, values: ArrayLike<number>, count: number): void {
  const [low, high] = RANGES[name];
  if (values.length !== count)
    throw new RangeError(`DiffJpegCodec: ${name} must have ${count} entries, got ${values.length}`);
  const wrong = Array.from(values).findIndex((value) => !(value >= low && value <= high));
  if (wrong >= 0) {
    const place = count === 1 ? '' : `[${wrong}]`;
    throw new RangeError(`DiffJpegCodec: ${name}${place} must be ${low} to ${high}, got ${values[wrong]}`);
  }
}
