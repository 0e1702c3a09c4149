import { UnusableImage } from '@sandwich/pictures';
import type { Batch } from '../batch-stream.js';
import { copyCrop } from '../copy-crop.js';
import type { Random } from '../random.js';
import type { LabelledPictures } from './labelled-pictures.js';
import type { LabelledSettings } from './labelled-settings.js';

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

/** A picture of a set as a batch takes it. */
export interface Sample {
  index: number;
  /** [height, width, 3], row by row. */
  pixels: Float32Array;
}

interface SampleOptions extends Pick<LabelledSettings, 'padding' | 'mirror'> {
  pictures: LabelledPictures;
  /** Hears of each picture that proves damaged, once. */
  note(text: string): void;
}

/** Reads crops of one size, and knows the pictures that proved damaged. */
export class SampleReader {
  readonly #damaged = new Set<number>();

  constructor(
    private readonly options: SampleOptions,
    readonly size: Size,
  ) {}

  /** Whether all of these pictures proved damaged. */
  areDamaged(indexes: readonly number[]): boolean {
    return this.#damaged.size > 0 && indexes.every((index) => this.#damaged.has(index));
  }

  /**
   * @param random draws place and mirroring; without it the middle is taken
   * @returns undefined when the picture is damaged
   */
  async read(index: number, random?: Random): Promise<Sample | undefined> {
    if (this.#damaged.has(index)) return undefined;
    const { pictures, padding, mirror, note } = this.options;
    const { width, height } = this.size;
    try {
      const image = await pictures.picture(index);
      const pixels = new Float32Array(3 * width * height);
      const [spaceX, spaceY] = [image.width - width, image.height - height];
      const left = random ? random.integer(spaceX + 2 * padding + 1) - padding : Math.floor(spaceX / 2);
      const top = random ? random.integer(spaceY + 2 * padding + 1) - padding : Math.floor(spaceY / 2);
      const mirrored = random !== undefined && mirror && random.uniform() < 0.5;
      copyCrop(image, { left, top, width, height }, mirrored, pixels);
      return { index, pixels };
    } catch (error) {
      if (!(error instanceof UnusableImage)) throw error;
      if (!this.#damaged.has(index)) note(`skipped: ${error.message}`);
      this.#damaged.add(index);
      return undefined;
    }
  }

  batchOf(samples: readonly Sample[]): Batch {
    const { pictures } = this.options;
    const { width, height } = this.size;
    const values = new Float32Array(3 * width * height * samples.length);
    for (const [i, { pixels }] of samples.entries()) values.set(pixels, i * pixels.length);
    return {
      arrays: {
        images: { shape: [samples.length, height, width, 3], values },
        labels: { shape: [samples.length], values: Int32Array.from(samples, ({ index }) => pictures.labels[index]) },
      },
      files: samples.map(({ index }) => pictures.names[index]),
    };
  }
}
