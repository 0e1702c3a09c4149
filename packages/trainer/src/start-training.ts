import { rename } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type BatchStream, repeatFirst } from '@sandwich/data';
import { type EngineOptions, PeersLost, type StoredTensor, startEngine } from '@sandwich/engine';
import { freePath, lockFolder } from '@sandwich/files';
import { type Budget, budgetOf, describeBudget, spent } from './budget.js';
import { checkPlan } from './check-plan.js';
import { type Bookkeeping, restoreParameters, variablesOf } from './checkpoint.js';
import { codeVersion } from './code-version.js';
import { commandHint } from './command-hint.js';
import type { DataOptions, ObjectiveDefinition } from './define-objective.js';
import { engineAt } from './distributed/engine-at.js';
import { configurationFacts, imageNames, weightFacts } from './distributed/facts.js';
import { inTrainingGroup } from './distributed/in-training-group.js';
import { type Place, placeIn } from './distributed/place.js';
import { alone, isPeersLost, type TrainingGroup } from './distributed/training-group.js';
import { type Experiment, loadExperiment } from './load-experiment.js';
import { describeKind } from './load-kind.js';
import { readWeights } from './load-run.js';
import type { Logger, Outcome } from './logging/logger.js';
import { checkLogger, openLoggers } from './logging/open-loggers.js';
import { guardNewRun } from './outputs.js';
import type { TrainingListener } from './run/training-listener.js';
import { withEndings } from './run/with-endings.js';
import {
  type CheckpointPolicy,
  createRunDirectory,
  type RunConfiguration,
  readLastCheckpoint,
  readRunConfiguration,
  removeLeftovers,
  updateRunDirectory,
} from './run-directory.js';
import { RunLog } from './run-log.js';
import type { Settings, TrainingSettings } from './settings.js';
import type { Objective, System } from './system.js';
import { type TrainingOutcome, train } from './train.js';
import { planNewRun, planResumedRun } from './training-plan.js';

/** What to train, in which way, and where; members that a resumed run is not given are those with which it was started. */
export interface StartTrainingOptions extends EngineOptions, Budget {
  /** The name of an experiment, its file, or what it defines; with `resume` only in the place of a file that is not there. */
  experiment?: string | ObjectiveDefinition | Experiment;
  /** Changes of its settings. */
  settings?: Settings;
  /** The data to train on; default what the experiment takes. */
  data?: Omit<DataOptions, 'note'>;
  /** Run directory to make; default runs/<experiment>/<time>. */
  run?: string;
  /** Run directory in which to go on, from its last checkpoint. */
  resume?: string;
  /** Whether a run may go on although its experiment or its data have changed. */
  acceptChanges?: boolean;
  /** The run or packed system with whose weights to begin. */
  initFrom?: string;
  checkpoints?: Partial<CheckpointPolicy>;
  /** Whether the first batch is repeated. */
  overfit?: boolean;
  /** Whether the kernels of one step are printed. */
  profile?: boolean;
  /** Whether steps are recorded and replayed; default where the engine does. */
  record?: boolean;
  /** Loggers besides records and pictures in the run directory: `tensorboard`, the default, `mlflow=http://…`, or `none`. */
  log?: string[];
  /** Loggers of the caller's own. */
  loggers?: readonly Logger[];
  /** Whoever else follows the training. */
  listeners?: readonly TrainingListener[];
  /** Ends training after the step under way; a checkpoint is saved. */
  stop?: AbortSignal;
  /** Hears what is done; default standard error. */
  note?(text: string): void;
  /** Whether the caller holds the lock of the run directory. */
  locked?: boolean;
  /** Variables that name the processes that train together, see `placeIn`; default this process alone. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Seconds for which another process may be silent. */
  peerTimeout?: number;
  /** For a run that is removed afterwards: what to call its data, in place of naming files. */
  temporary?: string;
}

/** A training that has ended, or has nothing left to do. */
export interface FinishedTraining extends Omit<TrainingOutcome, 'checkpoint'> {
  /** Run directory. */
  directory: string;
  /** File of the last checkpoint; undefined where nothing was left to do. */
  checkpoint?: string;
}

