import { existsSync } from 'node:fs';
import { type LpipsNet, loadLpipsMetric } from '@sandwich/losses';
import type { Picture } from '@sandwich/pictures';
import { lpipsWeightsFile } from '../distortions.js';
import type { Measure, Metric } from './metric.js';

/** Networks whose distances are reported, and under which names; alex is the field's default. */
const KEYS: Partial<Record<LpipsNet, string>> = { alex: 'lpips', squeeze: 'lpips-squeeze' };

const measureOf = (net: string, key: string): Measure => ({
  key,
  label: `LPIPS ${net}`,
  digits: 4,
  lessIsBetter: true,
});

/** Whether or not their weights are there. */
export const lpipsMeasures: readonly Measure[] = Object.entries(KEYS).map(([net, key]) => measureOf(net, key));

/**
 * LPIPS over 8-bit RGB by ONNX Runtime, one metric for each network whose weights are there.
 *
 * @param note hears of networks that are left out
 * @throws Error when weights are there and cannot be used, or when there are none of a metric that was `asked` for
 */
export async function loadLpipsMetrics(note: (text: string) => void, { asked }: { asked: boolean }): Promise<Metric[]> {
  const files = (Object.keys(KEYS) as LpipsNet[]).map(lpipsWeightsFile);
  if (asked && !files.some((file) => existsSync(file))) {
    throw new Error(
      `LPIPS needs weights, and there is no ${files.join(' or ')}; data/make-lpips-weights.py makes them`,
    );
  }
  const metrics: Metric[] = [];
  for (const [net, key] of Object.entries(KEYS) as [LpipsNet, string][]) {
    const weights = lpipsWeightsFile(net);
    if (!existsSync(weights)) {
      note(`LPIPS ${net} is left out: there is no ${weights}; data/make-lpips-weights.py makes it`);
      continue;
    }
    const lpips = await loadLpipsMetric({ net, weights });
    metrics.push({
      measures: [measureOf(net, key)],
      measure: async (original, pictures) => ({
        [key]: isLargeEnough(original, lpips.smallestSide)
          ? await lpips.measure(original, pictures)
          : pictures.map(() => null),
      }),
      release: lpips.release,
    });
  }
  return metrics;
}

const isLargeEnough = ({ width, height }: Picture<Uint8Array>, smallest: number): boolean =>
  Math.min(width, height) >= smallest;
