import { execFileSync } from 'node:child_process';

import type { Environment } from './place.js';

const FIRST_PORT = 20_000;
const PORTS = 20_000;

/** Asks Slurm which machines a list such as `node[01-04,7]` names. */
function hostnamesOf(list: string): string[] {
  try {
    return execFileSync('scontrol', ['show', 'hostnames', list], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
      .trim()
      .split('\n');
  } catch (error) {
    throw new Error(
      `the machines of this Slurm step, ${list}, are not known: ${(error as Error).message.trim()}; set RANK, WORLD_SIZE, ` +
        'MASTER_ADDR and MASTER_PORT, as docs/distributed.md has them',
      { cause: error },
    );
  }
}

/** Tasks on each machine, of a list such as `2(x3),1`: those of machine number `node`. */
function tasksOf(list: string, node: number): number | undefined {
  const counts = list.split(',').flatMap((entry) => {
    const [, tasks, times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(entry) ?? [];
    return Array<number>(Number(times)).fill(Number(tasks));
  });
  return counts[node];
}

/**
 * What PyTorch's launchers would set, in a task of a Slurm step (`srun`) of several tasks; MASTER_ADDR and MASTER_PORT stay as they
 * are where they are set. Inside an allocation (`salloc`, `sbatch`), but outside of a step, a process is on its own.
 *
 * Source: Slurm's manual page of srun, output environment variables.
 *
 * @param hostnames expands a list of machines
 * @returns undefined where there is no step of several tasks
 */
export function slurmStep(environment: Environment, hostnames = hostnamesOf): Environment | undefined {
  const { SLURM_STEP_NUM_TASKS: tasks, SLURM_STEP_NODELIST: nodes = '', SLURM_STEP_NUM_NODES: machines } = environment;
  if (!(Number(tasks) > 1)) return undefined;
  const { MASTER_ADDR, MASTER_PORT, SLURM_JOB_ID, SLURM_STEP_ID, SLURM_NODEID } = environment;
  const localSize = tasksOf(environment.SLURM_STEP_TASKS_PER_NODE ?? '', Number(SLURM_NODEID));
  return {
    RANK: environment.SLURM_PROCID,
    WORLD_SIZE: tasks,
    LOCAL_RANK: environment.SLURM_LOCALID,
    LOCAL_WORLD_SIZE: localSize && `${localSize}`,
    MASTER_ADDR: MASTER_ADDR || (machines === '1' ? '127.0.0.1' : hostnames(nodes)[0]),
    MASTER_PORT: MASTER_PORT || `${FIRST_PORT + ((Number(SLURM_JOB_ID) + Number(SLURM_STEP_ID)) % PORTS)}`,
  } as Environment;
}
