// Finds out what libtorch brings for training in several processes: c10d with Gloo, and NCCL for GPUs.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cudaFolders } from './cuda.mjs';

/** Whether a library has a class of c10d; some builds of libtorch leave them out. Its constructor's name tells. */
const has = (library, name) =>
  existsSync(library) && spawnSync('grep', ['-qF', `${name}C1`, library], { stdio: 'ignore' }).status === 0;

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
    note: 'GPUs of several processes exchange by way of the host: libtorch, or the headers of CUDA and NCCL, lack NCCL',
  };
  const folders = cudaFolders(libtorch);
  const found = (name) => [...folders, '/usr/include'].some((folder) => existsSync(join(folder, name)));
  if (!found('nccl.h') || !found('crt/host_config.h') || !has(join(lib, 'libtorch_cuda.so'), 'ProcessGroupNCCL'))
    return [noNccl, none];
  return [{ macros: [...gloo.macros, 'USE_C10D_NCCL'], include: folders, note: null }, noNccl, none];
}
