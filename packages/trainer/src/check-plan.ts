import { withoutEngine } from '@sandwich/engine';
import type { Sandwich } from '@sandwich/models';
import { loadDistortions } from './distortions.js';
import type { TrainingPlan } from './training-plan.js';

/**
 * Finds out whether a plan can be followed, without an engine: its settings make networks, these begin as they are meant to, and what is
 * traded against the rate can be loaded.
 *
 * @param begin puts the weights into the networks with which they begin
 * @throws Error that says what cannot be done
 */
export const checkPlan = ({ build }: TrainingPlan, begin: (model: Sandwich) => void = () => {}): Promise<void> =>
  withoutEngine(async () => {
    const { model, distortion } = await build();
    try {
      begin(model);
      const { dispose } = await loadDistortions(distortion);
      dispose();
    } finally {
      model.dispose();
    }
  });
