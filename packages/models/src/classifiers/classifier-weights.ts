import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder } from '@sandwich/data';
import type { ClassifierName } from './load-classifier.js';

/** Where the weights of a classifier are looked for: in `SANDWICH_DATA`, then where data sets are fetched to. */
export function classifierWeightsFile(name: ClassifierName): string {
  const folders = [process.env.SANDWICH_DATA, dataFolder].filter((folder) => folder !== undefined && folder !== '');
  const set = name.startsWith('resnet') ? 'cifar10' : 'imagenet';
  const files = folders.map((folder) => join(folder!, 'weights', `${name}-${set}.safetensors`));
  return files.find((file) => existsSync(file)) ?? files[0];
}
