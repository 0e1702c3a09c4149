import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readKerasCheckpoint } from './keras-checkpoint.js';
import type { KerasWeights } from './keras-weights.js';

/** The last checkpoint of a folder, which TensorFlow names in a file `checkpoint`; the variables of a SavedModel. */
async function prefixIn(folder: string): Promise<string> {
  const state = join(folder, 'checkpoint');
  if (existsSync(state)) {
    const [, last] = /^model_checkpoint_path: "(.*)"$/m.exec(await readFile(state, 'utf8')) ?? [];
    if (last === undefined) throw new Error(`${state} names no checkpoint`);
    return last.startsWith('/') ? last : join(folder, last);
  }
  const variables = join(folder, 'variables', 'variables');
  if (existsSync(`${variables}.index`)) return variables;
  throw new Error(`${folder} holds no TensorFlow checkpoint: there is neither ${state} nor ${variables}.index`);
}

/**
 * Reads the weights of a Keras model.
 *
 * @param path A folder of TensorFlow checkpoints, of which the last is taken; a SavedModel; a checkpoint's `.index` file, or
 * that without its ending; or an HDF5 file of Keras 2.
 * @throws Error naming what is missing, damaged or of another kind.
 */
export async function readKerasWeights(path: string): Promise<KerasWeights> {
  if (/\.(h5|hdf5)$/.test(path)) {
    const { readKerasHdf5 } = await import('./keras-hdf5.js');
    return await readKerasHdf5(path);
  }
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return await readKerasCheckpoint(isFolder ? await prefixIn(path) : path.replace(/\.index$/, ''));
}
