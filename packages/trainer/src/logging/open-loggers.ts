import { runFiles } from '../run/run-directory.js';
import { jsonLines } from './json-lines.js';
import type { Logger } from './logger.js';
import { parseMlflowAddress } from './mlflow/address.js';
import { mlflow } from './mlflow/mlflow.js';
import { runIdOf } from './mlflow/run-id.js';
import { pngFiles } from './png-files.js';
import { tensorBoard } from './tensorboard.js';

/** Opens a logger of a run directory; `resumedAt` is the step after which a run that is resumed goes on. */
type Opener = (directory: string, resumedAt?: number) => Logger | Promise<Logger>;

/** Loggers by their names on the command line, without what stands after an equals sign. */
const kinds: Record<string, (setting: string | undefined, name: string) => Opener[]> = {
  tensorboard: (setting, name) => {
    refuseSetting(setting, `${name} tensorboard`);
    return [
      (directory, resumedAt) =>
        tensorBoard(directory, { startStep: resumedAt === undefined ? undefined : resumedAt + 1 }),
    ];
  },
  mlflow: (setting, name) => {
    const address = parseMlflowAddress(setting ?? '', `${name} mlflow=`);
    return [async (directory) => mlflow({ ...address, id: await runIdOf(directory) })];
  },
  none: (setting, name) => {
    refuseSetting(setting, `${name} none`);
    return [];
  },
};

function refuseSetting(setting: string | undefined, name: string): void {
  if (setting !== undefined) throw new Error(`${name} takes no value; got '${setting}'`);
}

const DEFAULT = ['tensorboard'];

function openersOf(text: string, name: string): Opener[] {
  const [, kind, setting] = /^([^=]*)(?:=(.*))?$/s.exec(text)!;
  if (!Object.hasOwn(kinds, kind)) {
    throw new Error(`${name} takes tensorboard, mlflow=http://…, or none; got '${text}'`);
  }
  return kinds[kind](setting, name);
}

/**
 * Looks at what names a logger: `tensorboard`, `mlflow=http://…`, or `none`.
 *
 * @param name what it was given to, for errors
 * @throws Error when it names none
 */
export function checkLogger(text: string, name: string): void {
  openersOf(text, name);
}

/**
 * Opens the loggers of a run: the records and pictures that commands read, and those that are named, by default event files for TensorBoard.
 *
 * @param resumedAt the step after which a run that is resumed goes on: what was written of later ones no longer counts
 * @throws Error when a file cannot be written or gone on with
 */
export async function openLoggers(
  directory: string,
  { resumedAt, log = DEFAULT }: { resumedAt?: number; log?: readonly string[] } = {},
): Promise<Logger[]> {
  const { metrics, images } = runFiles(directory);
  const openers = log.flatMap((text) => openersOf(text, 'log'));
  // First: records that cannot be gone on with leave no event file.
  const loggers = [jsonLines(metrics, { keepThrough: resumedAt }), pngFiles(images)];
  for (const open of openers) loggers.push(await open(directory, resumedAt));
  return loggers;
}
