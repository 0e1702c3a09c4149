import type { DifferentiableCodec } from '@sandwich/codec-proxy';
import type { Light } from '@sandwich/data';
import type { UNetOptions } from '@sandwich/unets';
import type { ColorTransform } from './processor/color-transform.js';

/** What the networks of a sandwich are told besides the images. */
export type ConditionOn = 'none' | 'step';

/** Options of `Sandwich`; without any it is the published image model. Channel counts of the U-Nets are set by the model. */
export interface SandwichOptions {
  /** Channels of the images given. Default 3. */
  inputChannels?: number;
  /** Channels of the image that the codec carries. Default 3. */
  bottleneckChannels?: number;
  /** Channels of the prediction. Default 3. */
  outputChannels?: number;
  /** The codec works at a size smaller by this whole factor. Default 1. */
  downsampleFactor?: number;
  /** Images have 8 + truncateBits bits, values [0, 2^(8 + truncateBits) - 1]; the codec sees the upper 8. Default 0. */
  truncateBits?: number;
  /**
   * What samples of images encode. With 'linear' they are linear light of 16 bits (`linearSamples` of `@sandwich/pictures`): to the networks it is the
   * same, but whoever trains or measures them reads pictures so. Default 'display', sRGB.
   */
  light?: Light;
  /** The pre-processor's U-Net. Default the published one; null leaves the whole side out: the fixed `transform` stands in. */
  pre?: UNetOptions | null;
  /** The post-processor's U-Net; as `pre`. */
  post?: UNetOptions | null;
  /** Layers of the pointwise branch of both sides: 2 (default), 1, or 0 for the fixed `transform`, where U-Net scalers are 1. */
  mlpLayers?: 0 | 1 | 2;
  /** Hidden units of the pointwise branch. Default 16. */
  mlpChannels?: number;
  /** Whether the U-Nets see phase planes, see `phasePlanes`. Default false, as published. */
  phasePlanes?: boolean;
  /**
   * The codec, such as an `EncodeDecodeIntra`, a `DiffJpegCodec` or one of your own; the model owns and disposes it. Default: an
   * `EncodeDecodeIntra` of straight-through rounding, JPEG rate, a trainable step of 1 more than `initialQstep(50, truncateBits)` with
   * 1 as its lower bound, as published.
   */
  proxy?: DifferentiableCodec;
  /** U-Net that each channel of the decoded bottleneck passes, as a scaled residual. Default null, none. */
  loopFilter?: UNetOptions | null;
  /** Initial value of every U-Net scaler. Default 0 as published: U-Nets begin silent, as those with `outputInitializer: 'zeros'` do with any. */
  initialScaler?: number;
  /** Linear map between image and bottleneck. Default 'identity' where their channel counts agree, else 'yuv'. */
  transform?: ColorTransform;
  /** Whether pointwise branches begin as `transform`, within 0.3 gray levels of 255. Default false: random, as published. */
  startFromTransform?: boolean;
  /**
   * With 'carrier' colour goes through a gray bottleneck on carriers, as in analogue television: `ColorModulator` and `ColorDemodulator` stand
   * in the place of the pointwise branches and are trained with the U-Nets; where `pre` and `post` are null they are a code of their own.
   * For 3 channels over 1, of 8 bits, at full size.
   *
   * With 'details' a picture goes through a codec of half its height and width with the details of luma packed into chroma: `DetailPacker` and
   * `DetailUnpacker` stand in the place of the pointwise branches and of the resampling, and U-Nets work at the codec's size. For 3 channels over 3, of 8
   * bits, with a `downsampleFactor` of 2.
   *
   * Default: pointwise branches.
   */
  startFrom?: 'carrier' | 'details';
  /**
   * With 'step' the U-Nets are told the quantiser step, so that one network serves all rates: it scales and shifts what their convolutions make, see
   * `UNet`, by log2(step / 32), and `preprocess` and `postprocess` have to be given it. For codecs that have a step. Default 'none'.
   */
  conditionOn?: ConditionOn;
  /**
   * Whether a companding curve lies around the networks, for images of more than 8 bits: the codec's 8 bits hold 255 (x / peak)^p, with the largest
   * sample as peak, in place of the upper 8. The exponent p is each picture's own: `preprocess` and `postprocess` have to be given it. Networks see and
   * make what the curve makes, in [0, 255]; silent ones leave the code of the curve alone, `transform` included. Default false.
   */
  companding?: boolean;
  /** Seed of all initial weights. Default 0. */
  seed?: number;
}
