import { checkInteger, inFloat32, tf } from '@sandwich/engine';
import { Convolution, initialKernel } from './convolution.js';
import { type LinearMap, sineLayerAsLinearMap } from './linear-map.js';
import { deriveSeed } from './random.js';

/** Options of `SinMlp`. */
export interface SinMlpOptions {
  /** 2 (default): one hidden layer with sine, then a linear layer. 1: a linear layer. 0: nothing that is trained. */
  numLayers?: 0 | 1 | 2;
  /** Units of the hidden layer. Default 16. */
  channels?: number;
  /** Default 3. */
  inputChannels?: number;
  /** Default 3. */
  outputChannels?: number;
  /**
   * A linear map, [inputChannels][outputChannels], which the network computes at the beginning (or for ever with no
   * layers). Without it weights begin random, Glorot-uniform, and no layers are the identity.
   */
  initial?: LinearMap;
  /** Seed of the initial weights. Default 0. */
  seed?: number;
}

/**
 * The pointwise branch of the sandwich networks: the same small network for every pixel, as 1x1 convolutions with the
 * sine as activation (Guleryuz et al., "Sandwiched compression", section on network architectures, and published code).
 *
 * @example
 * const luma = new SinMlp({ outputChannels: 1, initial: [[0.299], [0.587], [0.114]] });
 * const y = luma.apply(tf.zeros([1, 8, 8, 3])); // [1, 8, 8, 1]
 */
export class SinMlp {
  /** The weights by path, `hidden/kernel`, `hidden/bias`, `output/kernel`, `output/bias`; all of them are trainable. */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  readonly inputChannels: number;
  /** What the network computes for ever, without layers; the identity where it is missing. */
  readonly fixed?: LinearMap;
  private readonly hidden?: Convolution;
  private readonly output?: Convolution;

  /** @throws RangeError when a count is out of range, or `initial` has another shape or needs more hidden units. */
  constructor(options: SinMlpOptions = {}) {
    const { numLayers = 2, channels = 16, inputChannels = 3, outputChannels = 3, initial, seed = 0 } = options;
    if (![0, 1, 2].includes(numLayers)) throw new RangeError(`SinMlp: numLayers must be 0, 1 or 2, got ${numLayers}`);
    checkInteger('SinMlp', 'channels', channels, 1);
    checkInteger('SinMlp', 'inputChannels', inputChannels, 1);
    checkInteger('SinMlp', 'outputChannels', outputChannels, 1);
    if (initial && (initial.length !== inputChannels || initial.some((row) => row.length !== outputChannels)))
      throw new RangeError(
        `SinMlp: initial must be ${inputChannels} rows of ${outputChannels} numbers, ` +
          `got ${initial.length} rows of ${initial.map((row) => row.length)}`,
      );
    if (numLayers === 0 && !initial && inputChannels !== outputChannels)
      throw new RangeError(
        `SinMlp: without layers ${inputChannels} channels cannot become ${outputChannels}: give initial`,
      );

    const random = (path: string, from: number, to: number) =>
      initialKernel('glorot', 1, from, to, deriveSeed(seed, path));
    if (numLayers === 2) {
      const hidden = random('hidden', inputChannels, channels);
      const weights = initial
        ? sineLayerAsLinearMap(initial, hidden)
        : { hidden, output: random('output', channels, outputChannels) };
      this.hidden = new Convolution(1, inputChannels, channels, weights.hidden);
      this.output = new Convolution(1, channels, outputChannels, weights.output);
    } else if (numLayers === 1) {
      const weights = initial ? Float32Array.from(initial.flat()) : random('output', inputChannels, outputChannels);
      this.output = new Convolution(1, inputChannels, outputChannels, weights);
    } else {
      this.fixed = initial;
    }
    this.parameters = { ...named('hidden', this.hidden), ...named('output', this.output) };
    this.inputChannels = inputChannels;
  }

  get trainableWeights(): tf.Variable[] {
    return Object.values(this.parameters);
  }

  /**
   * [B,H,W,inputChannels] -> [B,H,W,outputChannels]. Values of about [-0.5, 0.5] are expected where `initial` is given.
   *
   * @throws RangeError when the channels differ from `inputChannels`.
   */
  apply(x: tf.Tensor4D): tf.Tensor4D {
    if (x.shape[3] !== this.inputChannels)
      throw new RangeError(`SinMlp.apply: input has ${x.shape[3]} channels, the network takes ${this.inputChannels}`);
    // In bfloat16 pixels would lose the last of their 8 bits here: this branch carries the picture, the U-Net a correction.
    return tf.tidy(() => inFloat32(() => this.compute(x)));
  }

  private compute(x: tf.Tensor4D): tf.Tensor4D {
    if (this.fixed)
      return tf.conv2d(x, tf.tensor4d(this.fixed.flat(), [1, 1, this.fixed.length, this.fixed[0].length]), 1, 'same');
    if (!this.output) return x.clone();
    return this.output.apply(this.hidden ? tf.sin(this.hidden.apply(x)) : x);
  }

  /** Frees the weights. */
  dispose(): void {
    for (const weight of this.trainableWeights) weight.dispose();
  }
}

function named(path: string, layer?: Convolution): Record<string, tf.Variable> {
  return layer ? { [`${path}/kernel`]: layer.kernel, [`${path}/bias`]: layer.bias } : {};
}
