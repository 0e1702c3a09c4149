import { joinProcessGroup } from '@sandwich/engine';
import { reasonOf } from '../reason-of.js';
import type { Place } from './place.js';
import { isPeersLost, type TrainingGroup, trainingGroup } from './training-group.js';

/**
 * Joins the processes that train together, runs `body`, and leaves; when it fails, the others hear why.
 *
 * @param timeoutSeconds how long the others may be silent
 * @throws Error when they cannot be joined, and what `body` throws
 */
export async function inTrainingGroup<Result>(
  place: Place,
  timeoutSeconds: number | undefined,
  body: (group: TrainingGroup) => Promise<Result>,
): Promise<Result> {
  const { attempt, ...where } = place;
  const processes = await joinProcessGroup({ ...where, timeoutSeconds, name: `training/${attempt}` });
  try {
    const result = await body(trainingGroup(processes));
    await processes.leave();
    return result;
  } catch (error) {
    await processes.leave(isPeersLost(error) ? undefined : reasonOf(error));
    throw error;
  }
}
