import { join, resolve } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';
import { quoted } from '@sandwich/trainer';
import { type Executor, type ExecutorOptions, SECONDS_TO_SAVE, sandwichCommand } from './executor.js';

/** Exit code of a training that SIGTERM ended in good order. */
const SAVED = 143;

/**
 * A job array with a run an element. Where a node fails or the time is up, the element is queued again and goes on from
 * its last checkpoint; one that is cancelled saves and ends.
 *
 * The time limit is told to the script alone, by USR1, which it hands on as TERM. A cancelled job is told by TERM, which Slurm
 * sends to all its processes: the script must not hand it on, as a second TERM ends a training at once.
 *
 * Source: Slurm's manual pages of sbatch (array, requeue, signal), scancel, and scontrol (requeue).
 */
export function slurmScript(
  { directory, sweep, jobs }: ExecutorOptions,
  { command, folder }: { command: string[]; folder: string },
): string {
  return `#!/bin/bash
#SBATCH --job-name=${quoted(`sandwich-${sweep.experiment}`)}
#SBATCH --array=0-${sweep.runs.length - 1}%${jobs}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${sweep.threads ?? 4}
${sweep.device?.startsWith('cuda') ? '#SBATCH --gpus=1\n' : ''}#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --signal=B:USR1@${SECONDS_TO_SAVE}
#SBATCH --output=${quoted(join(resolve(folder, directory), 'slurm-%a.log'))}

cd ${quoted(folder)} || exit 1
${command.map(quoted).join(' ')} sweep-run ${quoted(directory)} "$SLURM_ARRAY_TASK_ID" --threads ${sweep.threads ?? '"$SLURM_CPUS_PER_TASK"'} &
child=$!
requeue=
trap 'requeue=1; kill -TERM "$child"' USR1
trap 'requeue=' TERM
while true; do
  wait "$child"
  status=$?
  kill -0 "$child" 2> /dev/null || break
done
if [ "$status" -eq ${SAVED} ] && [ -n "$requeue" ]; then
  exec scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
fi
exit "$status"
`;
}

export const slurm: Executor = {
  name: 'slurm',
  description: 'a job array of a Slurm cluster, whose script it writes',
  async start(options) {
    const file = join(options.directory, 'sweep.sh');
    await writeFileAtomically(file, slurmScript(options, { command: sandwichCommand(), folder: process.cwd() }));
    process.stdout.write(`sbatch ${file}\nand when it is through: ${options.report}\n`);
    return false;
  },
};