/** More than one, so that there is one to go back to when the last is damaged. */
export const DEFAULT_KEEP = 3;

/** A run goes on with the engine, device, number of threads and precision that it had: with others, sums are rounded otherwise. */
function engineFor(options: EngineOptions, earlier: RunConfiguration | undefined): EngineOptions {
  const { engine, device, threads, precision } = options;
  if (earlier === undefined || (engine !== undefined && engine !== earlier.engine.engine)) {
    return { engine, device, threads, precision };
  }
  const was = earlier.engine as Required<EngineOptions>;
  return {
    engine: was.engine,
    device: device ?? was.device,
    threads: threads ?? was.threads,
    precision: precision ?? was.precision,
  };
}

/** What the options ask for, else what the run was started with, else the defaults. */
function checkpointsOf(asked: Partial<CheckpointPolicy> = {}, earlier: RunConfiguration | undefined): CheckpointPolicy {
  const { everySteps, keep = DEFAULT_KEEP } = earlier?.checkpoints ?? {};
  return { everySteps: asked.everySteps ?? everySteps, keep: asked.keep ?? keep };
}

const timestamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

/** @throws Error when it is not clear what to train, or a number is out of range */
function checkOptions({ experiment, resume, run, settings, acceptChanges, ...numbers }: StartTrainingOptions): void {
  if (resume === undefined && experiment === undefined) throw new Error('startTraining: name an experiment');
  if (resume !== undefined && (run !== undefined || settings !== undefined)) {
    throw new Error('startTraining: a run goes on as it was configured; leave out run and settings');
  }
  if (resume === undefined && acceptChanges) throw new Error('startTraining: acceptChanges goes with resume');
  const { steps, minutes, checkpoints: { everySteps, keep } = {}, data: { limit } = {} } = numbers;
  for (const [name, value] of Object.entries({ steps, everySteps, keep, limit })) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new Error(`startTraining: ${name} must be a positive integer, got ${value}`);
  }
  if (minutes !== undefined && !(minutes > 0 && Number.isFinite(minutes))) {
    throw new Error(`startTraining: minutes must be a positive number, got ${minutes}`);
  }
}

/** An experiment by its name, or by itself. @param name of one that has none */
async function experimentOf(
  asked: NonNullable<StartTrainingOptions['experiment']>,
  name = 'experiment',
): Promise<Experiment> {
  if (typeof asked === 'string') return loadExperiment(asked);
  return 'definition' in asked ? asked : { name, definition: asked };
}

/** Where a run goes on; unless nothing may be written, damaged checkpoints are set aside under another name. */
async function lastCheckpoint(run: string, { note, dry }: Pick<Circumstances, 'note' | 'dry'>) {
  if (!dry) await removeLeftovers(run);
  const damaged: string[] = [];
  const checkpoint = await readLastCheckpoint(run, (file, reason) => {
    damaged.push(file);
    note(reason);
  });
  for (const file of dry ? [] : damaged) await rename(file, freePath(`${file}.damaged`));
  note(checkpoint ? `resuming from ${checkpoint.file}` : `${run} has no checkpoint yet: starting it again`);
  return checkpoint;
}

type LastCheckpoint = Awaited<ReturnType<typeof lastCheckpoint>>;

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

/** Weights with which a system begins, and how to say whose they are. */
interface Beginning {
  weights: Record<string, StoredTensor>;
  from: string;
}

async function beginningOf(last: LastCheckpoint, initFrom: string | undefined): Promise<Beginning | undefined> {
  if (last) return { weights: { ...last.parameters, ...last.state }, from: last.file };
  return initFrom === undefined ? undefined : { weights: await readWeights(initFrom), from: `--init-from ${initFrom}` };
}

function beginWith({ weights, from }: Beginning, system: System): void {
  try {
    restoreParameters(variablesOf(system), weights);
  } catch (error) {
    throw new Error(`${from}: ${(error as Error).message}`, { cause: error });
  }
}

/** Everything that a training needs, ready to begin. */
interface PreparedTraining {
  directory: string;
  earlier?: RunConfiguration;
  checkpoint: LastCheckpoint;
  configuration: RunConfiguration;
  parameterCount: number;
  settings: TrainingSettings;
  objective: Objective;
  /** Opens the batches, beginning with those of the first step that is left. */
  open(): Promise<BatchStream>;
}

