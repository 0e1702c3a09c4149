import { existsSync } from 'node:fs';
import { access, constants, mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '@sandwich/data';
import type { EngineInfo } from '@sandwich/engine';
import type { Settings } from './experiment.js';

/** What a run was started with; `config.json` in its directory. */
export interface RunConfiguration {
  experiment: string;
  /** The experiment's file, relative to the folder where the run was started. */
  experimentFile: string;
  settings: Settings;
  /** The path of the images as it was given, and what was found there. */
  imagePath?: string;
  images: string;
  codeVersion: string;
  engine: EngineInfo;
}

/** Paths inside a run directory. */
export const runFiles = (directory: string) => ({
  configuration: join(directory, 'config.json'),
  metrics: join(directory, 'metrics.jsonl'),
  checkpoints: join(directory, 'checkpoints'),
  images: join(directory, 'images'),
  results: join(directory, 'results.json'),
  contactSheet: join(directory, 'contact-sheet.png'),
  plot: (extension: 'svg' | 'png') => join(directory, `rate-distortion.${extension}`),
});

const CHECKPOINT = /^step-(\d+)\.safetensors$/;

export const checkpointFile = (directory: string, step: number): string =>
  join(runFiles(directory).checkpoints, `step-${String(step).padStart(7, '0')}.safetensors`);

/** The checkpoints of a run, oldest first. */
export async function listCheckpoints(directory: string): Promise<string[]> {
  const { checkpoints } = runFiles(directory);
  const files = await readdir(checkpoints).catch(() => []);
  const stepOf = (file: string) => Number(CHECKPOINT.exec(file)?.[1]);
  return files
    .filter((file) => CHECKPOINT.test(file))
    .sort((a, b) => stepOf(a) - stepOf(b))
    .map((file) => join(checkpoints, file));
}

/** A directory and those above it. Node's `recursive` never returns where the system refuses with ENOENT, as /proc does. */
async function makeDirectory(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  await makeDirectory(dirname(directory));
  await mkdir(directory);
}

/**
 * Makes a run directory and writes its configuration.
 *
 * @throws Error when the directory cannot be written or holds a run already.
 */
export async function createRunDirectory(directory: string, configuration: RunConfiguration): Promise<void> {
  const files = runFiles(directory);
  let present: string[];
  try {
    await makeDirectory(resolve(directory));
    await access(directory, constants.W_OK);
    present = await readdir(directory);
  } catch (error) {
    throw new Error(`run directory ${resolve(directory)} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (present.length > 0) {
    throw new Error(`run directory ${resolve(directory)} is not empty; choose another with --run, or remove it`);
  }
  await mkdir(files.checkpoints);
  await mkdir(files.images);
  await writeFileAtomically(files.configuration, `${JSON.stringify(configuration, null, 2)}\n`);
}

/** @throws Error when the directory holds no readable run. */
export async function readRunConfiguration(directory: string): Promise<RunConfiguration> {
  const { configuration } = runFiles(directory);
  try {
    const read: Partial<RunConfiguration> | null = JSON.parse(await readFile(configuration, 'utf8'));
    if (!read?.experimentFile || !read.settings) {
      throw new Error(`${configuration} names no experiment or no settings`);
    }
    return read as RunConfiguration;
  } catch (error) {
    throw new Error(`${resolve(directory)} is not a run directory: ${(error as Error).message}`, { cause: error });
  }
}
