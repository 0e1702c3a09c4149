import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Parameters } from '../optimizer.js';
import type { RunConfiguration } from '../run-directory.js';
import type { Facts } from './differences.js';

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** What a training depends on: settings, code, networks, images. */
export const configurationFacts = (
  { experiment, settings, overfit, codeVersion, engine }: RunConfiguration,
  parameters: Parameters,
  files: readonly string[],
): Facts => ({
  experiment,
  ...settings,
  overfit: overfit ?? false,
  'code version': codeVersion,
  libtorch: engine.version,
  device: engine.device.split(':')[0],
  precision: engine.precision,
  'hash of the parameters': hashOf(Object.entries(parameters).map(([path, { shape }]) => [path, shape])),
  'number of images': files.length,
  'hash of the image names': hashOf(files.map((file) => basename(file))),
});

/** The weights, bit for bit. */
export function weightFacts(parameters: Parameters): Facts {
  const hash = createHash('sha256');
  for (const parameter of Object.values(parameters)) hash.update(parameter.dataSync() as Float32Array);
  return { 'hash of the trained weights': hash.digest('hex').slice(0, 16) };
}
