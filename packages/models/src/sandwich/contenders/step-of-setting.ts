import type { Sandwich } from '../sandwich.js';
import type { CodecSetting } from './codec-setting.js';

/**
 * What networks are told of a codec's setting: its step where they are conditioned on that, else nothing.
 *
 * @throws Error where they are and the codec does not say it
 */
export function stepOfSetting(
  { conditionOn }: Pick<Sandwich, 'conditionOn'>,
  { name, step }: Pick<CodecSetting, 'name' | 'step'>,
): number | undefined {
  if (conditionOn === 'none') return undefined;
  if (step) return step();
  throw new Error(
    `the networks are conditioned on the quantiser step, and the codec does not say which it has at ${name}: ` +
      "give it the member 'step', or the setting a step",
  );
}
