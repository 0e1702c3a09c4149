import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { experimentRuns } from './experiment-runs.js';

const folder = useTemporaryFolder();

async function writeRun(path: string): Promise<string> {
  const directory = join(folder(), path);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'config.json'), '{}');
  return directory;
}

describe('experimentRuns', () => {
  it('finds runs in published folders, alone and behind links, and leaves out what is none', async () => {
    for (const path of ['w10/lambda_005', 'w10/lambda_00025/train', 'w10/_old', '_w20/lambda_1', 'alone'])
      await writeRun(path);
    await symlink(join(folder(), '_w20'), join(folder(), 'linked'));
    await symlink(join(folder(), 'alone/config.json'), join(folder(), 'a-file'));
    await symlink(join(folder(), 'nowhere'), join(folder(), 'broken'));
    const experiments = await experimentRuns(folder());
    expect(experiments.map(({ name, runs }) => [name, ...runs.map(({ label }) => label)])).toEqual([
      ['alone', 'alone'],
      ['linked', 'lambda_1'],
      ['w10', 'lambda_00025', 'lambda_005'],
    ]);
    expect(experiments[2].runs[0].directory).toBe(join(folder(), 'w10/lambda_00025/train'));
  });

  it('leaves out the run that is measured otherwise', async () => {
    await writeRun('w10/lambda_1');
    const google = await writeRun('google');
    expect((await experimentRuns(folder(), google)).map(({ name }) => name)).toEqual(['w10']);
    await expect(experimentRuns(join(folder(), 'w10'), join(folder(), 'w10/lambda_1'))).rejects.toThrow(
      'holds no experiments',
    );
  });
});
