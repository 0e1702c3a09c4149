import { join, resolve } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';
import type { IJob } from 'kubernetes-models/batch/v1';
import { type Executor, type ExecutorOptions, SECONDS_TO_SAVE } from './executor.js';

const RETRIES_OF_A_RUN = 6;

/**
 * An indexed Job with a run an index. A pod that was evicted or failed is started again and goes on from its last
 * checkpoint; evictions do not count as failures. The container has the command `sandwich`, and the experiment's file in its
 * working folder; the volume, which all pods share, is mounted at the path that the sweep's directory has here.
 *
 * Source: Kubernetes' documentation of the Job API (batch/v1): completionMode, backoffLimitPerIndex, podFailurePolicy.
 */
export function kubernetesJob({ directory, sweep, jobs, containerImage, volumeClaim }: ExecutorOptions) {
  if (!containerImage || !volumeClaim) {
    throw new Error('the kubernetes executor needs --container-image and --volume-claim');
  }
  const path = resolve(directory);
  const name = `sandwich-${sweep.experiment}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 63);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      completionMode: 'Indexed',
      completions: sweep.runs.length,
      parallelism: jobs,
      backoffLimitPerIndex: RETRIES_OF_A_RUN,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: SECONDS_TO_SAVE,
          containers: [
            {
              name: 'sandwich',
              image: containerImage,
              command: ['sandwich'],
              args: ['sweep-run', path, '$(JOB_COMPLETION_INDEX)', '--threads', `${sweep.threads ?? 4}`],
              resources: {
                requests: { cpu: `${sweep.threads ?? 4}` },
                ...(sweep.device?.startsWith('cuda') && { limits: { 'nvidia.com/gpu': '1' } }),
              },
              volumeMounts: [{ name: 'runs', mountPath: path }],
            },
          ],
          volumes: [{ name: 'runs', persistentVolumeClaim: { claimName: volumeClaim } }],
        },
      },
    },
  } satisfies IJob;
}

export const kubernetes: Executor = {
  name: 'kubernetes',
  description: 'an indexed Job of a Kubernetes cluster, whose manifest it writes',
  async start(options) {
    const file = join(options.directory, 'sweep.job.json');
    await writeFileAtomically(file, `${JSON.stringify(kubernetesJob(options), null, 2)}\n`);
    process.stdout.write(`kubectl apply -f ${file}\nand when it is through: ${options.report}\n`);
    return false;
  },
};
