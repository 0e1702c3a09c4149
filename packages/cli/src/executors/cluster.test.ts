import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Job } from 'kubernetes-models/batch/v1';
import { describe, expect, it } from 'vitest';
import type { Sweep } from '../../../trainer/src/sweep/sweep.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { kubernetesJob } from './kubernetes.js';
import { slurmScript } from './slurm.js';

const folder = useTemporaryFolder();

const sweep: Sweep = {
  experiment: 'color-over-grayscale',
  experimentFile: 'experiments/color-over-grayscale.ts',
  budget: { steps: 1000 },
  runs: ['10', '50', '200'].map((gamma, i) => ({
    id: `${i}`,
    label: `gamma=${gamma}`,
    settings: { gamma: Number(gamma) },
  })),
};

describe('the script of a Slurm job array', () => {
  it('reads', () => {
    const options = { directory: "runs/it's a sweep", sweep, jobs: 2 };
    expect(slurmScript(options, { command: ['node', 'bin.js'], folder: '/home/me/project' })).toMatchInlineSnapshot(`
      "#!/bin/bash
      #SBATCH --job-name='sandwich-color-over-grayscale'
      #SBATCH --array=0-2%2
      #SBATCH --ntasks=1
      #SBATCH --cpus-per-task=4
      #SBATCH --requeue
      #SBATCH --open-mode=append
      #SBATCH --signal=B:USR1@180
      #SBATCH --output='/home/me/project/runs/it'\\''s a sweep/slurm-%a.log'

      cd '/home/me/project' || exit 1
      'node' 'bin.js' sweep-run 'runs/it'\\''s a sweep' "$SLURM_ARRAY_TASK_ID" --threads "$SLURM_CPUS_PER_TASK" &
      child=$!
      requeue=
      trap 'requeue=1; kill -TERM "$child"' USR1
      trap 'requeue=' TERM
      while true; do
        wait "$child"
        status=$?
        kill -0 "$child" 2> /dev/null || break
      done
      if [ "$status" -eq 143 ] && [ -n "$requeue" ]; then
        exec scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
      fi
      exit "$status"
      "
    `);
  });

  /** Runs the script with another command in the place of `sandwich`, and a scontrol that writes down its arguments. */
  async function execute(body: string) {
    const programs = join(folder(), 'programs');
    await mkdir(programs);
    for (const [name, text] of Object.entries({ scontrol: 'echo "$@" >> requeued', sandwich: body })) {
      await writeFile(join(programs, name), `#!/bin/bash\n${text}\n`);
      await chmod(join(programs, name), 0o755);
    }
    const script = join(folder(), 'sweep.sh');
    const command = [join(programs, 'sandwich')];
    await writeFile(script, slurmScript({ directory: 'a sweep', sweep, jobs: 2 }, { command, folder: folder() }));
    const ids = { SLURM_ARRAY_TASK_ID: '1', SLURM_ARRAY_JOB_ID: '77', SLURM_CPUS_PER_TASK: '3' };
    const env = { ...process.env, ...ids, PATH: `${programs}:${process.env.PATH}` };
    let status = 0;
    try {
      execFileSync('bash', [script], { env });
    } catch (error) {
      status = (error as { status: number }).status;
    }
    const read = (name: string) => readFile(join(folder(), name), 'utf8').catch(() => '');
    return { status, requeued: await read('requeued'), seen: await read('seen') };
  }

  it('asks for a GPU where the runs need one', () => {
    const options = { directory: 'a', jobs: 1 };
    const place = { command: ['sandwich'], folder: '/' };
    expect(slurmScript({ ...options, sweep: { ...sweep, device: 'cuda' } }, place)).toContain('\n#SBATCH --gpus=1\n');
    expect(slurmScript({ ...options, sweep }, place)).not.toContain('gpus');
  });

  it('trains the run of its index', async () => {
    const { status, requeued, seen } = await execute('printf "%s|" "$@" > seen');
    expect({ status, requeued, seen }).toEqual({ status: 0, requeued: '', seen: 'sweep-run|a sweep|1|--threads|3|' });
  });

  it('tells the run that its time is up, waits until it has saved, and queues it again', async () => {
    const { status, requeued, seen } = await execute(
      'trap "sleep 0.3; echo saved > seen; exit 143" TERM; (sleep 0.2; kill -USR1 $PPID) & while true; do sleep 0.05; done',
    );
    expect({ status, requeued, seen }).toEqual({ status: 0, requeued: 'requeue 77_1\n', seen: 'saved\n' });
  });

  it.each([
    ['', 'kill -TERM $PPID $$'],
    [' after its time was up', 'kill -USR1 $PPID; sleep 0.2; kill -TERM $PPID $$'],
  ])('waits until a run that is cancelled%s has saved, and ends', async (_, signals) => {
    const { status, requeued, seen } = await execute(
      `trap "sleep 0.4; echo saved >> seen; exit 143" TERM; (sleep 0.2; ${signals}) & while true; do sleep 0.05; done`,
    );
    expect({ status, requeued, seen }).toEqual({ status: 143, requeued: '', seen: 'saved\n' });
  });

  it('fails when the run fails', async () => {
    expect(await execute('exit 3')).toMatchObject({ status: 3, requeued: '' });
  });
});

