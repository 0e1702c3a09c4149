import { flatTables, simulateJpeg } from '@sandwich/codecs';
import { computeOnHost, type Parameters, tf, warnOfUnitRange } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { assertStepScale } from '../assert-step-scale.js';
import type { CodecFiles, CodedTensors, DifferentiableCodec } from '../codec.js';
import { straightThrough } from '../custom-gradient.js';
import { nameOfRateModel } from '../rate/named-rate-models.js';
import { gaussianRate, jpegRate, type RateModel } from '../rate/rate-models.js';
import { type RateOf, unroundedRate } from '../rate/unrounded-rate.js';
import { bottleneckBits, type ChannelGroup, channelGroups, jpegOptions } from '../real/bottleneck-files.js';
import { codeRealGroup } from '../real/code-real-group.js';
import { type CodecForward, codeWith, replaceValues } from '../real/real-forward.js';
import { codecThread, type RealCodec } from '../real/start-real-codec.js';
import { projectedLevels } from '../rounding/gradient-projection.js';
import { nameOfRounding, type RoundingFn, roundings } from '../rounding/roundings.js';
import { splitChannels } from '../split-channels.js';
import { separatePictures } from '../tensor-pictures.js';
import { BLOCK_SIZE } from '../transforms/dct.js';
import {
  type ApplyOptions,
  type EncodeDecodeIntraDescription,
  type EncodeDecodeIntraOptions,
  encodeDecodeIntraName,
  type NamedForward,
} from './encode-decode-intra-options.js';
import { JpegProxy } from './jpeg-proxy.js';
import { publishedGradient } from './proxy-gradient.js';

/**
 * Differentiable stand-in for a still-image codec: codes and decodes images, and says what they cost
 * (sandwiched compression, `EncodeDecodeIntra` of the published code).
 *
 * A step D quantises all DCT coefficients, `Q(c) = round(c / D) * D`, and
 * `D = elu(qstep, 0.01) + minQstep` with `elu(x, a) = x` for positive x and `a (e^x - 1)` for others.
 *
 * Channels are coded three at a time, each group on its own, and rates are summed. The published code fills the last
 * group up with zero channels, codes these too, and counts their constant bits (and, in 4:2:0 without YUV, those of
 * the zeros that fill the halved planes up to full size). Nothing of this is counted here: a bottleneck of one channel
 * costs one grayscale file. The channels themselves decode to the same values, except that with `convertToYuv` a group
 * of one or two is not converted: it is not RGB.
 *
 * @example
 * const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 20, minQstep: 1 });
 * const { decoded, rate } = proxy.apply(images); // [B, H, W, C] in [0, 255], and bits an image, [B]
 */
export class EncodeDecodeIntra implements DifferentiableCodec {
  /** `qstep`, the variable behind the step; nothing when `trainQstep` is false. */
  readonly parameters: Parameters;
  /** The same variables in a list. */
  readonly trainableWeights: tf.Variable[];
  /** Steps are of no effect on the values of another codec, so that there `stepScale` is missing. */
  readonly knobs: readonly string[];
  /** The files of `encodeBottleneck`, with flat tables. */
  readonly files: Required<CodecFiles>;
  /** The step of `apply`; absent where another codec makes the values, of which the step tells nothing. */
  readonly quantizerStep?: (options?: ApplyOptions) => tf.Scalar;
  /** What it was made with, defaults filled in. */
  readonly options: Readonly<Required<Omit<EncodeDecodeIntraOptions, 'rateModel'>> & { rateModel?: RateModel }>;
  private readonly rawQstep: tf.Variable<tf.Rank.R0>;
  private readonly minQstep: number;
  private readonly roundingFn: RoundingFn;
  private readonly useJpegRateModel: boolean;
  private readonly clipToImageMax: boolean;
  private readonly forward: 'proxy' | 'real' | CodecForward;
  /** The codec of `forward` where this has made it. */
  private readonly ownCodec?: RealCodec;
  private readonly projected: boolean;
  private readonly rateOf: RateOf;
  private readonly rateModel?: RateModel;
  private readonly jpeg: JpegProxy;

