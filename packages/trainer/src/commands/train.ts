import { rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Crops, type ImageDataset, type ImageSource, openDataset, trainingImages } from '@sandwich/data';
import { type EngineOptions, PeersLost, type StoredTensor, startEngine } from '@sandwich/engine';
import { freePath, lockFolder } from '@sandwich/files';
import type { Sandwich } from '@sandwich/models';
import { cropOf } from '../batch-images.js';
import { budgetOf, describeBudget, spent } from '../budget.js';
import { checkPlan } from '../check-plan.js';
import { checkTrainingImages } from '../check-training-images.js';
import { restoreParameters } from '../checkpoint.js';
import { codeVersion } from '../code-version.js';
import { commandHint } from '../command-hint.js';
import { loadDistortions, weightsOf } from '../distortions.js';
import { engineAt } from '../distributed/engine-at.js';
import { configurationFacts, imageNames, weightFacts } from '../distributed/facts.js';
import { inTrainingGroup } from '../distributed/in-training-group.js';
import { type Place, placeIn } from '../distributed/place.js';
import { alone, isLoss, type TrainingGroup } from '../distributed/training-group.js';
import { heldBackCrops, holdBack } from '../held-back-images.js';
import { Interrupted, interruptible } from '../interruption.js';
import { listExperiments } from '../load-experiment.js';
import { readWeights } from '../load-run.js';
import type { Outcome } from '../logging/logger.js';
import { openLoggers } from '../logging/open-loggers.js';
import { guardNewRun } from '../outputs.js';
import {
  type CheckpointPolicy,
  createRunDirectory,
  type RunConfiguration,
  readLastCheckpoint,
  readRunConfiguration,
  removeLeftovers,
  updateRunDirectory,
} from '../run-directory.js';
import { RunLog } from '../run-log.js';
import { train } from '../train.js';
import { planNewRun, planResumedRun } from '../training-plan.js';
import { type EngineArguments, engineOf } from './engine-options.js';

export interface TrainArguments extends EngineArguments {
  experiment?: string;
  images?: string;
  steps?: number;
  minutes?: number;
  set?: string[];
  run?: string;
  resume?: string;
  initFrom?: string;
  checkpointSteps?: number;
  /** See `checkLogger`. */
  log?: string[];
  keep?: number;
  limit?: number;
  workers?: number;
  cache?: number;
  overfit?: boolean;
  profile?: boolean;
  /** Whether steps are recorded and replayed; default where the engine does. */
  replay?: boolean;
  /** Whether each step runs the code anew. */
  eager?: boolean;
  dryRun?: boolean;
  /** For a run and images that are removed afterwards: what to call the images, in place of naming files. */
  temporary?: string;
  /** Whether a run may go on although its experiment's file or its images have changed. */
  acceptChanges?: boolean;
  /** Seconds for which another process may be silent. */
  peerTimeout?: number;
}

export interface TrainCommandOptions {
  /** Whether the caller holds the lock of the run directory. */
  locked?: boolean;
  /** Variables that name the processes that train together, see `placeIn`; default this process alone. */
  environment?: Readonly<Record<string, string | undefined>>;
}

/** More than one, so that there is one to go back to when the last is damaged. */
export const DEFAULT_KEEP = 3;

/** Ten years. */
export const MOST_MINUTES = 10 * 366 * 24 * 60;

/** A run goes on with the engine, device, number of threads and precision that it had: with others, sums are rounded otherwise. */
function engineFor(args: TrainArguments, earlier: RunConfiguration | undefined): EngineOptions {
  if (earlier === undefined || (args.engine !== undefined && args.engine !== earlier.engine.engine))
    return engineOf(args);
  const { engine, device, threads, precision } = earlier.engine as Required<EngineOptions>;
  return {
    engine,
    device: args.device ?? device,
    threads: args.threads ?? threads,
    precision: args.precision ?? precision,
  };
}

/** What the arguments ask for, else what the run was started with, else the defaults. */
function checkpointsOf(args: TrainArguments, earlier: RunConfiguration | undefined): CheckpointPolicy {
  const { everySteps, keep = DEFAULT_KEEP } = earlier?.checkpoints ?? {};
  return { everySteps: args.checkpointSteps ?? everySteps, keep: args.keep ?? keep };
}

/** @throws Error when it is not clear what to train: no experiment, or one beside a run to go on with */
export function checkTrainArguments({ experiment, resume, set = [], run, acceptChanges }: TrainArguments): void {
  if (acceptChanges && resume === undefined) throw new Error('--accept-changes goes with --resume');
  if (resume !== undefined && (experiment !== undefined || set.length > 0 || run !== undefined)) {
    throw new Error('--resume continues a run as it was configured; leave out the experiment, --set and --run');
  }
  if (resume === undefined && experiment === undefined) {
    throw new Error(`name an experiment: ${listExperiments().join(', ')}`);
  }
}

/** Gives the first batch again and again. */
function repeatFirstBatch(dataset: ImageDataset): Pick<ImageDataset, 'nextBatch'> {
  let first: Promise<Crops> | undefined;
  return { nextBatch: (batchSize) => (first ??= dataset.nextBatch(batchSize)) };
}

const timestamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

/** Where a run goes on; damaged checkpoints are set aside under another name. */
async function lastCheckpoint(run: string, note: (text: string) => void) {
  await removeLeftovers(run);
  const damaged: string[] = [];
  const checkpoint = await readLastCheckpoint(run, (file, reason) => {
    damaged.push(file);
    note(reason);
  });
  for (const file of damaged) await rename(file, freePath(`${file}.damaged`));
  note(checkpoint ? `resuming from ${checkpoint.file}` : `${run} has no checkpoint yet: starting it again`);
  return checkpoint;
}

/** @throws Error when a run would go on with other images than it had, and they were not asked for */
function checkImageNames(
  run: string,
  { images, limit }: TrainArguments,
  { imageNames: was }: RunConfiguration,
  { imageNames: is }: RunConfiguration,
): void {
  if (images !== undefined || limit !== undefined || !was || !is || was.hash === is.hash) return;
  throw new Error(
    `${run} was trained on ${was.count} images, and now there are ${is.count}, with other names; bring back those it had, or give ` +
      '--accept-changes, or --images, to go on with these',
  );
}

/** Describes the images that a run takes: the first `limit` of a source. */
const limitedDescription = ({ description, count }: ImageSource, limit: number | undefined): string =>
  limit === undefined || limit >= count ? description : `${limit} of ${description}`;

/** Weights with which networks begin, and how to say whose they are. */
interface Beginning {
  weights: Record<string, StoredTensor>;
  from: string;
}

async function beginningOf(
  last: { file: string; parameters: Beginning['weights'] } | undefined,
  initFrom: string | undefined,
): Promise<Beginning | undefined> {
  if (last) return { weights: last.parameters, from: last.file };
  return initFrom === undefined ? undefined : { weights: await readWeights(initFrom), from: `--init-from ${initFrom}` };
}

