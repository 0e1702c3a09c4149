// Finds CUDA's headers, which CUDA graphs and NCCL need; all else of CUDA is reached through libtorch without them.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the headers of CUDA and its libraries may lie: in packages beside a wheel, or on the system. */
export function cudaFolders({ lib }) {
  const wheels = join(lib, '../../nvidia');
  const packages = existsSync(wheels) ? readdirSync(wheels).map((name) => join(wheels, name, 'include')) : [];
  return [...packages, '/usr/local/cuda/include'].filter((folder) => existsSync(folder));
}

/**
 * What CUDA graphs can be built with, the most first: macros, header folders, and what is left out.
 *
 * @param {import('./libtorch.mjs').Libtorch} libtorch
 * @param {boolean} withCuda whether its CUDA libraries are linked
 * @returns {{ macros: string[], include: string[], note: string | null }[]}
 */
export function graphsOf(libtorch, withCuda) {
  if (!withCuda) return [{ macros: [], include: [], note: null }];
  const note =
    "without CUDA graphs: CUDA's headers (a toolkit, or the package nvidia-cuda-crt beside the wheel) do not serve";
  const none = { macros: [], include: [], note };
  const folders = cudaFolders(libtorch);
  const found = (name) => [...folders, '/usr/include'].some((folder) => existsSync(join(folder, name)));
  if (!found('cuda_runtime_api.h') || !found('crt/host_defines.h')) return [none];
  return [{ macros: ['USE_CUDA_GRAPHS'], include: folders, note: null }, none];
}