  /** @throws RangeError when `qstepInit` or `minQstep` is not finite, or the step that they make is not positive */
  constructor({
    roundingFn = roundings.hard,
    useJpegRateModel = true,
    qstepInit = 1,
    trainQstep = true,
    minQstep = 0,
    clipToImageMax = true,
    convertToYuv = false,
    downsampleChroma = false,
    separateChromaTables = false,
    forward = 'proxy',
    gradient = publishedGradient.gradient,
    rateOf = publishedGradient.rateOf,
    rateModel,
  }: EncodeDecodeIntraOptions = {}) {
    assertOneOf('gradient', gradient, ['straight-through', 'projected']);
    assertOneOf('rateOf', rateOf, ['rounded', 'unrounded']);
    if (typeof forward !== 'object' && forward !== 'proxy' && forward !== 'real') {
      throw new RangeError(`EncodeDecodeIntra: forward must be proxy, real or a codec, got ${forward}`);
    }
    const initialStep = (qstepInit > 0 ? qstepInit : 0.01 * Math.expm1(qstepInit)) + minQstep;
    assertStep('EncodeDecodeIntra', initialStep, ` from qstepInit ${qstepInit} and minQstep ${minQstep}`);
    if (typeof forward === 'object' && !isStarted(forward)) this.ownCodec = codecThread('EncodeDecodeIntra', forward);
    this.rawQstep = tf.tidy(() => tf.variable(tf.scalar(qstepInit), trainQstep));
    this.parameters = trainQstep ? { qstep: this.rawQstep } : {};
    this.trainableWeights = Object.values(this.parameters);
    this.knobs = typeof forward === 'string' ? ['stepScale', 'qstep', 'imageMax'] : ['qstep', 'imageMax'];
    if (typeof forward === 'string')
      this.quantizerStep = (options) => this.stepOf('EncodeDecodeIntra.quantizerStep', options);
    this.files = {
      layout: { convertToYuv, downsampleChroma },
      tables: (stepScale = 1) => flatTables(this.qstepValue() * stepScale),
      flatStep: () => this.qstepValue(),
      estimateBits: (image, stepScale = 1) => this.estimateBits(image, this.qstepValue() * stepScale),
    };
    this.options = {
      roundingFn,
      useJpegRateModel,
      qstepInit,
      trainQstep,
      minQstep,
      clipToImageMax,
      convertToYuv,
      downsampleChroma,
      separateChromaTables,
      forward,
      gradient,
      rateOf,
      ...(rateModel && { rateModel }),
    };
    this.minQstep = minQstep;
    this.roundingFn = roundingFn;
    this.useJpegRateModel = useJpegRateModel && !rateModel;
    this.clipToImageMax = clipToImageMax;
    this.forward = this.ownCodec
      ? { codec: this.ownCodec, quality: (forward as NamedForward).quality }
      : (forward as CodecForward);
    this.projected = gradient === 'projected';
    this.rateOf = rateOf;
    this.rateModel = rateModel;
    this.jpeg = new JpegProxy({ convertToYuv, downsampleChroma });
  }

  /** The effective step D that is used when none is fed. The caller disposes it. */
  qstep(): tf.Scalar {
    // leakyRelu(elu(x), 0.01) scales only the negative branch: elu(x, 0.01).
    return tf.tidy(() => tf.leakyRelu(tf.elu(this.rawQstep), 0.01).add<tf.Scalar>(this.minQstep));
  }

  /** `qstep()` as a number. */
  qstepValue(): number {
    return tf.tidy(() => this.qstep().dataSync()[0]);
  }

  /**
   * Codes and decodes images.
   *
   * @param images [B, H, W, C], any size and any number of channels, in [0, imageMax]
   * @returns `decoded`, [B, H, W, C], not rounded; `rate`, bits an image, [B]
   * @throws RangeError when images are not of rank 4 or empty, or the step or `imageMax` is not finite and positive;
   * a step that is a tensor is looked at only for the JPEG rate, which reads it in any case
   */
  apply(images: tf.Tensor4D, { qstep, stepScale, imageMax = 255 }: ApplyOptions = {}): CodedTensors {
    if (images.rank !== 4 || images.size === 0) {
      throw new RangeError(`EncodeDecodeIntra.apply: images must be [B, H, W, C] and not empty, got [${images.shape}]`);
    }
    if (!(imageMax > 0 && imageMax < Infinity)) {
      throw new RangeError(`EncodeDecodeIntra.apply: imageMax must be positive and finite, got ${imageMax}`);
    }
    warnOfUnitRange('EncodeDecodeIntra.apply', [images], imageMax, ', or pass imageMax: 1');

    return tf.tidy(() => {
      const step = this.stepOf('EncodeDecodeIntra.apply', { qstep, stepScale });
      const groups = channelGroups(images.shape[3]);
      // Real codecs take whole pixel values.
      const pixels = (
        this.projected ? straightThrough(images, this.roundingFn) : this.roundingFn(images)
      ) as tf.Tensor4D;
      const files = this.filesOf(pixels, groups, step, imageMax);
      const sizes = this.sizesOf(pixels, groups, step, imageMax);
      const parts = splitChannels(
        pixels,
        groups.map(({ count }) => count),
      );
      const coded = parts.map((part, index) => {
        const bits = this.useJpegRateModel ? (sizes?.[index] ?? files?.[index].bits) : undefined;
        const real = files?.[index];
        const proxied = this.codeGroup(part, step, imageMax, bits, this.forward === 'real' ? undefined : real?.decoded);
        if (!real) return proxied;
        return replaceValues(proxied, () => this.clip(real.decoded, imageMax), real.bits);
      });
      const decoded = coded.map((group) => group.decoded);
      return { decoded: tf.concat(decoded, 3), rate: tf.addN(coded.map(({ rate }) => rate)) };
    });
  }

