// Finds out what libtorch brings for training in several processes: c10d with Gloo, and NCCL for GPUs.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a library has a class of c10d; some builds of libtorch leave them out. Its constructor's name tells. */
const has = (library, name) =>
  existsSync(library) && spawnSync('grep', ['-qF', `${name}C1`, library], { stdio: 'ignore' }).status === 0;

/** Where the headers of CUDA and NCCL may lie: in packages beside a wheel, or on the system. */
function cudaHeaders({ lib }) {
  const wheels = join(lib, '../../nvidia');
  const packages = existsSync(wheels) ? readdirSync(wheels).map((name) => join(wheels, name, 'include')) : [];
  return [...packages, '/usr/local/cuda/include'].filter((folder) => existsSync(folder));
}

/**
 * What can be built with a libtorch, the most first: macros of c10d's headers, header folders, and what is left out.
 *
 * @param {import('./libtorch.mjs').Libtorch} libtorch
 * @param {boolean} withCuda whether its CUDA libraries are linked
 * @returns {{ macros: string[], include: string[], note: string | null }[]}
 */
export function collectivesOf(libtorch, withCuda) {
  const none = {
    macros: [],
    include: [],
    note: 'without training in several processes: this libtorch has no c10d with Gloo that could be built with',
  };
  const { include, lib } = libtorch;
  if (!existsSync(join(include[0], 'torch/csrc/distributed/c10d/ProcessGroupGloo.hpp'))) return [none];
  if (!has(join(lib, 'libtorch_cpu.so'), 'ProcessGroupGloo')) return [none];
  const gloo = { macros: ['USE_C10D_GLOO'], include: [], note: null };
  if (!withCuda) return [gloo, none];
  const noNccl = {
    ...gloo,
    note: 'GPUs of several processes exchange by way of the host: libtorch or nccl.h lacks NCCL',
  };
  const folders = cudaHeaders(libtorch);
  const found = [...folders, '/usr/include'].some((folder) => existsSync(join(folder, 'nccl.h')));
  if (!found || !has(join(lib, 'libtorch_cuda.so'), 'ProcessGroupNCCL')) return [noNccl, none];
  return [{ macros: [...gloo.macros, 'USE_C10D_NCCL'], include: folders, note: null }, noNccl, none];
}
