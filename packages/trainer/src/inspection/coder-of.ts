import type { Coder, Coding } from '@sandwich/evaluation';
import { cropPicture, type Picture, withBitDepth } from '@sandwich/pictures';
import { codeImage, type System } from '../evaluation/system.js';

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
export const coderOf = (system: System, { withViews }: { withViews: boolean }): Coder => ({
  name: system.name,
  description: system.description,
  key: system.name,
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
      const views: Coding['views'] = withViews
        ? { bottleneck: inner(bottleneck), 'compressed bottleneck': inner(compressedBottleneck) }
        : {};
      yield { setting: settings[at++], bits, estimatedBits, output: prediction, views };
    }
  },
});

/** A picture as the page shows it. */
export const inEightBits = (picture: Picture): Picture<Uint8Array> => withBitDepth(picture, 8);