  /**
   * Bits of one image of whole pixel values in [0, 255], as `apply` estimates them, but for a part in nz^2 of {@link jpegRate}. With the JPEG
   * rate model nothing is transformed or decoded for that.
   *
   * @throws RangeError as `apply`
   */
  estimateBits({ data, width, height, channels }: Picture<Uint8Array, number>, qstep: number): number {
    assertStep('EncodeDecodeIntra.estimateBits', qstep);
    const { forward } = this;
    if (this.useJpegRateModel && typeof forward === 'string') {
      const options = this.fileOptions(qstep);
      const bits = channelGroups(channels).map((group) =>
        bottleneckBits({ data, width, height, channels }, group, options),
      );
      return bits.reduce((sum, each) => sum + each);
    }
    return tf.tidy(() => {
      const image = tf.tensor4d(new Float32Array(data), [1, height, width, channels]);
      return this.apply(image, { qstep }).rate.dataSync()[0];
    });
  }

  /** Whether three channels are coded as YUV. */
  get convertToYuv(): boolean {
    return this.jpeg.convertToYuv;
  }

  /** Whether the second and third channel are coded at half the height and width. */
  get downsampleChroma(): boolean {
    return this.jpeg.downsampleChroma;
  }

  /** The blocks are those of JPEG, 8x8, and 16x16 where the second and third channel of a group are halved. */
  blockSize(channels: number): number {
    return this.downsampleChroma && channels > 1 ? 2 * BLOCK_SIZE : BLOCK_SIZE;
  }

  describe(): EncodeDecodeIntraDescription {
    const { roundingFn, rateModel, forward, ...options } = this.options;
    return {
      codec: encodeDecodeIntraName,
      ...options,
      roundingFn: nameOfRounding(roundingFn),
      ...(rateModel && { rateModel: nameOfRateModel(rateModel) }),
      forward: typeof forward === 'string' ? forward : describeForward(this.forward as CodecForward),
    };
  }

  /** The quantiser step. */
  status(): { qstep: number } {
    return { qstep: this.qstepValue() };
  }

  /** Releases the variable, and ends the thread of a codec that was given by its name. */
  dispose(): void {
    this.rawQstep.dispose();
    this.ownCodec?.close();
  }

  /**
   * Rates need the levels only: ln(1 + |c / D|) and std(c) / D of the published formulas, with c = q D.
   *
   * @param bits of the real files; else the rate is that of Gaussian coefficients
   * @param decoded what another codec makes of the images
   */
  private codeGroup(
    images: tf.Tensor4D,
    step: tf.Scalar,
    imageMax: number,
    bits?: tf.Tensor1D,
    decoded?: tf.Tensor4D,
  ): CodedTensors {
    const [, height, width] = images.shape;
    const { jpeg, projected, rateOf, rateModel, roundingFn } = this;
    const coefficients = jpeg.forward(images);
    const unrounded = coefficients.map((c) => c.div<tf.Tensor4D>(step));
    const levels = unrounded.map((u) => roundingFn(u, step) as tf.Tensor4D);
    const decodedBlocks = projected && decoded ? jpeg.forward(decoded) : undefined;
    const coded = projected
      ? coefficients.map((c, i) => projectedLevels(c, step, roundingFn, decodedBlocks?.[i]))
      : levels;
    const dequantized = coded.map((q) => q.mul<tf.Tensor4D>(step));
    const rate = () => {
      if (rateModel) return rateModel({ unrounded, levels, steps: unrounded.map(() => step) });
      if (rateOf === 'unrounded') return unroundedRate(unrounded, levels, bits ?? gaussianRate(levels));
      return bits ? jpegRate(levels, bits) : gaussianRate(levels);
    };
    return { decoded: this.clip(jpeg.inverse(dequantized, [height, width]), imageMax), rate: rate() };
  }

