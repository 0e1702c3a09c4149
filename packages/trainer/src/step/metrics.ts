/** Numbers of one step: `loss`, which the gradients are of, and what else the objective tells. */
export type StepMetrics = { loss: number } & Record<string, number>;

/** The mean of each metric. */
export function meanOf(metrics: readonly StepMetrics[]): StepMetrics {
  const names = Object.keys(metrics[0]);
  const mean = (name: string) => metrics.reduce((sum, step) => sum + step[name], 0) / metrics.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as StepMetrics;
}
