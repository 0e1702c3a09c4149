import { releaseMemory } from '@sandwich/engine';
import { type LpipsMetric, type LpipsNet, loadLpipsMetric } from '@sandwich/losses';
import type { Picture } from '@sandwich/pictures';
import type { Measure, MeasureDescription } from '../measure.js';
import { inEightBits } from './in-eight-bits.js';
import { meanOverItems } from './mean.js';

/** How the distance of a network is called; alex is the field's default. */
export const describeLpips = (net: LpipsNet): MeasureDescription => ({
  key: net === 'alex' ? 'lpips' : `lpips-${net}`,
  label: `LPIPS ${net}`,
  better: 'less',
  digits: 4,
});

/**
 * LPIPS over 8-bit RGB by ONNX Runtime, which is loaded with the weights when the first picture is measured. Null for pictures that are too
 * small for the network.
 *
 * @param weights a .safetensors file, see `loadLpips`
 */
export function lpipsMeasure(net: LpipsNet, weights: string): Measure<Picture> {
  let loading: Promise<LpipsMetric> | undefined;
  return {
    ...describeLpips(net),
    files: [weights],
    async perItem(original, outputs) {
      loading ??= loadLpipsMetric({ net, weights });
      const { smallestSide, measure } = await loading;
      if (Math.min(original.width, original.height) < smallestSide) return outputs.map(() => null);
      // The coders' activations, for which measures have no use.
      releaseMemory();
      const distances = await measure(inEightBits(original), outputs.map(inEightBits));
      return distances.map((distance) => [distance]);
    },
    aggregate: meanOverItems,
    dispose: async () => (await loading)?.release(),
  };
}
