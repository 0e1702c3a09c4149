import { encoders } from '@sandwich/codecs';
import { listCheckpoints, runFiles } from '@sandwich/trainer';
import { evaluationFiles } from './evaluation-files.js';

/** Files of a run that commands read. */
export async function filesOfRun(directory: string): Promise<string[]> {
  const { configuration, metrics, weights } = runFiles(directory);
  const results = Object.keys(encoders).map((name) => evaluationFiles(directory, name).results);
  return [configuration, metrics, weights, ...results, ...(await listCheckpoints(directory))];
}