  /** @throws RangeError as `apply` */
  private stepOf(caller: string, { qstep, stepScale }: ApplyOptions = {}): tf.Scalar {
    if (typeof qstep === 'number') assertStep(caller, qstep);
    if (stepScale !== undefined) assertStepScale(caller, stepScale);
    return tf.tidy(() => {
      const unscaled = typeof qstep === 'number' ? tf.scalar(qstep) : (qstep?.clone() ?? this.qstep());
      return stepScale === undefined ? unscaled : tf.mul<tf.Scalar>(unscaled, stepScale);
    });
  }

  private clip(decoded: tf.Tensor4D, imageMax: number): tf.Tensor4D {
    return this.clipToImageMax ? tf.clipByValue(decoded, 0, imageMax) : tf.clone(decoded);
  }

  /** How a bottleneck is written into real files. */
  private fileOptions(qstep: number) {
    const { convertToYuv, downsampleChroma, separateChromaTables } = this.options;
    return { qstep, convertToYuv, downsampleChroma, separateChromaTables };
  }

  /** Bits of the real files of each image, [B], for every group. */
  private sizesOf(
    pixels: tf.Tensor4D,
    groups: ChannelGroup[],
    step: tf.Scalar,
    imageMax: number,
  ): tf.Tensor1D[] | undefined {
    const { forward } = this;
    if (forward !== 'proxy' || !this.useJpegRateModel) return undefined;
    const [bits] = computeOnHost([step, pixels], [[groups.length, pixels.shape[0]]], ([qstep], data) => {
      assertStep('EncodeDecodeIntra.apply', qstep);
      const options = { ...this.fileOptions(qstep), imageMax };
      const images = separatePictures(data, pixels.shape);
      return [
        Float32Array.from(groups.flatMap((group) => images.map((image) => bottleneckBits(image, group, options)))),
      ];
    });
    return tf.unstack(bits) as tf.Tensor1D[];
  }

  /** What real files make of every group, where these are the values of the forward pass. */
  private filesOf(
    pixels: tf.Tensor4D,
    groups: ChannelGroup[],
    step: tf.Scalar,
    imageMax: number,
  ): CodedFiles[] | undefined {
    const { forward } = this;
    if (forward === 'proxy') return undefined;
    const [batch, height, width] = pixels.shape;
    const shapes = groups.flatMap(({ count }) => [[batch, height, width, count], [batch]]);
    const made = computeOnHost([step, pixels], shapes, ([qstep], data) => {
      assertStep('EncodeDecodeIntra.apply', qstep);
      const options = { ...this.fileOptions(qstep), imageMax };
      const settings = jpegOptions(options);
      const code =
        forward === 'real'
          ? (images: Picture<Uint8Array>[]) => images.map((image) => simulateJpeg(image, settings))
          : codeWith(forward);
      const images = separatePictures(data, pixels.shape);
      return groups.flatMap((group) => {
        const { decoded, bits } = codeRealGroup(images, group, options, code);
        return [decoded, bits];
      });
    });
    return groups.map((_, i) => ({
      decoded: made[2 * i].mul<tf.Tensor4D>(imageMax / 255),
      bits: made[2 * i + 1] as tf.Tensor1D,
    }));
  }
}

/** What the files of a group of channels decode to, [B, H, W, count], and their bits, [B]. */
interface CodedFiles {
  decoded: tf.Tensor4D;
  bits: tf.Tensor1D;
}

/** Whether a codec is at hand, rather than its name. */
const isStarted = (forward: CodecForward | NamedForward): forward is CodecForward =>
  typeof forward.codec === 'object' && 'code' in forward.codec;

function describeForward({ codec, quality }: CodecForward): NamedForward | null {
  const described = codec.describe?.();
  return described ? { ...described, quality } : null;
}

function assertOneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new RangeError(`EncodeDecodeIntra: ${name} must be ${known.join(' or ')}, got ${value}`);
}

function assertStep(caller: string, step: number, origin = ''): void {
  if (!(step > 0 && step < Infinity)) {
    throw new RangeError(
      `${caller}: the quantiser step must be positive and finite, got ${step}${origin}; ` +
        'a positive minQstep keeps a learned step positive',
    );
  }
}
