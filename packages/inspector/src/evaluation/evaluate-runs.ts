import { basename } from 'node:path';
import { type EvaluationOptions, evaluateAll, type Results } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest } from '@sandwich/trainer';
import { type CommonRequest, contestsOf, type EvaluatedRun } from './evaluated-run.js';

/** A run around one codec. */
export interface RunContest {
  run: EvaluatedRun;
  contest: Contest;
}

/** What was measured of a run around one codec, and with what. */
export interface RunEvaluation extends RunContest {
  results: Results;
}

/** Contests of every run around every codec, run by run. */
export async function contestsOfRuns(runs: readonly EvaluatedRun[], ask: CommonRequest): Promise<RunContest[]> {
  const contests: RunContest[] = [];
  try {
    for (const run of runs) {
      for (const contest of await contestsOf(run, ask)) contests.push({ run, contest });
    }
    return contests;
  } catch (error) {
    for (const { contest } of contests) contest.dispose?.();
    throw error;
  }
}

/**
 * Measures runs beside what they are compared with. Nothing is written.
 *
 * @returns one evaluation a contest, in their order
 */
export async function evaluateRuns(
  contests: readonly RunContest[],
  { measures, ...options }: EvaluationOptions<Picture>,
): Promise<RunEvaluation[]> {
  const own = contests.flatMap(({ contest }) => contest.measures ?? []);
  const added = own.filter(({ key }, i) => own.findIndex((other) => other.key === key) === i);
  const results = await evaluateAll(
    contests.map(({ run: { run, checkpoint, bitDepth }, contest: { candidate, anchors, reference, codec } }) => ({
      candidate,
      anchors,
      reference,
      bitDepth,
      run,
      checkpoint: basename(checkpoint.file),
      step: checkpoint.step,
      codec,
    })),
    { ...options, measures: [...measures, ...added] },
  );
  return contests.map((contest, i) => ({ ...contest, results: results[i] }));
}
