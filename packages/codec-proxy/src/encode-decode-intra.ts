import { simulateJpeg } from '@sandwich/codecs';
import { computeOnHost, tf, warnOfUnitRange } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { bottleneckBits, type ChannelGroup, channelGroups, jpegOptions } from './bottleneck-files.js';
import { codeRealGroup } from './code-real-group.js';
import { straightThrough } from './custom-gradient.js';
import { JpegProxy } from './jpeg-proxy.js';
import { type ProxyGradient, publishedGradient } from './proxy-gradient.js';
import { type RateOf, unroundedRate } from './rate/unrounded-rate.js';
import { gaussianRate, jpegRate } from './rate-models.js';
import { type CodecForward, type CodedTensors, codeWith, replaceValues } from './real-forward.js';
import { projectedLevels } from './rounding/gradient-projection.js';
import { type RoundingFn, roundings } from './roundings.js';
import { splitChannels } from './split-channels.js';
import { separatePictures } from './tensor-pictures.js';

/** Defaults are those of the published code. */
export interface EncodeDecodeIntraOptions {
  /**
   * Rounds the input to whole pixel values and the coefficients to levels. Default `roundings.hard`; train with
   * `roundings.ste`.
   */
  roundingFn?: RoundingFn;
  /** Rate from real JPEG files, else from the entropy of Gaussian coefficients. Default true. */
  useJpegRateModel?: boolean;
  /** Initial value of the variable behind the quantiser step. Default 1. */
  qstepInit?: number;
  /** Whether the step is learned. Default true. */
  trainQstep?: boolean;
  /**
   * Added to the step, so that it cannot be learned to be zero or negative. Default 0; the published sandwich models
   * set 1, an initial step of `qstepInit` + 1.
   */
  minQstep?: number;
  /** Clip the decoded images to [0, imageMax]; not wanted for residuals. Default true. */
  clipToImageMax?: boolean;
  /** Code three channels as YUV. Default false. */
  convertToYuv?: boolean;
  /** 4:2:0: code the second and third channel at half the height and width. Default false. */
  downsampleChroma?: boolean;
  /**
   * The files whose bits the JPEG rate model counts hold three quantisation tables where they are in colour, as those of the
   * published code do; see `FileLayout`. Default false: two, as `encodeBottleneck` writes them.
   */
  separateChromaTables?: boolean;
  /**
   * Where values come from; gradients are the proxy's in any case. Default `proxy`. With `real` the decoded images are those that
   * `decodeBottleneck` reads from the files of `encodeBottleneck`, bit for bit, and the rate is their bits. With a codec
   * of `startRealCodec` they are its own, at a fixed quality, with each of those files in its format.
   */
  forward?: 'proxy' | 'real' | CodecForward;
  /**
   * How gradients pass the rounding of coefficients. `straight-through`, the default and as published, is the gradient of `roundingFn`,
   * with `roundings.ste` 1: coefficients follow the input, those too that are rounded to zero. `projected` takes out of the gradient, for
   * each block of 8x8 coefficients of each coded plane, its component along the error of the block: changes
   * along it are what the codec undoes. The rounding of pixels is then straight-through, and `roundingFn` gives values only. With a codec of
   * `startRealCodec` the error is what that codec makes, in the DCT of the proxy.
   */
  gradient?: ProxyGradient;
  /**
   * What the gradient of the rate looks at: the `rounded` levels, the default and as published, or the coefficients `unrounded`, so that
   * those that are rounded to zero are held there. The value is the same, with `unrounded` exactly the bits.
   */
  rateOf?: RateOf;
}

