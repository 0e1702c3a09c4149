import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeSyntheticImages } from '@sandwich/data';
import { beforeEach, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../trainer/src/run/checkpoint.js';
import { listCheckpoints } from '../../trainer/src/run/run-directory.js';
import { sameState, startCommand, trainWithKills } from '../../trainer/testing/kills.js';
import { useTemporaryFolder } from '../../trainer/testing/temporary-folder.js';
import { tinySandwichFile } from '../../trainer/testing/tiny-sandwich.js';

const folder = useTemporaryFolder();
const images = () => join(folder(), 'images');
const directory = () => join(folder(), 'run');
beforeEach(() => makeSyntheticImages({ directory: images(), count: 4, width: 48, height: 48, seed: 1 }));

/** A file system of so many KiB in a folder; null where one cannot be made (it takes root). */
function mountSmallDisk(at: string, kibibytes: number): { unmount(): void } | null {
  mkdirSync(at);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'none', at]);
  return status === 0 ? { unmount: () => spawnSync('umount', ['-l', at]) } : null;
}

/** A training without an end, and a promise of its first checkpoint. */
function startTraining() {
  const endless = ['--steps', '1000000', '--checkpoint-steps', '5'];
  const command = startCommand(['train', tinySandwichFile, '--images', images(), '--run', directory(), ...endless]);
  const underway = (async () => {
    while ((await listCheckpoints(directory())).length === 0 && command.child.exitCode === null) await setTimeout(20);
  })();
  return { ...command, underway };
}

describe('a training process', () => {
  it('that is killed at random moments and resumed ends with the weights of an undisturbed one', async () => {
    const { whole, killed, resumedAt } = await trainWithKills({
      folder: folder(),
      images: images(),
      kills: 3,
      steps: 60,
      seed: 5,
    });
    expect(whole.step).toBe(60);
    expect(sameState(killed, whole)).toBe(true);
    expect(sameState(killed, { ...whole, average: { a: { shape: [], values: new Float32Array(1) } } })).toBe(false);
    expect(resumedAt.length).toBe(3);
  }, 300_000);

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    'saves and exits at %s',
    async (signal, exitCode) => {
      const { child, ended, underway, stderr } = startTraining();
      await underway;
      child.kill(signal);
      expect(await ended).toEqual({ code: exitCode, signal: null });
      const last = (await listCheckpoints(directory())).at(-1)!;
      expect(stderr()).toContain(
        `${signal}: saved ${last}; go on with: npm run sandwich -- train --resume ${directory()}`,
      );
      const { step } = await readCheckpoint(last);
      const resumed = startCommand(['train', '--resume', directory(), '--steps', `${step + 2}`]);
      expect(await resumed.ended).toEqual({ code: 0, signal: null });
      expect((await readCheckpoint((await listCheckpoints(directory())).at(-1)!)).step).toBe(step + 2);
    },
    60_000,
  );

  it('leaves its checkpoints whole when the disk is full', async ({ skip }) => {
    const disk = mountSmallDisk(join(folder(), 'disk'), 220);
    if (disk === null) return skip('needs root, to mount a small file system');
    try {
      const run = join(folder(), 'disk/run');
      const endless = ['--steps', '100000', '--checkpoint-steps', '1', '--keep', '1000'];
      const { ended, stderr } = startCommand([
        'train',
        tinySandwichFile,
        '--images',
        images(),
        '--run',
        run,
        ...endless,
      ]);
      expect(await ended).toEqual({ code: 1, signal: null });
      expect(stderr()).toMatch(/error: checkpoint .* cannot be written: ENOSPC: no space left on device/);
      const checkpoints = await listCheckpoints(run);
      expect(checkpoints.length).toBeGreaterThan(1);
      for (const [i, file] of checkpoints.entries()) expect((await readCheckpoint(file)).step).toBe(i + 1);
    } finally {
      disk.unmount();
    }
  }, 300_000);

  it('ends at once at a second signal', async () => {
    const script = `
      import { interruptible } from ${JSON.stringify(new URL('../../trainer/src/loop/interruption.ts', import.meta.url).href)};
      await interruptible(async () => {
        console.log('working');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    await once(child.stderr, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([null, 'SIGTERM']);
  }, 300_000);
});
