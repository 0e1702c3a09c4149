import { type Parameters, tf } from '@sandwich/engine';
import type { System } from '@sandwich/trainer';
import { UNet } from '@sandwich/unets';

/** What a segmenter is built from. */
export interface SegmenterArchitecture {
  /** Channels of each level of its U-Net, finest first. */
  filters: number[];
  /** Names of the classes, in the order of their labels. */
  classes: string[];
  /** Seed of the first weights. */
  seed: number;
}

/** A U-Net that says of which class each pixel is. */
export class Segmenter implements System<SegmenterArchitecture> {
  readonly kind = 'segmenter';
  readonly parameters: Parameters;
  readonly #unet: UNet;

  /** @throws RangeError for fewer than two classes, or filters that are no whole numbers */
  constructor(readonly architecture: SegmenterArchitecture) {
    const { filters, classes, seed } = architecture;
    if (classes.length < 2) throw new RangeError(`Segmenter: there must be two classes or more, got ${classes.length}`);
    this.#unet = new UNet({
      encoderFilters: filters,
      decoderFilters: [filters.at(-1)!, ...filters.toReversed()],
      variant: 'textbook',
      outputChannels: classes.length,
      initializer: 'he',
      seed,
    });
    this.parameters = this.#unet.parameters;
  }

  /** Scores of all classes, [B,H,W,classes], for images [B,H,W,3] in [0, 255]. */
  apply(images: tf.Tensor4D): tf.Tensor4D {
    return tf.tidy(() => {
      const [, height, width] = images.shape;
      const [below, beside] = [height, width].map((length) => -length & (this.#unet.sizeMultiple - 1));
      const scaled = tf.sub<tf.Tensor4D>(tf.div(images, 127.5), 1);
      const padded = tf.pad(scaled, [[0, 0], [0, below], [0, beside], [0, 0]]); // biome-ignore format: one line
      return tf.slice(this.#unet.apply(padded), [0, 0, 0, 0], [-1, height, width, -1]);
    });
  }

  /** Frees the parameters. */
  dispose(): void {
    this.#unet.dispose();
  }
}
