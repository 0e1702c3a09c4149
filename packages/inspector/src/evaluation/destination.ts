import { resolve } from 'node:path';
import { evaluationImages, type Light } from '@sandwich/data';
import { makeFolder } from '@sandwich/files';
import {
  guardOutputs,
  isOwn,
  type ResultsFolder,
  readRunDescription,
  resultsFolder,
  runFiles,
} from '@sandwich/trainer';
import { evaluationFiles, evaluationOutputs, paretoOutputs } from './evaluation-files.js';

/** Where what is measured goes. */
export interface Destination {
  /** Folders by run. */
  folders: ReadonlyMap<string, ResultsFolder>;
  /** Where results that join several runs go. */
  joined: string;
  /** Files that are read, which nothing may replace. */
  inputs: readonly string[];
}

/** What an evaluation reads, and what it may write over. */
export interface DestinationRequest {
  images?: string;
  /** Files of the images, where they are known; default those that `images` stands for. */
  files?: readonly string[];
  /** Keys of measures besides those of `knownMeasures`. */
  measures?: readonly string[];
  compare?: readonly string[];
  checkpoint?: string;
  /** Default the runs' own folders. */
  out?: string;
  force?: boolean;
}

/** The files that an evaluation reads. */
async function inputsOf(
  runs: readonly string[],
  { images, files, checkpoint, compare = [] }: DestinationRequest,
): Promise<string[]> {
  const inputs = compare.flatMap((path) => [path, evaluationFiles(path, undefined).results]);
  if (checkpoint !== undefined) inputs.push(checkpoint);
  for (const run of runs) {
    const { settings } = await readRunDescription(run);
    const { configuration, weights } = runFiles(run);
    inputs.push(configuration, weights);
    if (files === undefined) {
      const source = await evaluationImages(images, settings.bitDepth as number | undefined, settings.light as Light);
      inputs.push(...(await source.present()));
    }
  }
  return [...inputs, ...(files ?? [])];
}

/** A folder that was named: none of a run's own. */
const named = (directory: string): ResultsFolder => ({ directory, own: false, make: () => makeFolder(directory) });

/** @throws Error when two runs have one folder, as packed networks of one name may */
async function foldersOf(runs: readonly string[], out: string | undefined): Promise<Map<string, ResultsFolder>> {
  const folders = new Map<string, ResultsFolder>();
  for (const run of runs) {
    const home = await resultsFolder(run);
    const twin = [...folders].find(([, { directory }]) => resolve(directory) === resolve(home.directory));
    if (twin) {
      throw new Error(
        `results of ${twin[0]} and ${run} would both go to ${home.directory}: evaluate them apart, with --out`,
      );
    }
    folders.set(run, runs.length > 1 || out === undefined || isOwn(out, home) ? home : named(out));
  }
  return folders;
}

/**
 * Finds where results go, and checks before anything is measured that they can be written: over nothing but older results of the same runs,
 * in their own folders.
 *
 * @throws Error when something else is there, without `force`, or an output is also an input
 */
export async function guardedDestination(
  runs: readonly string[],
  codecs: readonly string[],
  request: DestinationRequest,
): Promise<Destination> {
  const { out, force, measures } = request;
  const inputs = await inputsOf(runs, request);
  const folders = await foldersOf(runs, out);
  for (const { directory, own } of folders.values()) {
    await guardOutputs(evaluationOutputs(directory, codecs, measures), { inputs, own, force, makesFolders: true });
  }
  const joined = out ?? folders.get(runs[0])!.directory;
  if (runs.length > 1) {
    const own = [...folders.values()].some((folder) => isOwn(joined, folder));
    await guardOutputs(paretoOutputs(joined, codecs, measures), { inputs, own, force, makesFolders: true });
  }
  return { folders, joined, inputs };
}
