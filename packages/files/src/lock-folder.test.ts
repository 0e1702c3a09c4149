import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCK_FILE, lockFolder } from './lock-folder.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

const lockOf = (owner: object) => writeFile(join(directory, LOCK_FILE), JSON.stringify(owner));

describe('lockFolder', () => {
  it('keeps others out until it is given back', async () => {
    const unlock = await lockFolder(directory);
    await expect(lockFolder(directory)).rejects.toThrow(
      `${directory} is in use by process ${process.pid} on ${hostname()}`,
    );
    const second = lockFolder(directory, { wait: true });
    await unlock();
    await (await second)();
    expect(await readdir(directory)).toEqual([]);
  });

  it('takes over from a process that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await lockOf({ host: hostname(), pid, began: '1' });
    await (await lockFolder(directory))();
  });

  it('takes over when another process has got the same number', async () => {
    await lockOf({ host: hostname(), pid: process.pid, began: 'long ago' });
    await (await lockFolder(directory))();
  });

  it('takes over from another machine after two minutes without a sign of life', async () => {
    await lockOf({ host: 'elsewhere', pid: 1, began: '1' });
    await expect(lockFolder(directory)).rejects.toThrow('is in use by process 1 on elsewhere');
    const old = new Date(Date.now() - 121_000);
    await utimes(join(directory, LOCK_FILE), old, old);
    await (await lockFolder(directory))();
  });
});
