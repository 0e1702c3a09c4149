import {
  type DifferentiableCodec,
  EncodeDecodeIntra,
  type Knobs,
  padSymmetric,
  resize,
  roundings,
} from '@sandwich/codec-proxy';
import { checkInteger, type Parameters, type StoredTensor, storedTensors, tf, warnOfUnitRange } from '@sandwich/engine';
import { largestSample, multipleOf } from '@sandwich/pictures';
import { deriveSeed, type LinearMap, type UNetOptions } from '@sandwich/unets';
import { prefixed } from '../networks/prefixed.js';
import type { ActiveNetworks } from './active-networks.js';
import { checkLight } from './check-light.js';
import { type CurveCondition, checkCompanding, checkExponent } from './curve-condition.js';
import { growNetworks } from './grow-networks.js';
import { initialQstep } from './initial-qstep.js';
import { keepCodec } from './keep-codec.js';
import { expandBits, truncateBits } from './processor/bit-depth.js';
import { transformFromBottleneck, transformToBottleneck } from './processor/color-transform.js';
import { compand, expandLight } from './processor/companding-curve.js';
import { eachChannel } from './processor/each-channel.js';
import { networkWhite } from './processor/network-white.js';
import { Processor } from './processor/processor.js';
import { resolveSandwichOptions, type SandwichArchitecture } from './sandwich-architecture.js';
import type { ConditionOn, SandwichOptions } from './sandwich-options.js';
import { checkStartFrom, startingCodes } from './start-from.js';
import { checkConditionOn, checkStep, type StepCondition, stepTensor } from './step-condition.js';

/** What becomes of images in `Sandwich.apply`. */
export interface SandwichOutputs {
  /** [B,H,W,outputChannels], about [0, 2^(8 + truncateBits) - 1], neither rounded nor clipped. */
  prediction: tf.Tensor4D;
  /** Bits of each image, [B]: of the padded bottleneck. */
  rate: tf.Tensor1D;
  /** [B,H',W',bottleneckChannels], what the codec gets, before it is clipped to [0, 255] and rounded; still padded. */
  bottleneck: tf.Tensor4D;
  /** What comes out of the codec, of the same shape. */
  compressedBottleneck: tf.Tensor4D;
}

/**
 * A codec between two networks (Guleryuz et al., "Sandwiched compression", and published code):
 *
 *     bottleneck = floor(downsample(pre(images)) / 2^t)
 *     compressedBottleneck, rate = codec(clip(bottleneck))
 *     prediction = post(upsample(2^t loopFilter(compressedBottleneck) + 2^t / 2))
 *
 * where downsample is bicubic with antialiasing, upsample Lanczos3, t is `truncateBits`, and parts that the options leave
 * out are the identity. With `companding` a curve takes the place of t: pre and post lie between 255 (images / peak)^p and the light of that. Images of any size are mirrored at the bottom and on the right up to what networks, factor and
 * codec blocks need, and predictions cropped; bottlenecks stay padded, and their bits count in full. Without networks
 * images are padded to a multiple of the factor only: the codec gets them as they are and fills its own blocks.
 *
 * @example
 * const model = new Sandwich({ bottleneckChannels: 1, phasePlanes: true, startFromTransform: true });
 * const { prediction, rate } = model.apply(images); // a gray JPEG carries colour
 */
export class Sandwich {
  readonly kind = 'sandwich';
  /**
   * The trained variables by path, such as `pre/unet/encoder0/conv0/kernel`, `post/mlp/hidden/bias`, `pre/scaler`; those of the codec
   * under `proxy/`, such as `proxy/qstep`.
   */
  readonly parameters: Parameters;
  /** What conditions the U-Nets: networks without a condition begin one with theirs. */
  readonly neutral: readonly string[];
  /** Images are padded to a multiple of this. */
  readonly sizeMultiple: number;
  /** The codec between the networks. */
  readonly proxy: DifferentiableCodec;
  /** What it was built from, as plain JSON; see `buildSandwich`. */
  readonly architecture: SandwichArchitecture;
  /** The networks; a side that is missing is the identity. */
  readonly pre?: Processor;
  readonly post?: Processor;
  readonly loopFilter?: Processor;
  readonly inputChannels: number;
  readonly bottleneckChannels: number;
  readonly outputChannels: number;
  readonly downsampleFactor: number;
  readonly truncateBits: number;
  /** Whether the U-Nets are told the quantiser step. */
  readonly conditionOn: ConditionOn;
  /** Whether a companding curve lies around the networks. */
  readonly companding: boolean;
  /** Bits of what networks see that the codec does not. */
  private readonly bitsBelow: number;