/** What a training is part of. */
interface Circumstances {
  group: TrainingGroup;
  place?: Place;
  note(text: string): void;
  /** Runs when the training has ended, the last one first. */
  cleanups: (() => unknown)[];
  /** Whether nothing may be written. */
  dry: boolean;
}

/**
 * Finds out whether a training can begin, and prepares it.
 *
 * @returns the directory alone when the run is finished
 */
async function prepare(
  options: StartTrainingOptions,
  { group, place, note, cleanups, dry }: Circumstances,
): Promise<PreparedTraining | FinishedTraining> {
  const { resume, acceptChanges = false } = options;
  await group.requireSame(
    { resuming: resume !== undefined, 'dry run': dry, 'accepting changes': acceptChanges },
    'give --resume, --dry-run and --accept-changes to all processes or to none',
  );
  const earlier = resume === undefined ? undefined : await group.fromFirst(() => readRunConfiguration(resume));
  const experiment =
    options.experiment === undefined ? undefined : await experimentOf(options.experiment, earlier?.experiment);
  const plan = earlier
    ? await planResumedRun(resume!, earlier, { experiment, acceptChanges, note })
    : await planNewRun(experiment!, options.settings);
  const { experiment: name, settings, definition } = plan;
  const data: DataOptions = {
    ...options.data,
    images: options.data?.images ?? earlier?.imagePath,
    limit: options.data?.limit ?? earlier?.limit,
    note,
  };
  const share = { rank: group.rank, size: group.size };
  const directory = await group.fromFirst(async () => {
    if (resume !== undefined) return resume;
    const made = options.run ?? join('runs', name, timestamp());
    if (!dry) await guardNewRun(made);
    return made;
  });
  if (resume !== undefined && !dry) await lock(directory, options, { group, cleanups });
  const initFrom = options.initFrom ?? earlier?.initFrom;
  /** What the first process has read. */
  const read: { last?: LastCheckpoint; beginning?: Beginning } = {};
  const budget = await group.fromFirst(() => budgetOf(options, earlier?.budget));
  type Seen = { finished?: Pick<Bookkeeping, 'step' | 'ended'>; description?: string };
  const { finished, description } = await group.fromFirst<Seen>(async () => {
    const last = resume === undefined ? undefined : await lastCheckpoint(resume, { note, dry });
    const beginning = await beginningOf(last, initFrom);
    Object.assign(read, { last, beginning });
    await checkPlan(plan, data, (system) => {
      describeKind(system);
      if (beginning) beginWith(beginning, system);
    });
    if (last && (last.ended || spent(budget, last) >= 1) && !dry)
      return { finished: { step: last.step, ended: last.ended } };
    return { description: await definition?.describeData?.(settings, data, share) };
  });
  if (finished !== undefined) {
    const { step, ended } = finished;
    const reason = ended
      ? `its objective has ended it after step ${step}`
      : `${describeBudget(budget)} are done; to go on, give more with --steps or --minutes`;
    note(`${directory} is finished: ${reason}`);
    return { directory, step, stopped: false };
  }
  const engineOptions = engineFor(options, earlier);
  const engine = await startEngine(place ? engineAt(place, engineOptions) : engineOptions);
  const checkpoint = resume === undefined ? undefined : await group.checkpointFromFirst(async () => read.last);
  const objective = await plan.build(data);
  const { system } = objective;
  cleanups.push(() => system.dispose());
  cleanups.push(() => objective.dispose?.());
  if (!checkpoint && read.beginning) beginWith(read.beginning, system);
  const parameterCount = Object.values(system.parameters).reduce((sum, { size }) => sum + size, 0);
  const what = definition?.description ? `${name}, ${definition.description}` : name;
  note(`experiment: ${what}; ${parameterCount.toLocaleString('en')} parameters`);
  const images = options.temporary ?? description ?? '';
  if (images) note(`training images: ${images}`);
  const overfit = options.overfit ?? earlier?.overfit;
  const position = overfit || !checkpoint ? 0 : checkpoint.step * settings.accumulate;
  const configuration: RunConfiguration = {
    experiment: name,
    experimentFile: plan.file,
    experimentHash: plan.fileHash ?? earlier?.experimentHash,
    settings,
    ...describeKind(system),
    architecture: system.architecture,
    objective: objective.description ?? {},
    imagePath: data.images,
    images,
    initFrom,
    limit: data.limit,
    overfit,
    budget,
    checkpoints: checkpointsOf(options.checkpoints, earlier),
    log: options.log ?? earlier?.log,
    codeVersion: codeVersion(),
    engine,
  };
  const open = async () => {
    const stream = await objective.batches({ purpose: 'train', position, share });
    if (stream === null) throw new Error(`${name}: its objective has no batches to train on`);
    return stream;
  };
  return { directory, earlier, checkpoint, configuration, parameterCount, settings, objective, open };
}

