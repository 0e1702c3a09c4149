import { checkInteger, tf } from '@sandwich/engine';
import { Convolution, type Initializer, initialKernel } from './convolution.js';
import { deriveSeed } from './random.js';

/** Options of `UNet`; without any it is the published network. */
export interface UNetOptions {
  /** Channels of each encoder block, finest first. Default [32, 64, 128, 256], the published network. */
  encoderFilters?: number[];
  /** Channels of each decoder block, coarsest first; one more than the encoder. Default [512, 256, 128, 64, 32]. */
  decoderFilters?: number[];
  /**
   * 'published' (default): as the published code builds it, one pooling level fewer than there are encoder filters, the
   * last of which goes unused. 'textbook': one pooling level for each encoder filter, the network of the paper's table
   * of complexities.
   */
  variant?: 'published' | 'textbook';
  /** Default 3. */
  inputChannels?: number;
  /** Default 3. */
  outputChannels?: number;
  /** 3x3 convolutions in each block. Default 2. */
  convolutionsPerBlock?: number;
  /** How kernels begin: 'glorot' (default, as published) or 'he', which leaves the first plateau of training much sooner. */
  initializer?: Initializer;
  /** How the kernel of the output begins. Default as `initializer`; with 'zeros' the network is silent at first, and its output learns at once. */
  outputInitializer?: Initializer | 'zeros';
  /** Whether a number that `apply` is given scales and shifts what each convolution makes. Default false. */
  conditioned?: boolean;
  /** Seed of the initial weights. Default 0. */
  seed?: number;
}

/** What `UNet` takes where an option is left out: the published network. */
export const unetDefaults: Readonly<Required<Omit<UNetOptions, 'outputInitializer'>>> = {
  encoderFilters: [32, 64, 128, 256],
  decoderFilters: [512, 256, 128, 64, 32],
  variant: 'published',
  inputChannels: 3,
  outputChannels: 3,
  convolutionsPerBlock: 2,
  initializer: 'glorot',
  conditioned: false,
  seed: 0,
};

/**
 * The U-Net of sandwiched compression (Guleryuz et al., "Sandwiched compression", section on network architectures).
 *
 * With p pooling levels:
 *
 *     encoder block 0 .. p-1:   convolutions -> skip -> keep odd samples
 *     decoder block 0 .. last:  convolutions; the p blocks before the last: -> upsample x2 -> join [upsampled, skip]
 *     output:                   one linear 3x3 convolution
 *
 * Every convolution but the output is 3x3, 'same', with bias and ReLU. p is the number of encoder filters ('textbook'),
 * or one fewer ('published'), where decoder block 0 then works at the coarsest size without upsampling.
 *
 * Where the network is `conditioned`, a number c scales and shifts the channels k that every convolution makes, before its ReLU, by
 * 1 + c scale_k and c shift_k. Both begin as zero: at first the network is the same for every c.
 *
 * @example
 * const unet = new UNet({ encoderFilters: [32], decoderFilters: [32, 32], variant: 'textbook' }); // 57,219 parameters
 * const y = unet.apply(tf.zeros([1, 64, 64, 3])); // [1, 64, 64, 3]
 */
export class UNet {
  /**
   * The weights by path, such as `encoder0/conv0/kernel` and `output/bias`, and of a conditioned network `encoder0/conv0/scale` and
   * `encoder0/conv0/shift`; all of them are trainable.
   */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  readonly inputChannels: number;
  readonly conditioned: boolean;
  /** Height and width that `apply` takes are multiples of this: 2 to the number of pooling levels. */
  readonly sizeMultiple: number;
  private readonly encoder: Convolution[][];
  private readonly decoder: Convolution[][];
  private readonly firstJoin: number;
  private readonly output: Convolution;