  /**
   * @throws RangeError when an option is out of range, no `transform` fits the channels where one is needed, or the networks cannot be
   * conditioned on a step.
   */
  constructor(options: SandwichOptions = {}) {
    const resolved = resolveSandwichOptions(options);
    const { inputChannels, bottleneckChannels, outputChannels, downsampleFactor, truncateBits } = resolved;
    const { pre, post, loopFilter, mlpLayers, mlpChannels, phasePlanes, initialScaler } = resolved;
    const { startFromTransform, startFrom, conditionOn = 'none', companding = false, seed } = resolved;
    const { transform } = options;
    checkInteger('Sandwich', 'inputChannels', inputChannels, 1);
    checkInteger('Sandwich', 'bottleneckChannels', bottleneckChannels, 1);
    checkInteger('Sandwich', 'outputChannels', outputChannels, 1);
    checkInteger('Sandwich', 'downsampleFactor', downsampleFactor, 1);
    checkInteger('Sandwich', 'truncateBits', truncateBits, 0);
    checkLight('Sandwich', options);
    if (startFrom !== undefined) checkStartFrom(resolved);
    checkConditionOn(options);
    checkCompanding(resolved);
    this.companding = companding;
    this.bitsBelow = companding ? 0 : truncateBits;
    const white = networkWhite(this.bitsBelow);
    const conditioned = conditionOn === 'step';
    // Refuses channels that it does not code before there are networks.
    options.proxy?.blockSize(bottleneckChannels);

    const side = (name: 'pre' | 'post', unet: UNetOptions | null, from: number, to: number, map: () => LinearMap) => {
      if (unet === null && from === to && (transform ?? 'identity') === 'identity' && !startFrom) return undefined;
      return new Processor({
        inputChannels: from,
        outputChannels: to,
        unet,
        mlpLayers: unet === null ? 0 : mlpLayers,
        mlpChannels,
        initial:
          startFrom === undefined && (unet === null || mlpLayers === 0 || startFromTransform) ? map() : undefined,
        code: startFrom && startingCodes[startFrom][name],
        initialScaler: mlpLayers === 0 ? undefined : initialScaler,
        phasePlanes,
        conditioned,
        white,
        seed: deriveSeed(seed, name),
      });
    };
    this.pre = side('pre', pre, inputChannels, bottleneckChannels, () =>
      transformToBottleneck(inputChannels, bottleneckChannels, transform),
    );
    this.post = side('post', post, bottleneckChannels, outputChannels, () =>
      transformFromBottleneck(bottleneckChannels, outputChannels, transform),
    );
    if (loopFilter)
      this.loopFilter = new Processor({
        inputChannels: 1,
        outputChannels: 1,
        unet: loopFilter,
        mlpLayers: 0,
        mlpChannels,
        initialScaler,
        phasePlanes: false,
        conditioned,
        white: networkWhite(0),
        seed: deriveSeed(seed, 'loopFilter'),
      });
    this.proxy =
      options.proxy ??
      new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: initialQstep(50, truncateBits), minQstep: 1 });

    this.parameters = {
      ...prefixed('pre', this.pre?.parameters ?? {}),
      ...prefixed('post', this.post?.parameters ?? {}),
      ...prefixed('loopFilter', this.loopFilter?.parameters ?? {}),
      ...prefixed('proxy', this.proxy.parameters),
    };
    this.neutral = Object.keys(this.parameters).filter((path) => /\/unet\/.*\/(scale|shift)$/.test(path));
    // A codec alone fills its own blocks.
    const hasNetworks = startFrom !== undefined || [pre, post, loopFilter].some((unet) => unet !== null);
    const block = this.proxy.blockSize(bottleneckChannels);
    const codecBlock = hasNetworks ? block : 1;
    this.sizeMultiple = [
      this.pre?.sizeMultiple ?? 1,
      this.post?.sizeMultiple ?? 1,
      downsampleFactor * codecBlock,
      downsampleFactor * (this.loopFilter?.sizeMultiple ?? 1),
    ].reduce(leastCommonMultiple);
    this.architecture = { ...resolved, proxy: this.proxy.describe() };
    this.inputChannels = inputChannels;
    this.bottleneckChannels = bottleneckChannels;
    this.outputChannels = outputChannels;
    this.downsampleFactor = downsampleFactor;
    this.truncateBits = truncateBits;
    this.conditionOn = conditionOn;
  }

  /**
   * Everything, with the codec proxy in the middle. Differentiable. Networks that are conditioned on the quantiser step are told the
   * proxy's. Not the exponent of a companding curve, but its light, is differentiated.
   *
   * @param images [B,H,W,inputChannels] in [0, 2^(8 + truncateBits) - 1], any H and W.
   * @param knobs what the codec takes for this call, such as `stepScale`, a factor on the trained quantiser steps; see `proxy.knobs`.
   * @param curve `exponent` of the companding curve, where there is one
   * @throws RangeError when the images have another rank or other channels, the codec does not take one of the knobs, or the exponent is missing or
   * of no use.
   */
  apply(images: tf.Tensor4D, knobs: Knobs = {}, { exponent }: CurveCondition = {}): SandwichOutputs {
    checkKnobs(knobs, this.proxy);
    return tf.tidy(() => {
      const step = this.proxyStep(knobs);
      const bottleneck = this.preprocess(images, { step, exponent });
      const { decoded, rate } = this.proxy.apply(tf.clipByValue(bottleneck, 0, 255), knobs);
      const [, height, width] = images.shape;
      const prediction = this.postprocess(decoded, { height, width, step, exponent });
      return { prediction, rate, bottleneck, compressedBottleneck: decoded };
    });
  }

  /** The step of the proxy with these knobs, where the networks are conditioned on it; undefined where they are not. */
  proxyStep(knobs: Knobs = {}): tf.Scalar | undefined {
    return this.conditionOn === 'step' ? this.proxy.quantizerStep!(knobs) : undefined;
  }

  /** Sides of the bottleneck of images of a size, samples: brought up to multiples of `sizeMultiple`, then reduced. */
  bottleneckSize({ width, height }: { width: number; height: number }): { width: number; height: number } {
    const side = (length: number) => multipleOf(this.sizeMultiple, length) / this.downsampleFactor;
    return { width: side(width), height: side(height) };
  }

  /**
   * What happens before the codec: pre-processor and reduction. Clip to [0, 255] and round what comes out to write a real file.
   *
   * @param images [B,H,W,inputChannels] in [0, 2^(8 + truncateBits) - 1].
   * @param condition `step`: that with which the codec will quantise, for networks that are conditioned on it; `exponent`: that of the companding
   * curve, where there is one
   * @returns [B,H',W',bottleneckChannels], padded, H' and W' as `bottleneckSize` gives them, not clipped.
   * @throws RangeError when the images have another rank or other channels, or the step or the exponent is missing, out of range or of no
   * use.
   */
  preprocess(images: tf.Tensor4D, { step, exponent }: StepCondition & CurveCondition = {}): tf.Tensor4D {
    checkImages('preprocess', images, this.inputChannels);
    checkStep('preprocess', this.conditionOn, step);
    checkExponent('preprocess', this.companding, exponent);
    warnOfUnitRange('Sandwich.preprocess', [images], this.peak);
    return tf.tidy(() => {
      const levels = exponent === undefined ? images : compand(images, exponent, this.peak);
      const padded = padSymmetric(levels, this.sizeMultiple);
      const processed = this.pre?.apply(padded, stepTensor(step)) ?? padded;
      if (this.pre?.packs) return processed;
      const [, height, width] = processed.shape;
      const size: [number, number] = [height / this.downsampleFactor, width / this.downsampleFactor];
      return truncateBits(resize(processed, size, 'bicubic', { antialias: true }), this.bitsBelow);
    });
  }

  /**
   * What happens after the codec: loop filter, enlargement and post-processor.
   *
   * @param decoded [B,H',W',bottleneckChannels] in [0, 255], as `preprocess` returned it and a codec changed it.
   * @param size `height` and `width` of the images that were given, to which the prediction is cropped; `step` and `exponent` as for `preprocess`
   * @returns [B,height,width,outputChannels].
   * @throws RangeError when `decoded` does not have the shape of the bottleneck of images of that size, or the step or the exponent is
   * missing, out of range or of no use.
   */
  postprocess(
    decoded: tf.Tensor4D,
    { height, width, step, exponent }: { height: number; width: number } & StepCondition & CurveCondition,
  ): tf.Tensor4D {
    checkImages('postprocess', decoded, this.bottleneckChannels);
    checkStep('postprocess', this.conditionOn, step);
    checkExponent('postprocess', this.companding, exponent);
    const expected = this.bottleneckSize({ height, width });
    if (decoded.shape[1] !== expected.height || decoded.shape[2] !== expected.width)
      throw new RangeError(
        `Sandwich.postprocess: images of ${height} x ${width} have a bottleneck of ` +
          `${expected.height} x ${expected.width}, got ${decoded.shape[1]} x ${decoded.shape[2]}`,
      );
    const full: [number, number] = [expected.height * this.downsampleFactor, expected.width * this.downsampleFactor];
    return tf.tidy(() => {
      const told = stepTensor(step);
      const filtered = this.loopFilter ? eachChannel(decoded, (plane) => this.loopFilter!.apply(plane, told)) : decoded;
      const enlarged = this.post?.packs ? filtered : resize(expandBits(filtered, this.bitsBelow), full, 'lanczos3');
      const prediction = this.post?.apply(enlarged, told) ?? enlarged;
      const [batch, , , channels] = prediction.shape;
      const cropped = tf.slice(prediction, [0, 0, 0, 0], [batch, height, width, channels]);
      return exponent === undefined ? cropped : expandLight(cropped, exponent, this.peak);
    });
  }

  /** The largest sample of images. */
  get peak(): number {
    return largestSample(8 + this.truncateBits);
  }

  /** Chooses the U-Nets that take part; the weights and the scaler of one that does not have no gradient. Begins as 'full'. */
  setActiveNetworks(networks: ActiveNetworks): void {
    if (this.pre) this.pre.unetEnabled = networks === 'full';
    if (this.post) this.post.unetEnabled = networks !== 'mlps-only';
  }

  /**
   * Weights of a sandwich with shallower U-Nets, grown to those of this one (`growUNet`), or around a codec that learns something else,
   * with this one's codec. Others stay as they are.
   */
  adopt(weights: Record<string, StoredTensor>): Record<string, StoredTensor> {
    const fresh = storedTensors(this.parameters);
    return growNetworks(keepCodec(weights, fresh), fresh);
  }

  /** Frees all variables, the proxy's too. */
  dispose(): void {
    for (const part of [this.pre, this.post, this.loopFilter, this.proxy]) part?.dispose();
  }
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
}

function checkKnobs(knobs: Knobs, { knobs: known }: DifferentiableCodec): void {
  const unknown = Object.keys(knobs).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new RangeError(`Sandwich.apply: the codec takes ${known.join(', ') || 'no knobs'}, not ${unknown}`);
}

function checkImages(method: string, images: tf.Tensor4D, channels: number): void {
  if (images.rank !== 4 || images.size === 0 || images.shape[3] !== channels)
    throw new RangeError(`Sandwich.${method}: expected [B,H,W,${channels}], not empty, got [${images.shape}]`);
}
