export const learningRateSchedules = ['constant', 'cosine', 'step'] as const;

/** How the learning rate runs over a training, as part of its settings. */
export interface LearningRateSettings {
  /** `constant`, `cosine` (half a period, down to `decay` at the end) or `step` (times `decay` at each milestone). */
  schedule: string;
  /** First steps in which the rate rises from nothing, linearly. */
  warmupSteps: number;
  decay: number;
  /** Fractions of the training, rising, with commas between: `0.6,0.85`; or numbers of steps: `320000`. */
  milestones: string;
}

/** The fractions of a training, or numbers of steps, that a list of milestones names. @throws Error when they are neither, or do not rise */
export function parseMilestones(text: string): number[] {
  const milestones = text.split(',').map((item) => (item.trim() === '' ? Number.NaN : Number(item)));
  const rise = milestones.every((at, i) => at > (milestones[i - 1] ?? 0));
  if (!rise || !(milestones.every((at) => at < 1) || milestones.every((at) => Number.isSafeInteger(at) && at > 1))) {
    throw new Error(
      `milestones must be rising fractions between 0 and 1, or whole numbers of steps from 2 up, with commas between, got '${text}'`,
    );
  }
  return milestones;
}

/**
 * What the learning rate is multiplied by in the step that follows `step` others, at a fraction f of the training:
 *
 *   cosine: decay + (1 - decay) (1 + cos(pi f)) / 2        step: decay^(milestones that f, or the steps, have reached)
 *
 * and during the warm-up this times (step + 1) / (warmupSteps + 1). Cosine after Loshchilov and Hutter, "SGDR", 2017,
 * without restarts.
 */
export function learningRateFactor(settings: LearningRateSettings, step: number, fraction: number): number {
  const { schedule, warmupSteps, decay, milestones } = settings;
  const warmup = Math.min((step + 1) / (warmupSteps + 1), 1);
  if (schedule === 'cosine') return warmup * (decay + ((1 - decay) * (1 + Math.cos(Math.PI * fraction))) / 2);
  if (schedule === 'step') {
    return warmup * decay ** parseMilestones(milestones).filter((at) => (at < 1 ? fraction : step) >= at).length;
  }
  return warmup;
}

/**
 * The learning rate of the step that follows `step` others: that of the settings times its factor.
 *
 * @param progress share of the training that is done, 0 to 1
 */
export const learningRateAt = (
  settings: LearningRateSettings & { learningRate: number },
  step: number,
  progress: number,
): number => settings.learningRate * learningRateFactor(settings, step, progress);
