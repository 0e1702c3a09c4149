import { loadLpipsMetrics } from './lpips-metric.js';
import type { Metric } from './metric.js';
import { ssimMetric } from './ssim-metric.js';

type Open = (note: (text: string) => void, options: { asked: boolean }) => Promise<Metric[]>;

const groups: Record<string, Open> = {
  psnr: async () => [],
  ssim: async () => [ssimMetric],
  lpips: loadLpipsMetrics,
};

/** Names that `openMetrics` knows. */
export const metricNames = Object.keys(groups);

/**
 * Loads metrics to measure besides PSNR, which is always measured.
 *
 * @param names of `metricNames`; default all that can be measured here
 * @param note hears of metrics that are left out because their weights are not there
 * @throws Error for an unknown name, weights that cannot be used, or a named metric that has none
 */
export async function openMetrics(
  names: readonly string[] | undefined,
  note: (text: string) => void,
): Promise<Metric[]> {
  const unknown = names?.find((name) => !Object.hasOwn(groups, name));
  if (unknown !== undefined) throw new Error(`unknown metric '${unknown}'; known are ${metricNames.join(', ')}`);
  const asked = names !== undefined;
  return (await Promise.all((names ?? metricNames).map((name) => groups[name](note, { asked })))).flat();
}
