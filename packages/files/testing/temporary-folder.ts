import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Gives each test of the file an empty folder, removed after it. @returns a function that tells its path */
export function useTemporaryFolder(): () => string {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandwich-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  return () => folder;
}