  /** @throws RangeError when a count is no positive whole number or the decoder is not one block longer than the encoder. */
  constructor(options: UNetOptions = {}) {
    const {
      encoderFilters = unetDefaults.encoderFilters,
      decoderFilters = unetDefaults.decoderFilters,
      variant = unetDefaults.variant,
      inputChannels = unetDefaults.inputChannels,
      outputChannels = unetDefaults.outputChannels,
      convolutionsPerBlock = unetDefaults.convolutionsPerBlock,
      initializer = unetDefaults.initializer,
      outputInitializer = initializer,
      conditioned = unetDefaults.conditioned,
      seed = unetDefaults.seed,
    } = options;
    checkInteger('UNet', 'inputChannels', inputChannels, 1);
    checkInteger('UNet', 'outputChannels', outputChannels, 1);
    checkInteger('UNet', 'convolutionsPerBlock', convolutionsPerBlock, 1);
    for (const filters of encoderFilters) checkInteger('UNet', 'every encoderFilters entry', filters, 1);
    for (const filters of decoderFilters) checkInteger('UNet', 'every decoderFilters entry', filters, 1);
    if (variant !== 'published' && variant !== 'textbook')
      throw new RangeError(`UNet: variant must be 'published' or 'textbook', got '${variant}'`);
    if (encoderFilters.length === 0 || decoderFilters.length !== encoderFilters.length + 1)
      throw new RangeError(
        `UNet: decoderFilters must have one entry more than encoderFilters, which has at least one, ` +
          `got ${decoderFilters.length} and ${encoderFilters.length}`,
      );

    const parameters: Record<string, tf.Variable> = {};
    const convolution = (path: string, from: number, to: number, begin: Initializer | 'zeros' = initializer) => {
      const kernel = initialKernel(begin, 3, from, to, deriveSeed(seed, path));
      const layer = new Convolution(3, from, to, kernel, conditioned);
      const { bias, modulation } = layer;
      for (const [name, variable] of Object.entries({ kernel: layer.kernel, bias, ...modulation }))
        parameters[`${path}/${name}`] = variable;
      return layer;
    };
    let channels = inputChannels;
    const block = (path: string, filters: number) =>
      Array.from({ length: convolutionsPerBlock }, (_, i) => {
        const layer = convolution(`${path}/conv${i}`, channels, filters);
        channels = filters;
        return layer;
      });

    const skips = variant === 'textbook' ? encoderFilters : encoderFilters.slice(0, -1);
    this.encoder = skips.map((filters, i) => block(`encoder${i}`, filters));
    this.firstJoin = decoderFilters.length - 1 - skips.length;
    const joined = [...Array<number>(this.firstJoin).fill(0), ...skips.toReversed(), 0];
    this.decoder = decoderFilters.map((filters, i) => {
      const layers = block(`decoder${i}`, filters);
      channels += joined[i];
      return layers;
    });
    this.output = convolution('output', decoderFilters.at(-1)!, outputChannels, outputInitializer);
    this.parameters = parameters;
    this.inputChannels = inputChannels;
    this.conditioned = conditioned;
    this.sizeMultiple = 2 ** skips.length;
  }

  get trainableWeights(): tf.Variable[] {
    return Object.values(this.parameters);
  }

  /**
   * [B,H,W,inputChannels] -> [B,H,W,outputChannels], any value range.
   *
   * @param condition what a `conditioned` network is conditioned on, about -3 to 3
   * @throws RangeError when the channels differ from `inputChannels` or H or W is no multiple of `sizeMultiple`, or the condition is missing
   * or there is no use for it.
   */
  apply(x: tf.Tensor4D, condition?: tf.Scalar): tf.Tensor4D {
    const [, height, width, channels] = x.shape;
    if (channels !== this.inputChannels)
      throw new RangeError(`UNet.apply: input has ${channels} channels, the network takes ${this.inputChannels}`);
    if (height % this.sizeMultiple !== 0 || width % this.sizeMultiple !== 0)
      throw new RangeError(
        `UNet.apply: height and width must be multiples of ${this.sizeMultiple}, got ${height} x ${width}: pad the input`,
      );
    if (this.conditioned !== (condition !== undefined))
      throw new RangeError(
        `UNet.apply: the network is ${this.conditioned ? '' : 'not '}conditioned, got ${condition ? 'a' : 'no'} condition`,
      );
    return tf.tidy(() => {
      const skips: tf.Tensor4D[] = [];
      let h = x;
      for (const block of this.encoder) {
        h = applyBlock(block, h, condition);
        skips.push(h);
        h = oddSamples(h);
      }
      this.decoder.forEach((block, i) => {
        h = applyBlock(block, h, condition);
        if (i >= this.firstJoin && skips.length > 0) h = join(h, skips.pop()!);
      });
      return this.output.apply(h, 'linear', condition);
    });
  }

  /** Frees the weights. */
  dispose(): void {
    for (const weight of this.trainableWeights) weight.dispose();
  }
}

function applyBlock(block: Convolution[], x: tf.Tensor4D, condition?: tf.Scalar): tf.Tensor4D {
  return tf.tidy(() => block.reduce((h, convolution) => convolution.apply(h, 'relu', condition), x));
}

/** [upsampled, skip]. */
function join(x: tf.Tensor4D, skip: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.concat([upsample(x), skip], 3));
}

/**
 * x[:, 1::2, 1::2, :], with nothing averaged. In memory order a pair of rows and a pair of pixels are neighbours, so the
 * odd ones are the second half of an axis of a reshaped tensor: a slice, whose gradient is a pad.
 */
function oddSamples(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [rows, columns] = [height / 2, width / 2];
  const pairs: tf.Tensor4D = tf.reshape(x, [batch * rows, 2, columns, 2 * channels]);
  const odd = tf.slice(pairs, [0, 1, 0, channels], [batch * rows, 1, columns, channels]);
  return tf.reshape(odd, [batch, rows, columns, channels]);
}

/** Twice the height and width, bilinear, half-pixel centres, as Keras' UpSampling2D. */
function upsample(x: tf.Tensor4D): tf.Tensor4D {
  return tf.image.resizeBilinear(x, [2 * x.shape[1], 2 * x.shape[2]], false, true);
}
