import { basename, resolve } from 'node:path';
import { type BatchStream, repeatFirst } from '@sandwich/data';
import { PeersLost } from '@sandwich/engine';
import { commandHint } from '../command-hint.js';
import { commonConfiguration, commonWeights, imageNames } from '../distributed/common-values.js';
import { inTrainingGroup } from '../distributed/in-training-group.js';
import { placeIn } from '../distributed/place.js';
import { alone, isPeersLost, type TrainingGroup } from '../distributed/training-group.js';
import type { Outcome } from '../logging/logger.js';
import { openLoggers } from '../logging/open-loggers.js';
import { train } from '../loop/train.js';
import { withEndings } from '../loop/with-endings.js';
import { variablesOf } from '../run/checkpoint.js';
import { createRunDirectory, type RunConfiguration, updateRunDirectory } from '../run/run-directory.js';
import { RunLog } from '../run/run-log.js';
import { type FinishedTraining, lock, type PreparedTraining, prepare, type Sitting } from './prepare-training.js';
import { checkOptions, type StartTrainingOptions } from './training-options.js';

/** @throws Error when a run would go on with other data than it had, and they were not asked for */
function checkImageNames(
  run: string,
  { imageNames: was }: RunConfiguration,
  { imageNames: is }: RunConfiguration,
): void {
  if (!was || !is || was.hash === is.hash) return;
  throw new Error(
    `${run} was trained on ${was.count} images, and now there are ${is.count}, with other names; bring back those it had, or give ` +
      '--accept-changes, or --images, to go on with these',
  );
}

/** Opens the batches in all processes: where data have to be made, the first one makes them for all of its machine. */
async function openBatches({ objective, configuration, open }: PreparedTraining, group: TrainingGroup) {
  let stream: BatchStream | undefined;
  await group.fromFirst(async () => {
    stream = await open();
  });
  stream ??= await open();
  const validation = await objective.batches({ purpose: 'validate', position: 0, share: { rank: 0, size: 1 } });
  // The first process alone will judge.
  const isEmpty = await group.fromFirst(async () => validation !== null && (await validation.next()) === null);
  if (isEmpty) {
    await Promise.all([stream.close(), validation?.close()]);
    throw new Error(`${validation?.description}: there is no batch to validate on`);
  }
  configuration.images ||= stream.description;
  configuration.imageNames = imageNames([...stream.files, ...(validation?.files ?? [])]);
  await validation?.close();
  return configuration.overfit ? repeatFirst(stream) : stream;
}

async function runTraining(
  prepared: PreparedTraining,
  options: StartTrainingOptions,
  { group, place, note, cleanups }: Sitting,
): Promise<FinishedTraining> {
  const { directory, earlier, checkpoint, isNew, configuration, settings, objective } = prepared;
  const { resume, acceptChanges = false } = options;
  const isFirst = group.rank === 0;
  const batches = await openBatches(prepared, group);
  cleanups.push(() => batches.close());
  const variables = variablesOf(objective.system);
  await group.requireSame(
    commonConfiguration(configuration, objective.system.parameters),
    'start all processes with the same arguments, images and code',
  );
  const isNamed = options.data?.images !== undefined || options.data?.limit !== undefined;
  if (earlier && !acceptChanges && !isNamed) checkImageNames(directory, earlier, configuration);
  if (!checkpoint) {
    await group.fromFirst(async () => {
      if (isNew) await objective.begin?.();
    });
    await group.shareParameters(variables);
  }

  await group.fromFirst(async () => {
    if (!earlier) return createRunDirectory(directory, configuration);
    const changes = await updateRunDirectory(directory, earlier, configuration, checkpoint?.step ?? 0);
    for (const change of changes) note(`changed: ${change}`);
  });
  if (resume === undefined) await lock(directory, options, { group, cleanups });
  if (options.temporary === undefined) note(`run: ${directory}`);
  const resumedAt = checkpoint ?? (earlier && { step: 0, seconds: 0 });
  const log = isFirst
    ? new RunLog({
        loggers: [
          ...(await openLoggers(directory, { resumedAt: resumedAt?.step, log: configuration.log })),
          ...(options.loggers ?? []),
        ],
        seconds: resumedAt?.seconds,
      })
    : undefined;
  let outcome: Outcome = 'failed';
  cleanups.push(() => log?.close(outcome));
  log?.begin({ experiment: configuration.experiment, name: basename(resolve(directory)), configuration });
  const result = await train({
    objective,
    settings,
    batches,
    budget: configuration.budget,
    checkpoints: configuration.checkpoints,
    directory,
    configuration,
    log,
    listeners: options.listeners,
    group,
    resume: checkpoint,
    profile: options.profile && isFirst,
    record: options.record,
    stop: options.stop,
  }).catch((error) => {
    if (!isPeersLost(error)) throw error;
    const remedy = `go on, with any number of processes, with: ${commandHint('train', '--resume', directory)}`;
    throw new PeersLost(`${error.message}; ${remedy}`, error);
  });
  if (place)
    await group.requireSame(
      commonWeights(objective.system.parameters),
      'processes must not change weights on their own',
    );
  outcome = result.stopped ? 'interrupted' : 'finished';
  return { directory, ...result };
}

/** Prepares a training, alone or with other processes, and hands it on; frees what was loaded afterwards. */
async function withTraining<Result>(
  options: StartTrainingOptions,
  dry: boolean,
  body: (prepared: Awaited<ReturnType<typeof prepare>>, sitting: Sitting) => Promise<Result>,
): Promise<Result> {
  checkOptions(options);
  const place = placeIn(options.environment ?? {});
  const inGroup = async (group: TrainingGroup) => {
    const say = options.note ?? ((text: string) => process.stderr.write(`${text}\n`));
    const note = (text: string) => {
      if (group.rank === 0) say(text);
    };
    const sitting: Sitting = { group, place, note, cleanups: [], dry };
    return withEndings(
      async () => body(await prepare(options, sitting), sitting),
      () => sitting.cleanups.reverse(),
    );
  };
  return place ? inTrainingGroup(place, options.peerTimeout, inGroup) : inGroup(alone);
}

/**
 * Trains an experiment, or goes on with a run, into a run directory: what `sandwich train` does. Starts the engine.
 *
 * @returns when the budget is spent, training was stopped, or there is nothing left to do
 * @throws Error that says what is wrong with the experiment, its settings, the data or the directory, before anything is written; or which step
 * failed, and on what
 * @example
 * const { directory } = await startTraining({ experiment: 'color-over-grayscale', settings: { gamma: 100 }, steps: 2000 });
 */
export const startTraining = (options: StartTrainingOptions): Promise<FinishedTraining> =>
  withTraining(options, false, async (prepared, sitting) => {
    if ('objective' in prepared) return runTraining(prepared, options, sitting);
    return prepared;
  });

/**
 * What `startTraining` would train: everything is looked at, the system is built, and nothing is written.
 *
 * @returns the resolved configuration, and how many numbers are trained
 * @throws Error as `startTraining`
 */
export const describeTraining = (
  options: StartTrainingOptions,
): Promise<{ configuration: RunConfiguration; parameterCount: number }> =>
  withTraining(options, true, async (prepared) => {
    if (!('objective' in prepared)) throw new Error(`${prepared.directory} is finished`);
    const { configuration, parameterCount } = prepared;
    return { configuration, parameterCount };
  });