/** Locks the run directory, in the first process, until the training has ended. */
const lock = (
  directory: string,
  { locked = false }: StartTrainingOptions,
  { group, cleanups }: Pick<Circumstances, 'group' | 'cleanups'>,
): Promise<void> =>
  group.fromFirst(async () => {
    if (!locked) cleanups.push(await lockFolder(directory));
  });

/** Opens the batches in all processes: where data have to be made, the first one makes them for all of its machine. */
async function openBatches({ objective, configuration, open }: PreparedTraining, group: TrainingGroup) {
  let stream: BatchStream | undefined;
  await group.fromFirst(async () => {
    stream = await open();
  });
  stream ??= await open();
  const share = { rank: group.rank, size: group.size };
  const validation = await objective.batches({
    purpose: 'validate',
    position: 0,
    share: { ...share, rank: 0, size: 1 },
  });
  if (validation && (await validation.next()) === null) {
    await Promise.all([stream.close(), validation.close()]);
    throw new Error(`${validation.description}: there is no batch to validate on`);
  }
  configuration.images ||= stream.description;
  configuration.imageNames = imageNames([...stream.files, ...(validation?.files ?? [])]);
  await validation?.close();
  return configuration.overfit ? repeatFirst(stream) : stream;
}

async function runTraining(
  prepared: PreparedTraining,
  options: StartTrainingOptions,
  { group, place, note, cleanups }: Circumstances,
): Promise<FinishedTraining> {
  const { directory, earlier, checkpoint, configuration, settings, objective } = prepared;
  const { resume, acceptChanges = false } = options;
  const isFirst = group.rank === 0;
  const batches = await openBatches(prepared, group);
  cleanups.push(() => batches.close());
  const variables = variablesOf(objective.system);
  await group.requireSame(
    configurationFacts(configuration, objective.system.parameters),
    'start all processes with the same arguments, images and code',
  );
  const isNamed = options.data?.images !== undefined || options.data?.limit !== undefined;
  if (earlier && !acceptChanges && !isNamed) checkImageNames(directory, earlier, configuration);
  if (!checkpoint) await group.shareParameters(variables);

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
    await group.requireSame(weightFacts(objective.system.parameters), 'processes must not change weights on their own');
  outcome = result.stopped ? 'interrupted' : 'finished';
  return { directory, ...result };
}

/** Prepares a training, alone or with other processes, and hands it on; frees what was loaded afterwards. */
async function withTraining<Result>(
  options: StartTrainingOptions,
  dry: boolean,
  body: (prepared: Awaited<ReturnType<typeof prepare>>, circumstances: Circumstances) => Promise<Result>,
): Promise<Result> {
  checkOptions(options);
  for (const text of options.log ?? []) checkLogger(text, 'log');
  const place = placeIn(options.environment ?? {});
  const inGroup = async (group: TrainingGroup) => {
    const say = options.note ?? ((text: string) => process.stderr.write(`${text}\n`));
    const note = (text: string) => {
      if (group.rank === 0) say(text);
    };
    const circumstances: Circumstances = { group, place, note, cleanups: [], dry };
    return withEndings(
      async () => body(await prepare(options, circumstances), circumstances),
      () => circumstances.cleanups.reverse(),
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
  withTraining(options, false, async (prepared, circumstances) => {
    if ('objective' in prepared) return runTraining(prepared, options, circumstances);
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
