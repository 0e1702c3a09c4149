import { cropPicture, type Picture, withBitDepth } from '@sandwich/pictures';
import { codeImage, type System } from '../evaluation/system.js';

/** What a coder made of a picture at one of its settings. */
export interface PictureCoding {
  /** Place of the setting among those of the coder. */
  setting: number;
  /** Size of the files. */
  bits: number;
  /** The estimate of the proxy, where there is one. */
  estimatedBits?: number;
  output: Picture;
  /** Pictures on the way to the output, by name. */
  views: Record<string, Picture>;
}

/** Codes pictures at several settings, in the order of rising rate where they are searched. */
export interface PictureCoder {
  readonly name: string;
  readonly settings: readonly string[];
  pixels(picture: Picture): number;
  /** @param settings places among the coder's settings */
  code(picture: Picture, settings: readonly number[]): AsyncIterable<PictureCoding>;
}

/** A bottleneck without its padding. @param downsampleFactor of the sandwich */
export function withoutPadding(
  bottleneck: Picture<Uint8Array>,
  { width, height }: { width: number; height: number },
  downsampleFactor: number,
): Picture<Uint8Array> {
  const size = { width: Math.ceil(width / downsampleFactor), height: Math.ceil(height / downsampleFactor) };
  return cropPicture(bottleneck, { left: 0, top: 0, ...size });
}

/** The system of an evaluation as a coder. @param withViews whether the bottleneck is worth a look: not where there are no networks */
export const coderOf = (system: System, { withViews }: { withViews: boolean }): PictureCoder => ({
  name: system.name,
  settings: system.settings.map(({ label }) => label),
  pixels: ({ width, height }) => width * height,
  async *code(picture, settings) {
    const { downsampleFactor } = system.model;
    const inner = (bottleneck: Picture<Uint8Array>) => withoutPadding(bottleneck, picture, downsampleFactor);
    let at = 0;
    const chosen = { ...system, settings: settings.map((place) => system.settings[place]) };
    for await (const { bits, estimatedBits, prediction, bottleneck, compressedBottleneck } of codeImage(
      chosen,
      picture,
    )) {
      const views: PictureCoding['views'] = withViews
        ? { bottleneck: inner(bottleneck), 'compressed bottleneck': inner(compressedBottleneck) }
        : {};
      yield { setting: settings[at++], bits, estimatedBits, output: prediction, views };
    }
  },
});

/** A picture as the page shows it. */
export const inEightBits = (picture: Picture): Picture<Uint8Array> => withBitDepth(picture, 8);
