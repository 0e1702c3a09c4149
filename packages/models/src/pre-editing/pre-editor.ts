import { EntropyBottleneck } from '@sandwich/codec-proxy';
import { checkInteger, type Parameters, tf } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { ConvolutionalNetwork } from '../networks/convolutional-network.js';
import { prefixed } from '../networks/prefixed.js';
import { resConv } from './res-conv.js';

/** What a `PreEditor` is built from, as plain JSON. */
export interface PreEditorArchitecture {
  /** Channels of the network's middle. */
  features: number;
  /**
   * Which statistics batch normalisations take while training: those of the `batch`, or, as the published code does by oversight, those of the start
   * (`inference`), which makes them factors and offsets that are learned.
   */
  batchNorm: 'batch' | 'inference';
  /** Whether the network makes the change of a picture, beginning with none, and not the edited picture itself. */
  globalSkip: boolean;
  /** Seed of the first weights. */
  seed: number;
}

/** The published network, whose batch normalisations do what they are for. */
export const preEditorDefaults: PreEditorArchitecture = {
  features: 64,
  batchNorm: 'batch',
  globalSkip: false,
  seed: 1,
};

/** Pixels to each side that the published network sees of a picture: two convolutions of 7x7 and seven of 3x3. */
export const PRE_EDITOR_REACH = 13;

const COLOURS = 3;

/**
 * A network that edits pictures so that JPEG codes them in fewer bits (Talebi, Kelly, Luo and others, "Better Compression with Deep Pre-Editing",
 * IEEE TIP 2021), as the code of LearnedJPEG has it for comparison. While it is trained, an entropy bottleneck estimates bits: one density for each of
 * Y, Cb and Cr, for all frequencies.
 */
export class PreEditor implements System<PreEditorArchitecture> {
  readonly kind = 'pre-editing';
  readonly architecture: PreEditorArchitecture;
  /** `network/...` and `bottleneck/...`. */
  readonly parameters: Parameters;
  /** Statistics of batch normalisations. */
  readonly state: Parameters;
  readonly network: ConvolutionalNetwork;
  readonly bottleneck: EntropyBottleneck;

  /** @throws RangeError naming an option and its value that is out of range */
  constructor(options: Partial<PreEditorArchitecture> = {}) {
    this.architecture = { ...preEditorDefaults, ...options };
    const { features, batchNorm, globalSkip, seed } = this.architecture;
    checkInteger('PreEditor', 'features', features, 1);
    if (batchNorm !== 'batch' && batchNorm !== 'inference')
      throw new RangeError(`PreEditor: batchNorm must be batch or inference, got ${batchNorm}`);
    this.network = new ConvolutionalNetwork(resConv({ features }), seed);
    if (globalSkip) {
      const last = this.network.parameters['conv5/kernel'];
      tf.tidy(() => last.assign(tf.zerosLike(last)));
    }
    this.bottleneck = new EntropyBottleneck({ channels: COLOURS, initScale: 1, seed });
    this.parameters = {
      ...prefixed('network', this.network.parameters),
      ...prefixed('bottleneck', this.bottleneck.parameters),
    };
    this.state = prefixed('network', this.network.state);
  }

  /**
   * Edits pictures.
   *
   * @param images [B, H, W, 3] in [0, 255]
   * @param isTraining whether batch normalisations may take the statistics of the batch
   * @returns of the same shape, about in [0, 255], not rounded
   */
  edit(images: tf.Tensor4D, isTraining = false): tf.Tensor4D {
    const { batchNorm, globalSkip } = this.architecture;
    return tf.tidy(() => {
      const unit = images.div<tf.Tensor4D>(255);
      const made = this.network.apply(unit, isTraining && batchNorm === 'batch');
      return (globalSkip ? unit.add<tf.Tensor4D>(made) : made).mul(255);
    });
  }

  /** Frees the weights. */
  dispose(): void {
    this.network.dispose();
    this.bottleneck.dispose();
  }
}
