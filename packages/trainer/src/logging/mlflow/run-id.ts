import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '@sandwich/files';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/**
 * The id by which MLflow servers find the run of a directory, kept in its `mlflow.json`; a new one where there is none.
 *
 * @throws Error when the file is damaged, or cannot be read or written
 */
export async function runIdOf(directory: string): Promise<string> {
  const file = join(directory, 'mlflow.json');
  const text = await readFile(file, 'utf8').catch((error) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (text === undefined) {
    const id = randomUUID();
    await writeFileAtomically(file, `${JSON.stringify({ id })}\n`);
    return id;
  }
  const id = /^\s*\{\s*"id"\s*:\s*"([\w-]+)"\s*\}\s*$/.exec(text)?.[1];
  if (id === undefined)
    throw new Error(`${file} is damaged: it holds no id; remove it to begin another run on the server`);
  return id;
}