function beginWith({ weights, from }: Beginning, model: Sandwich): void {
  try {
    restoreParameters(model.parameters, weights);
  } catch (error) {
    throw new Error(`${from}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Trains as the arguments say, alone or with other processes.
 *
 * @returns the run directory, or null after a dry run
 */
export async function trainCommand(
  args: TrainArguments,
  { locked = false, environment = {} }: TrainCommandOptions = {},
): Promise<string | null> {
  checkTrainArguments(args);
  const place = placeIn(environment);
  if (!place) return trainIn(alone, args, { locked });
  return inTrainingGroup(place, args.peerTimeout, (group) => trainIn(group, args, { locked, place }));
}

async function trainIn(
  group: TrainingGroup,
  args: TrainArguments,
  { locked, place }: { locked: boolean; place?: Place },
): Promise<string | null> {
  const { set = [], resume, dryRun = false, acceptChanges = false } = args;
  const isFirst = group.rank === 0;
  const note = (text: string) => isFirst && process.stderr.write(`${text}\n`);
  await group.requireSame(
    { resuming: resume !== undefined, 'dry run': dryRun, 'accepting changes': acceptChanges },
    'give --resume, --dry-run and --accept-changes to all processes or to none',
  );
  const earlier = resume === undefined ? undefined : await group.fromFirst(() => readRunConfiguration(resume));
  const plan = earlier
    ? await planResumedRun(resume!, earlier, { acceptChanges, note })
    : await planNewRun(args.experiment!, set);
  const { experiment: name, settings } = plan;
  const source = await trainingImages(args.images ?? earlier?.imagePath, settings.bitDepth);
  if (settings.batchSize % group.size !== 0) {
    throw new Error(
      `batchSize=${settings.batchSize} cannot be shared equally by ${group.size} processes; it must be a multiple of ${group.size}`,
    );
  }
  const directory = await group.fromFirst(async () => {
    if (resume !== undefined) return resume;
    const made = args.run ?? join('runs', name, timestamp());
    if (!dryRun) await guardNewRun(made);
    return made;
  });

  const cleanups: (() => unknown)[] = [];
  try {
    const lock = () =>
      group.fromFirst(async () => {
        if (!locked) cleanups.push(await lockFolder(directory));
      });
    if (resume !== undefined) await lock();
    const initFrom = args.initFrom ?? earlier?.initFrom;
    const limit = args.limit ?? earlier?.limit;
    /** What the first process has read. */
    const read: { last?: Awaited<ReturnType<typeof lastCheckpoint>>; beginning?: Beginning } = {};
    const budget = await group.fromFirst(() => budgetOf(args, earlier?.budget));
    const isFinished = await group.fromFirst(async () => {
      const last = resume === undefined ? undefined : await lastCheckpoint(resume, note);
      const beginning = await beginningOf(last, initFrom);
      Object.assign(read, { last, beginning });
      await checkPlan(plan, (model) => beginning && beginWith(beginning, model));
      if (last && spent(budget, last) >= 1 && !dryRun) return true;
      await checkTrainingImages(source, settings, { limit, note });
      return false;
    });
    if (isFinished) {
      note(
        `${directory} is finished: ${describeBudget(budget)} are done; to go on, give more with --steps or --minutes`,
      );
      return directory;
    }
    const engineOptions = engineFor(args, earlier);
    const engine = await startEngine(place ? engineAt(place, engineOptions) : engineOptions);
    const checkpoint = resume === undefined ? undefined : await group.checkpointFromFirst(async () => read.last);
    const { model, distortion } = await plan.build();
    cleanups.push(() => model.dispose());
    if (!checkpoint && read.beginning) beginWith(read.beginning, model);
    const distortions = await loadDistortions(distortion);
    cleanups.push(() => distortions.dispose());
    const parameterCount = Object.values(model.parameters).reduce((sum, { size }) => sum + size, 0);
    const what = plan.description ? `${name}, ${plan.description}` : name;
    note(`experiment: ${what}; ${parameterCount.toLocaleString('en')} parameters`);
    const imagesDescription = args.temporary ?? limitedDescription(source, limit);
    note(`training images: ${imagesDescription}`);
    const configuration: RunConfiguration = {
      experiment: name,
      experimentFile: plan.file,
      experimentHash: plan.fileHash ?? earlier?.experimentHash,
      settings,
      architecture: model.architecture,
      distortion: weightsOf(distortion),
      imagePath: args.images ?? earlier?.imagePath,
      images: imagesDescription,
      initFrom,
      limit,
      overfit: args.overfit ?? earlier?.overfit,
      budget,
      checkpoints: checkpointsOf(args, earlier),
      log: args.log ?? earlier?.log,
      codeVersion: codeVersion(),
      engine,
    };
    if (dryRun) {
      if (isFirst) process.stdout.write(`${JSON.stringify({ ...configuration, parameterCount }, null, 2)}\n`);
      return null;
    }
    const { checkpoints, overfit } = configuration;
    // Where images have to be made, the first process makes them for all of its machine.
    await group.fromFirst(async () => (await source.images()).length);
    const [heldBack, images] = holdBack((await source.images()).slice(0, limit), settings.validationImages);
    const dataset = await openDataset({
      images,
      crop: cropOf(settings),
      seed: settings.seed,
      bitDepth: settings.bitDepth,
      share: group,
      workers: args.workers,
      cacheBytes: args.cache && args.cache * 2 ** 20,
      position: overfit ? 0 : checkpoint && checkpoint.step * settings.accumulate,
      onSkip: ({ path, reason }) => note(`skipped: ${path}: ${reason}`),
    });
    cleanups.push(() => dataset.close());
    const validation = isFirst ? await heldBackCrops(heldBack, settings) : undefined;
    cleanups.push(() => validation?.dispose());
    configuration.imageNames = imageNames([...dataset.files, ...heldBack]);
    await group.requireSame(
      configurationFacts(configuration, model.parameters),
      'start all processes with the same arguments, images and code',
    );
    if (earlier && !acceptChanges) checkImageNames(resume!, args, earlier, configuration);
    if (!checkpoint) await group.shareParameters(model.parameters);

    await group.fromFirst(async () => {
      if (!earlier) return createRunDirectory(directory, configuration);
      const changes = await updateRunDirectory(directory, earlier, configuration, checkpoint?.step ?? 0);
      for (const change of changes) note(`changed: ${change}`);
    });
    if (resume === undefined) await lock();
    if (!args.temporary) note(`run: ${directory}`);
    const resumedAt = checkpoint ?? (earlier && { step: 0, seconds: 0 });
    const log = isFirst
      ? new RunLog({
          loggers: await openLoggers(directory, { resumedAt: resumedAt?.step, log: configuration.log }),
          seconds: resumedAt?.seconds,
        })
      : undefined;
    let outcome: Outcome = 'failed';
    cleanups.push(() => log?.close(outcome));
    log?.begin({ experiment: name, name: basename(resolve(directory)), configuration });
    const { result, signal } = await interruptible((stop) =>
      train({
        model,
        settings,
        distortions: distortions.terms,
        dataset: overfit ? repeatFirstBatch(dataset) : dataset,
        validation,
        budget,
        checkpoints,
        directory,
        configuration,
        log,
        group,
        resume: checkpoint,
        profile: args.profile && isFirst,
        record: args.eager ? false : args.replay,
        stop,
      }).catch((error) => {
        if (!isLoss(error)) throw error;
        const remedy = `go on, with any number of processes, with: ${commandHint('train', '--resume', directory)}`;
        throw new PeersLost(`${error.message}; ${remedy}`, error);
      }),
    );
    if (place) await group.requireSame(weightFacts(model.parameters), 'processes must not change weights on their own');
    outcome = signal || result.stopped ? 'interrupted' : 'finished';
    if (outcome === 'interrupted') {
      throw new Interrupted(
        signal ?? 'SIGTERM',
        `saved ${result.checkpoint}; go on with: ${commandHint('train', '--resume', directory)}`,
      );
    }
    return directory;
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}
