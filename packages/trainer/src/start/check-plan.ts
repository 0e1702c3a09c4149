import { withoutEngine } from '@sandwich/engine';
import type { DataOptions } from '../experiment/define-objective.js';
import type { System } from '../system.js';
import type { TrainingPlan } from './training-plan.js';

/**
 * Finds out whether a plan can be followed, without an engine: its settings make an objective, and its system begins as it is meant to.
 *
 * @param begin puts the weights into the system with which it begins
 * @throws Error that says what cannot be done
 */
export const checkPlan = (
  { build }: TrainingPlan,
  data: DataOptions,
  begin: (system: System) => void = () => {},
): Promise<void> =>
  withoutEngine(async () => {
    const objective = await build(data);
    try {
      begin(objective.system);
    } finally {
      objective.dispose?.();
      objective.system.dispose();
    }
  });
