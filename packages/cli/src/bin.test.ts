import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { useTemporaryFolder } from '../../trainer/testing/temporary-folder.js';

const folder = useTemporaryFolder();
const bin = fileURLToPath(new URL('bin.ts', import.meta.url));

it('goes on when nobody reads what it prints', async () => {
  const to = join(folder(), 'made');
  const argv = ['data', 'make', '--count', '2', '--width', '16', '--height', '16', '--to', to];
  const child = spawn(process.execPath, ['--import', 'tsx', bin, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect((await readdir(to)).length).toBe(2);
}, 60_000);
