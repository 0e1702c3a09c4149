import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readSweep, runFiles, sweepFile } from '@sandwich/trainer';

/** One trained run of an experiment: a dot in the plots. */
export interface ExperimentRun {
  /** What sets it apart, such as `lambda_005` or `gamma=50`. */
  label: string;
  directory: string;
}

/** Runs that belong together: a curve in the plots. */
export interface ExperimentFolder {
  name: string;
  runs: ExperimentRun[];
}

/** Folders whose names begin so are left out. */
const LEFT_OUT = '_';

const isRun = (directory: string) => existsSync(runFiles(directory).configuration);

/** Names of the folders in a folder, and of links to folders, in the order of their names. */
async function foldersIn(directory: string): Promise<string[]> {
  const names = (await readdir(directory)).filter((name) => !name.startsWith(LEFT_OUT)).sort();
  return names.filter((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.isDirectory());
}

/** What the runs of a sweep are called, by their folders. */
async function labelsOf(directory: string): Promise<Map<string, string>> {
  if (!existsSync(sweepFile(directory))) return new Map();
  const { runs } = await readSweep(directory);
  return new Map(runs.map(({ id, folder = id, label }) => [folder, label]));
}

/**
 * The runs of a folder of experiments: `<experiment>/lambda_<value>` or `<experiment>/lambda_<value>/train` as LearnedJPEG names them, the runs of a
 * sweep, or an experiment that is a run itself. Names that begin with `_` are left out.
 *
 * @param except a run that is none of the experiments, wherever it lies
 * @throws Error when there are none
 */
export async function experimentRuns(directory: string, except?: string): Promise<ExperimentFolder[]> {
  const isTaken = (run: string) => isRun(run) && (except === undefined || resolve(run) !== resolve(except));
  const experiments: ExperimentFolder[] = [];
  for (const name of await foldersIn(directory)) {
    const experiment = join(directory, name);
    if (isRun(experiment)) {
      if (isTaken(experiment)) experiments.push({ name, runs: [{ label: name, directory: experiment }] });
      continue;
    }
    const labels = await labelsOf(experiment);
    const runs = (await foldersIn(experiment)).flatMap((folder): ExperimentRun[] => {
      const found = [join(experiment, folder), join(experiment, folder, 'train')].find(isTaken);
      return found === undefined ? [] : [{ label: labels.get(folder) ?? folder, directory: found }];
    });
    if (runs.length > 0) experiments.push({ name, runs });
  }
  if (experiments.length > 0) return experiments;
  throw new Error(`${directory} holds no experiments: folders of runs such as <experiment>/lambda_005, or sweeps`);
}
