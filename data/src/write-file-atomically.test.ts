import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from './write-file-atomically.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'atomic-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('writeFileAtomically', () => {
  it('replaces a file and leaves no other', async () => {
    const path = join(directory, 'a');
    await writeFileAtomically(path, new Uint8Array([1, 2, 3]));
    await writeFileAtomically(path, new Uint8Array([4]));
    expect([...(await readFile(path))]).toEqual([4]);
    expect(await readdir(directory)).toEqual(['a']);
  });

  it('leaves nothing behind when it fails', async () => {
    const path = join(directory, 'a');
    await mkdir(join(path, 'full'), { recursive: true });
    await expect(writeFileAtomically(path, new Uint8Array([1]))).rejects.toThrow();
    expect(await readdir(directory)).toEqual(['a']);
  });
});
