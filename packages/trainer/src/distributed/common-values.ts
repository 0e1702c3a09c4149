import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Parameters } from '@sandwich/engine';
import { configurationRows } from '../experiment/configuration-rows.js';
import type { RunConfiguration } from '../run/run-directory.js';
import type { CommonValues } from './differences.js';

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** How many images there are, and a hash of their names, the same wherever their folder lies. */
export const imageNames = (files: readonly string[]) => ({
  count: files.length,
  hash: hashOf(files.map((file) => basename(file))),
});

/** What a training depends on: settings, code, networks, images. */
export const commonConfiguration = (
  { experiment, settings, kind, architecture, objective, overfit, codeVersion, engine, imageNames }: RunConfiguration,
  parameters: Parameters,
): CommonValues => ({
  experiment,
  ...settings,
  overfit: overfit ?? false,
  'code version': codeVersion,
  libtorch: engine.version,
  device: engine.device.split(':')[0],
  precision: engine.precision,
  'hash of the parameters': hashOf(Object.entries(parameters).map(([path, { shape }]) => [path, shape])),
  ...Object.fromEntries(configurationRows({ kind, architecture, ...objective }).map(({ key, value }) => [key, value])),
  'number of images': imageNames?.count ?? 0,
  'hash of the image names': imageNames?.hash ?? '',
});

/** The weights, bit for bit. */
export function commonWeights(parameters: Parameters): CommonValues {
  const hash = createHash('sha256');
  for (const parameter of Object.values(parameters)) hash.update(parameter.dataSync() as Float32Array);
  return { 'hash of the trained weights': hash.digest('hex').slice(0, 16) };
}
