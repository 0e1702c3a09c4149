import { basename } from 'node:path';
import type { PackedConfiguration, RunConfiguration } from '@sandwich/trainer';
import type { EvaluatedRun } from '../evaluation/evaluated-run.js';
import type { ShownFact, TrainingCurve } from '../inspection.js';

const count = (value: number): string => value.toLocaleString('en');

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** What a run's configuration and training say at a glance; what an older version did not write is left out. */
export function runFacts(
  configuration: RunConfiguration | PackedConfiguration,
  training: readonly TrainingCurve[],
): ShownFact[] {
  const { codeVersion, engine, images, budget }: Partial<RunConfiguration> = configuration;
  const { steps, seconds } = training.find(({ key }) => key === 'loss') ?? { steps: [], seconds: [] };
  const limits = [
    budget?.steps !== undefined && `${count(budget.steps)} steps`,
    budget?.minutes !== undefined && `${budget.minutes} minutes`,
  ];
  const facts: [label: string, value: string | false | undefined][] = [
    ['Trained', steps.length > 0 && `${count(steps.at(-1)!)} steps in ${duration(seconds.at(-1)!)}`],
    ['Budget', limits.filter(Boolean).join(', ')],
    ['Training images', images],
    [
      'Engine',
      engine &&
        `${engine.engine} ${engine.version}, ${engine.device}, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}, ${engine.precision}`,
    ],
    ['Code version', codeVersion],
  ];
  return facts.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/** What the loaded system says. */
export function networkFacts({ checkpoint: { file, step }, kind, system, bitDepth }: EvaluatedRun): ShownFact[] {
  const parameters = Object.values(system.parameters).reduce((sum, { size }) => sum + size, 0);
  return [
    { label: 'Checkpoint', value: `step ${count(step)}, ${basename(file)}` },
    ...(kind.facts?.(system) ?? []),
    { label: 'Parameters', value: count(parameters) },
    { label: 'Images', value: `${bitDepth} bits a sample` },
  ];
}
