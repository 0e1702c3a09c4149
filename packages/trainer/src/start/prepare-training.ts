import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { BatchStream } from '@sandwich/data';
import { type StoredTensor, startEngine } from '@sandwich/engine';
import { freePath, lockFolder } from '@sandwich/files';
import { engineAt } from '../distributed/engine-at.js';
import type { Place } from '../distributed/place.js';
import type { TrainingGroup } from '../distributed/training-group.js';
import type { DataOptions } from '../experiment/define-objective.js';
import type { TrainingSettings } from '../experiment/settings.js';
import { describeKind } from '../kinds/load-kind.js';
import type { TrainingOutcome } from '../loop/train.js';
import { budgetOf, describeBudget, spent } from '../run/budget.js';
import { restoreParameters, type Standing, variablesOf } from '../run/checkpoint.js';
import { codeVersion } from '../run/code-version.js';
import { readWeights } from '../run/load-run.js';
import { guardNewRun } from '../run/outputs.js';
import {
  type RunConfiguration,
  readLastCheckpoint,
  readRunConfiguration,
  removeLeftovers,
} from '../run/run-directory.js';
import type { Objective, System } from '../system.js';
import { checkPlan } from './check-plan.js';
import { checkpointsOf, engineFor, experimentOf, type StartTrainingOptions } from './training-options.js';
import { planNewRun, planResumedRun } from './training-plan.js';

/** A training that has ended, or has nothing left to do. */
export interface FinishedTraining extends Omit<TrainingOutcome, 'checkpoint'> {
  /** Run directory. */
  directory: string;
  /** File of the last checkpoint; undefined where nothing was left to do. */
  checkpoint?: string;
}

/** Everything that a training needs, ready to begin. */
export interface PreparedTraining {
  directory: string;
  earlier?: RunConfiguration;
  checkpoint: LastCheckpoint;
  /** Whether it begins with weights of its own; in the first process. */
  isNew: boolean;
  configuration: RunConfiguration;
  parameterCount: number;
  settings: TrainingSettings;
  objective: Objective;
  /** Opens the batches, beginning with those of the first step that is left. */
  open(): Promise<BatchStream>;
}

/** One sitting of a run, from its start to a pause or the end. */
export interface Sitting {
  group: TrainingGroup;
  place?: Place;
  note(text: string): void;
  /** Runs when the training has ended, the last one first. */
  cleanups: (() => unknown)[];
  /** Whether nothing may be written. */
  dry: boolean;
}

const timestamp = (): string => new Date().toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');

/** Where a run goes on; unless nothing may be written, damaged checkpoints are set aside under another name. */
async function lastCheckpoint(run: string, { note, dry }: Pick<Sitting, 'note' | 'dry'>) {
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

/** Weights with which a system begins, and how to say whose they are. */
interface Beginning {
  weights: Record<string, StoredTensor>;
  from: string;
  /** Whether they are of another run. */
  isOther: boolean;
}

async function beginningOf(last: LastCheckpoint, initFrom: string | undefined): Promise<Beginning | undefined> {
  if (last) return { weights: { ...last.parameters, ...last.state }, from: last.file, isOther: false };
  if (initFrom === undefined) return undefined;
  return { weights: await readWeights(initFrom), from: `--init-from ${initFrom}`, isOther: true };
}

function beginWith({ weights: given, from, isOther }: Beginning, system: System): void {
  const weights = isOther && system.adopt ? system.adopt(given) : given;
  const variables = variablesOf(system);
  const kept = isOther ? (system.neutral ?? []).filter((path) => !(path in weights)) : [];
  try {
    restoreParameters(Object.fromEntries(Object.entries(variables).filter(([path]) => !kept.includes(path))), weights);
  } catch (error) {
    throw new Error(`${from}: ${(error as Error).message}`, { cause: error });
  }
}

/** Locks the run directory, in the first process, until the training has ended. */
export const lock = (
  directory: string,
  { locked = false }: StartTrainingOptions,
  { group, cleanups }: Pick<Sitting, 'group' | 'cleanups'>,
): Promise<void> =>
  group.fromFirst(async () => {
    if (!locked) cleanups.push(await lockFolder(directory));
  });

/**
 * Finds out whether a training can begin, and prepares it.
 *
 * @returns the directory alone when the run is finished
 */
export async function prepare(
  options: StartTrainingOptions,
  { group, place, note, cleanups, dry }: Sitting,
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
  type Seen = { finished?: Pick<Standing, 'step' | 'ended'>; description?: string };
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
  const isNew = read.beginning === undefined;
  return { directory, earlier, checkpoint, isNew, configuration, parameterCount, settings, objective, open };
}
