import { loadLpipsMetrics } from './lpips-metric.js';
import type { Metric } from './metric.js';
import { ssimMetric } from './ssim-metric.js';

const groups: Record<string, (note: (text: string) => void) => Promise<Metric[]>> = {
  psnr: async () => [],
  ssim: async () => [ssimMetric],
  lpips: loadLpipsMetrics,
};

/** Names that `openMetrics` knows. */
export const metricNames = Object.keys(groups);

/**
 * Loads metrics to measure besides PSNR, which is always measured.
 *
 * @param names of `metricNames`; default all
 * @param note hears of metrics that are left out because their weights are not there
 * @throws Error for an unknown name, or weights that cannot be used
 */
export async function openMetrics(
  names: readonly string[] = metricNames,
  note: (text: string) => void,
): Promise<Metric[]> {
  const unknown = names.find((name) => !Object.hasOwn(groups, name));
  if (unknown !== undefined) throw new Error(`unknown metric '${unknown}'; known are ${metricNames.join(', ')}`);
  return (await Promise.all(names.map((name) => groups[name](note)))).flat();
}
