import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../testing/temporary-folder.js';
import { runIdOf } from './run-id.js';

const folder = useTemporaryFolder();
const file = () => join(folder(), 'mlflow.json');

describe('runIdOf', () => {
  it('is kept in the directory', async () => {
    const id = await runIdOf(folder());
    expect(id).toMatch(/^[\da-f-]{36}$/);
    expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ id });
    expect(await runIdOf(folder())).toBe(id);
  });

  it.each(['', '{}', '{"id":3}', '{"id":"a\' or"}', 'null'])('is not made up where the file holds %j', async (text) => {
    await writeFile(file(), text);
    await expect(runIdOf(folder())).rejects.toThrow(`${file()} is damaged: it holds no id; remove it`);
    expect(await readFile(file(), 'utf8')).toBe(text);
  });
});
