import { tf } from '@sandwich/engine';
import { deriveSeed, type LinearMap, SinMlp, UNet, type UNetOptions } from '@sandwich/unets';
import { prefixed } from '../../networks/prefixed.js';
import { ColorDemodulator, ColorModulator } from './color-carrier.js';
import { DetailPacker, DetailUnpacker } from './detail-packing.js';
import { logStep } from './log-step.js';
import { phasePlanes } from './phase-planes.js';
import { depthToSpace, spaceToDepth } from './space-to-depth.js';

/** The sides of codes that nobody trained, from which training may start: of a colour carrier, and of details packed into chroma. */
export type Code = 'modulator' | 'demodulator' | 'packer' | 'unpacker';

const codes: Record<Code, () => ColorModulator | ColorDemodulator | DetailPacker | DetailUnpacker> = {
  modulator: () => new ColorModulator(),
  demodulator: () => new ColorDemodulator(),
  packer: () => new DetailPacker(),
  unpacker: () => new DetailUnpacker(),
};

/** How a `Processor` is made; `Sandwich` does it. */
export interface ProcessorOptions {
  inputChannels: number;
  outputChannels: number;
  /** The U-Net branch; null for none. */
  unet: UNetOptions | null;
  /** Layers of the pointwise branch. */
  mlpLayers: 0 | 1 | 2;
  mlpChannels: number;
  /** What the pointwise branch computes at the beginning, see `SinMlp`. */
  initial?: LinearMap;
  /** What stands in the place of the pointwise branch. */
  code?: Code;
  /** Initial value of the U-Net's trainable scaler; without it the scaler is 1, fixed. */
  initialScaler?: number;
  /** Whether the U-Net sees phase planes beside the image. */
  phasePlanes: boolean;
  /** Whether the U-Net is conditioned on the quantiser step. */
  conditioned: boolean;
  /** The largest value of an image. */
  white: number;
  seed: number;
}

/**
 * One side of a sandwich, for images x of values of about [0, white] (Guleryuz et al., "Sandwiched compression", and published code):
 *
 *     n = (x - 128 / 255 white) / white
 *     y = mlp(n) + scaler * unet([n, phase planes])
 *
 * and y is brought back to the range of x. In the place of mlp(n) there may be one side of a code that nobody trained. Those of packed details change
 * the size, and the U-Net beside them works at the smaller one, on squares of 2 x 2 pixels. A conditioned U-Net is scaled and shifted by log2(step / 32).
 */
export class Processor {
  /** The weights by path: `mlp/...`, `carrier/...` or `details/...`, `unet/...` and `scaler`. */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  /** Height and width of images, or of what is made of them where that is larger, are multiples of this. */
  readonly sizeMultiple: number;
  /** Whether the U-Net branch takes part; where it does not, its weights and scaler have no gradient. */
  unetEnabled = true;
  /** The pointwise branch, where no code stands in its place. */
  readonly mlp?: SinMlp;
  readonly code?: ColorModulator | ColorDemodulator | DetailPacker | DetailUnpacker;
  readonly unet?: UNet;
  /** Factor of the U-Net; 1 where it is missing. */
  readonly scaler?: tf.Variable<tf.Rank.R0>;
  /** Whether the U-Net sees phase planes beside the image. */
  readonly withPhasePlanes: boolean;
  /** The largest value of an image. */
  readonly white: number;

  constructor(options: ProcessorOptions) {
    const { inputChannels, outputChannels, mlpLayers, mlpChannels, initial, initialScaler, white, seed } = options;
    this.withPhasePlanes = options.phasePlanes;
    this.white = white;
    if (options.code) {
      this.code = codes[options.code]();
    } else {
      this.mlp = new SinMlp({
        numLayers: mlpLayers,
        channels: mlpChannels,
        inputChannels,
        outputChannels,
        initial,
        seed: deriveSeed(seed, 'mlp'),
      });
    }
    if (options.unet) {
      const planes = this.withPhasePlanes ? 3 : 0;
      this.unet = new UNet({
        seed: deriveSeed(seed, 'unet'),
        ...options.unet,
        inputChannels: inputChannels * (this.code instanceof DetailPacker ? 4 : 1) + planes,
        outputChannels: outputChannels * (this.code instanceof DetailUnpacker ? 4 : 1),
        conditioned: options.conditioned,
      });
      if (initialScaler !== undefined) this.scaler = tf.tidy(() => tf.variable(tf.scalar(initialScaler)));
    }
    this.parameters = {
      ...prefixed('mlp', this.mlp?.parameters ?? {}),
      ...prefixed(this.packs ? 'details' : 'carrier', this.code?.parameters ?? {}),
      ...prefixed('unet', this.unet?.parameters ?? {}),
      ...(this.scaler && { scaler: this.scaler }),
    };
    const pixelsOfUNet = this.packs ? 2 : 1;
    this.sizeMultiple = Math.max(pixelsOfUNet * (this.unet?.sizeMultiple ?? 1), this.code?.sizeMultiple ?? 1);
  }

  /**
   * [B,H,W,inputChannels] -> [B,H,W,outputChannels], with packed details at half or twice the height and width, values of about [0, white] both.
   *
   * @param step the quantiser step, where the U-Net is conditioned on it
   */
  apply(images: tf.Tensor4D, step?: tf.Scalar): tf.Tensor4D {
    const gray = (128 / 255) * this.white;
    return tf.tidy(() => {
      const x = tf.div<tf.Tensor4D>(tf.sub(images, gray), this.white);
      return this.network(x, step).mul(this.white).add(gray);
    });
  }

  /** Whether it changes the size, by a factor of 2. */
  get packs(): boolean {
    return this.code instanceof DetailPacker || this.code instanceof DetailUnpacker;
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose(Object.values(this.parameters));
  }

  private network(x: tf.Tensor4D, step?: tf.Scalar): tf.Tensor4D {
    const fixed = (this.code ?? this.mlp!).apply(x);
    if (!this.unet || !this.unetEnabled) return fixed;
    const seen = this.code instanceof DetailPacker ? spaceToDepth(x) : x;
    const [batch, height, width] = seen.shape;
    const input = this.withPhasePlanes ? tf.concat([seen, phasePlanes(batch, height, width)], 3) : seen;
    const made = this.unet.apply(input, step && logStep(step));
    const spatial = this.code instanceof DetailUnpacker ? depthToSpace(made) : made;
    return tf.add(fixed, this.scaler ? tf.mul(this.scaler, spatial) : spatial);
  }
}
