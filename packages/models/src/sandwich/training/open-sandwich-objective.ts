import { openPhotographStream } from '@sandwich/data';
import {
  adam,
  type DataOptions,
  frozen,
  learningRateAt,
  type Objective,
  type Optimizer,
  partition,
} from '@sandwich/trainer';
import { type DistortionMix, loadDistortions, weightsOf } from '../../training/distortions.js';
import type { Sandwich } from '../sandwich.js';
import { type SandwichPhase, sandwichObjective } from './sandwich-objective.js';
import type { SandwichSettings } from './sandwich-settings.js';

/** Adam at the scheduled rate for what lies behind the codec; everything else stays as it is. */
const behindTheCodec = (settings: SandwichSettings): Optimizer => {
  const receiver = adam({ learningRate: (step, progress) => learningRateAt(settings, step, progress) });
  return partition({ 'post/*': receiver, 'loopFilter/*': receiver, '*': frozen() });
};

/**
 * The objective of a run that trains a sandwich on photographs. Loads what the distortions need.
 *
 * @throws Error as `loadDistortions`
 */
export async function openSandwichObjective(
  model: Sandwich,
  settings: SandwichSettings,
  mix: DistortionMix,
  data: DataOptions,
): Promise<Objective<Sandwich, SandwichPhase>> {
  const distortions = await loadDistortions(mix);
  return {
    ...sandwichObjective({ model, settings, distortions: distortions.terms }),
    ...(settings.train === 'post' && { optimizer: behindTheCodec(settings) }),
    description: { distortion: weightsOf(mix) },
    batches: (ask) => openPhotographStream({ ...settings, data, ...ask }),
    dispose: () => distortions.dispose(),
  };
}