describe('the manifest of a Kubernetes Job', () => {
  it('reads', () => {
    const cluster = { containerImage: 'registry/sandwich:1', volumeClaim: 'runs' };
    expect(kubernetesJob({ directory: '/runs/sweep', sweep, jobs: 2, ...cluster })).toMatchInlineSnapshot(`
      {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
          "name": "sandwich-color-over-grayscale",
        },
        "spec": {
          "backoffLimitPerIndex": 6,
          "completionMode": "Indexed",
          "completions": 3,
          "parallelism": 2,
          "podFailurePolicy": {
            "rules": [
              {
                "action": "Ignore",
                "onPodConditions": [
                  {
                    "type": "DisruptionTarget",
                  },
                ],
              },
            ],
          },
          "template": {
            "spec": {
              "containers": [
                {
                  "args": [
                    "sweep-run",
                    "/runs/sweep",
                    "$(JOB_COMPLETION_INDEX)",
                    "--threads",
                    "4",
                  ],
                  "command": [
                    "sandwich",
                  ],
                  "image": "registry/sandwich:1",
                  "name": "sandwich",
                  "resources": {
                    "requests": {
                      "cpu": "4",
                    },
                  },
                  "volumeMounts": [
                    {
                      "mountPath": "/runs/sweep",
                      "name": "runs",
                    },
                  ],
                },
              ],
              "restartPolicy": "Never",
              "terminationGracePeriodSeconds": 180,
              "volumes": [
                {
                  "name": "runs",
                  "persistentVolumeClaim": {
                    "claimName": "runs",
                  },
                },
              ],
            },
          },
        },
      }
    `);
  });

  it('is what the schema of Kubernetes takes', () => {
    const manifest = (jobs: unknown, device?: Sweep['device']) =>
      new Job(
        kubernetesJob({
          directory: '/runs/sweep',
          sweep: { ...sweep, device },
          jobs: jobs as number,
          containerImage: 'registry/sandwich:1',
          volumeClaim: 'runs',
        }),
      );
    for (const device of ['cpu', 'cuda'] as const) expect(manifest(2, device).validate()).toBeUndefined();
    expect(manifest(2, 'cuda').spec?.template.spec?.containers[0].resources?.limits).toEqual({ 'nvidia.com/gpu': '1' });
    expect(() => manifest('two').validate()).toThrow('data/spec/parallelism must be integer');
  });

  it('needs image and volume', () => {
    expect(() => kubernetesJob({ directory: '/runs/sweep', sweep, jobs: 2 })).toThrow('--container-image');
  });
});
