import { formats } from '@sandwich/codecs';
import { evaluationFiles } from './evaluation/evaluation-files.js';
import { listCheckpoints, runFiles } from './run-directory.js';

/** Files of a run that commands read. */
export async function filesOfRun(directory: string): Promise<string[]> {
  const { configuration, metrics, weights } = runFiles(directory);
  const results = Object.keys(formats).map((name) => evaluationFiles(directory, name).results);
  return [configuration, metrics, weights, ...results, ...(await listCheckpoints(directory))];
}
