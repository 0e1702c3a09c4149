import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reasonOf } from '../reason-of.js';
import type { ObjectiveDefinition } from './define-objective.js';

const FOLDER = 'experiments';

/** What is trained, by a name, and the file that says so. */
export interface Experiment {
  name: string;
  /** Absent where a program defines it. */
  file?: string;
  definition: ObjectiveDefinition;
}

const isDefinition = (value: unknown): value is ObjectiveDefinition =>
  typeof value === 'object' &&
  value !== null &&
  'settings' in value &&
  'objective' in value &&
  typeof value.objective === 'function';

/** Names of the experiment files in a folder, without their extension. */
export const listExperiments = (folder = FOLDER): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => basename(file, '.ts'))
        .sort()
    : [];

/**
 * Imports an experiment by the name of its file in `experiments/` or by a path.
 *
 * @throws Error when there is no such file (naming those there are), when it cannot be loaded, or when its default export
 * is no experiment.
 */
export async function loadExperiment(nameOrPath: string): Promise<Experiment & { file: string }> {
  const candidates = [nameOrPath, join(FOLDER, `${nameOrPath}.ts`)];
  const file = candidates.find((candidate) => /\.[cm]?[jt]s$/.test(candidate) && existsSync(candidate));
  if (!file) {
    const known = listExperiments();
    throw new Error(
      `unknown experiment '${nameOrPath}'; ${known.length > 0 ? `known are ${known.join(', ')}` : `there is no folder ${resolve(FOLDER)}`}, or give the path of a file`,
    );
  }
  const module = await import(pathToFileURL(resolve(file)).href).catch((error) => {
    throw new Error(`${file} cannot be loaded: ${reasonOf(error)}`, { cause: error });
  });
  if (!isDefinition(module.default)) {
    throw new Error(
      `${file}: its default export is not an experiment; use \`export default defineExperiment({ ... })\` or defineObjective`,
    );
  }
  return { name: basename(file).replace(/\.[^.]+$/, ''), file, definition: module.default };
}
