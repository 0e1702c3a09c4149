import { spawnSync } from 'node:child_process';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../testing/temporary-folder.js';
import { LOCK_FILE, lockRun } from './run-lock.js';

const folder = useTemporaryFolder();
const lockOf = (owner: object) => writeFile(join(folder(), LOCK_FILE), JSON.stringify(owner));

describe('lockRun', () => {
  it('keeps others out until it is given back', async () => {
    const unlock = await lockRun(folder());
    await expect(lockRun(folder())).rejects.toThrow(`${folder()} is in use by process ${process.pid} on ${hostname()}`);
    const second = lockRun(folder(), { wait: true });
    await unlock();
    await (await second)();
    expect(await readdir(folder())).toEqual([]);
  });

  it('takes over from a process that was killed', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await lockOf({ host: hostname(), pid, began: '1' });
    await (await lockRun(folder()))();
  });

  it('takes over when another process has got the same number', async () => {
    await lockOf({ host: hostname(), pid: process.pid, began: 'long ago' });
    await (await lockRun(folder()))();
  });

  it('takes over from another machine after two minutes without a sign of life', async () => {
    await lockOf({ host: 'elsewhere', pid: 1, began: '1' });
    await expect(lockRun(folder())).rejects.toThrow('is in use by process 1 on elsewhere');
    const old = new Date(Date.now() - 121_000);
    await utimes(join(folder(), LOCK_FILE), old, old);
    await (await lockRun(folder()))();
  });
});
