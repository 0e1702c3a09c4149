import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeSafetensors, type StoredTensor } from '@sandwich/engine';

/** Weights of a classifier that two lines of any language make: see `fixtures/make_classifiers.py`. */
export function syntheticWeights(shapes: Readonly<Record<string, readonly number[]>>): Record<string, StoredTensor> {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], k) => {
      const values = new Float32Array(shape.reduce((size, n) => size * n, 1));
      const isFactor = name.endsWith('running_var') || (shape.length === 1 && name.endsWith('weight'));
      const scale = shape.length > 1 ? Math.sqrt(6 / (values.length / shape[0])) : 0.1;
      for (let i = 0; i < values.length; i++) {
        const x = Math.sin(12.9898 * (i + 1) + 78.233 * k) * 43758.5453;
        const fraction = x - Math.floor(x);
        values[i] = isFactor ? 0.5 + fraction : scale * (2 * fraction - 1);
      }
      return [name, { shape: [...shape], values }];
    }),
  );
}

/** Writes weights to a file of a folder. @returns its path */
export async function writeWeights(
  folder: string,
  name: string,
  tensors: Record<string, StoredTensor>,
): Promise<string> {
  const path = join(folder, `${name}.safetensors`);
  await writeFile(path, encodeSafetensors({ tensors, metadata: {} }));
  return path;
}
