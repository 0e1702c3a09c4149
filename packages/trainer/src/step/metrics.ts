/** Numbers of one step: `loss`, which the gradients are of, and what else the objective tells. */
export type StepMetrics = { loss: number } & Record<string, number>;

/** The mean of each metric, over the steps that have it: those of another phase may have others. */
export function meanOf(metrics: readonly StepMetrics[]): StepMetrics {
  const names = [...new Set(metrics.flatMap((step) => Object.keys(step)))];
  const mean = (name: string) => {
    const having = metrics.filter((step) => name in step);
    return having.reduce((sum, step) => sum + step[name], 0) / having.length;
  };
  return Object.fromEntries(names.map((name) => [name, mean(name)])) as StepMetrics;
}
