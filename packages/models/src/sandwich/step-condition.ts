import { tf } from '@sandwich/engine';
import type { ConditionOn, SandwichOptions } from './sandwich-options.js';

/** What networks are told besides images. */
export interface StepCondition {
  /** The quantiser step of the codec, in the levels of the bottleneck, positive; for networks that are conditioned on it, and no others. */
  step?: tf.Scalar | number;
}

/** @throws RangeError for networks that cannot be conditioned on a step */
export function checkConditionOn({ conditionOn = 'none', pre, post, loopFilter, proxy }: SandwichOptions): void {
  if (conditionOn === 'none') return;
  if (conditionOn !== 'step')
    throw new RangeError(`Sandwich: conditionOn must be 'none' or 'step', got '${conditionOn}'`);
  if (pre === null && post === null && !loopFilter)
    throw new RangeError("Sandwich: conditionOn 'step' is for U-Nets, and there are none: leave it out");
  if (proxy && !proxy.quantizerStep)
    throw new RangeError(
      `Sandwich: conditionOn 'step' takes a codec that says its quantiser step, and that of ${proxy.describe()?.codec ?? 'the user'} ` +
        "has no member 'quantizerStep' (a codec of a fixed quality has none): leave conditionOn out, or take another codec",
    );
}

/** @throws RangeError for a step that is missing, of no use to the networks, or out of range; of a tensor, only the rank is looked at */
export function checkStep(method: string, conditionOn: ConditionOn, step: StepCondition['step']): void {
  if (conditionOn === 'none') {
    if (step === undefined) return;
    throw new RangeError(
      `Sandwich.${method}: the networks are not conditioned on the quantiser step, and there is a step: leave it out ` +
        "(networks trained with conditionOn 'step' take one)",
    );
  }
  if (step === undefined)
    throw new RangeError(
      `Sandwich.${method}: the networks are conditioned on the quantiser step: give it, as { step: 20 } for flat tables of 20`,
    );
  const valid = typeof step === 'number' ? step > 0 && step < Infinity : step.rank === 0;
  if (valid) return;
  const got = typeof step === 'number' ? step : `a tensor of shape [${step.shape}]`;
  throw new RangeError(`Sandwich.${method}: step must be one positive and finite number, got ${got}`);
}

/** The step as a tensor; one that is a tensor stays the caller's. */
export const stepTensor = (step: StepCondition['step']): tf.Scalar | undefined =>
  typeof step === 'number' ? tf.scalar(step) : step;