/** Options of one call of `EncodeDecodeIntra.apply`. */
export interface ApplyOptions {
  /** Effective quantiser step for this call, positive; `qstep()` when left out. */
  qstep?: tf.Scalar | number;
  /**
   * The largest value of images. Default 255. Pixels are scaled to 8 bits by 255 / imageMax for the real files; the step, as
   * published, is not.
   */
  imageMax?: number;
}

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
export class EncodeDecodeIntra {
  /** The variable behind the step, or nothing when `trainQstep` is false. */
  readonly trainableWeights: tf.Variable[];
  /** What it was made with, defaults filled in. */
  readonly options: Readonly<Required<EncodeDecodeIntraOptions>>;
  private readonly rawQstep: tf.Variable<tf.Rank.R0>;
  private readonly minQstep: number;
  private readonly roundingFn: RoundingFn;
  private readonly useJpegRateModel: boolean;
  private readonly clipToImageMax: boolean;
  private readonly forward: 'proxy' | 'real' | CodecForward;
  private readonly projected: boolean;
  private readonly rateOf: RateOf;
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
  }: EncodeDecodeIntraOptions = {}) {
    assertOneOf('gradient', gradient, ['straight-through', 'projected']);
    assertOneOf('rateOf', rateOf, ['rounded', 'unrounded']);
    if (typeof forward === 'string' && forward !== 'proxy' && forward !== 'real') {
      throw new RangeError(`EncodeDecodeIntra: forward must be proxy, real or a codec, got ${forward}`);
    }
    const initialStep = (qstepInit > 0 ? qstepInit : 0.01 * Math.expm1(qstepInit)) + minQstep;
    assertStep('EncodeDecodeIntra', initialStep, ` from qstepInit ${qstepInit} and minQstep ${minQstep}`);
    this.rawQstep = tf.tidy(() => tf.variable(tf.scalar(qstepInit), trainQstep));
    this.trainableWeights = trainQstep ? [this.rawQstep] : [];
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
    };
    this.minQstep = minQstep;
    this.roundingFn = roundingFn;
    this.useJpegRateModel = useJpegRateModel;
    this.clipToImageMax = clipToImageMax;
    this.forward = forward;
    this.projected = gradient === 'projected';
    this.rateOf = rateOf;
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
  apply(images: tf.Tensor4D, { qstep, imageMax = 255 }: ApplyOptions = {}): CodedTensors {
    if (images.rank !== 4 || images.size === 0) {
      throw new RangeError(`EncodeDecodeIntra.apply: images must be [B, H, W, C] and not empty, got [${images.shape}]`);
    }
    if (!(imageMax > 0 && imageMax < Infinity)) {
      throw new RangeError(`EncodeDecodeIntra.apply: imageMax must be positive and finite, got ${imageMax}`);
    }
    if (typeof qstep === 'number') assertStep('EncodeDecodeIntra.apply', qstep);
    warnOfUnitRange('EncodeDecodeIntra.apply', [images], imageMax, ', or pass imageMax: 1');

    return tf.tidy(() => {
      const step = typeof qstep === 'number' ? tf.scalar(qstep) : (qstep ?? this.qstep());
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
    const { forward } = this.options;
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

  /** Releases the variable. */
  dispose(): void {
    this.rawQstep.dispose();
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
    const { jpeg, projected, rateOf, roundingFn } = this;
    const coefficients = jpeg.forward(images);
    const unrounded = coefficients.map((c) => c.div<tf.Tensor4D>(step));
    const levels = unrounded.map((u) => roundingFn(u) as tf.Tensor4D);
    const decodedBlocks = projected && decoded ? jpeg.forward(decoded) : undefined;
    const coded = projected
      ? coefficients.map((c, i) => projectedLevels(c, step, roundingFn, decodedBlocks?.[i]))
      : levels;
    const dequantized = coded.map((q) => q.mul<tf.Tensor4D>(step));
    const rounded = () => (bits ? jpegRate(levels, bits) : gaussianRate(levels));
    return {
      decoded: this.clip(jpeg.inverse(dequantized, [height, width]), imageMax),
      rate: rateOf === 'rounded' ? rounded() : unroundedRate(unrounded, levels, bits ?? gaussianRate(levels)),
    };
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
    const { forward } = this.options;
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
    const { forward } = this.options;
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
