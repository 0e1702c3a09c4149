import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors, type StoredTensor } from '@sandwich/engine';
import { afterAll, beforeAll } from 'vitest';
import type { LpipsNet } from '../src/lpips/backbones.js';
import { lpipsShapes } from '../src/lpips/lpips-weights.js';

/** Weights that two lines of any language make: kernels in +-sqrt(6 / inputs), biases in +-0.1, heads in 0 to 1. */
export function syntheticTensors(net: LpipsNet): Record<string, StoredTensor> {
  return Object.fromEntries(
    Object.entries(lpipsShapes(net)).map(([name, shape], k) => {
      const values = new Float32Array(shape.reduce((size, n) => size * n, 1));
      const isHead = name.startsWith('lin.');
      const scale = shape.length === 4 ? Math.sqrt(6 / (values.length / shape[0])) : 0.1;
      for (let i = 0; i < values.length; i++) {
        const x = Math.sin(12.9898 * (i + 1) + 78.233 * k) * 43758.5453;
        const fraction = x - Math.floor(x);
        values[i] = isHead ? fraction : scale * (2 * fraction - 1);
      }
      return [name, { shape, values }];
    }),
  );
}

/** A folder for weight files, removed after the tests of the file. @returns a function that writes one and tells its path */
export function useWeightFiles(): (
  name: string,
  content: Uint8Array | Record<string, StoredTensor>,
) => Promise<string> {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lpips-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  return async (name, content) => {
    const path = join(folder, `${name}.safetensors`);
    await writeFile(
      path,
      content instanceof Uint8Array ? content : encodeSafetensors({ tensors: content, metadata: {} }),
    );
    return path;
  };
}
