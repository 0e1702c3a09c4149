import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that name the classes of a data set, one a line; the second and the third are CIFAR's own. */
const CLASS_FILES = ['classes.txt', 'batches.meta.txt', 'fine_label_names.txt'];

/** The classes that a file of a folder names, in the order of their labels; undefined where there is no such file. */
export async function classesIn(folder: string): Promise<string[] | undefined> {
  for (const file of CLASS_FILES) {
    const text = await readFile(join(folder, file), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    return lines.filter((line) => line !== '');
  }
  return undefined;
}

/** Classes without names are called by their labels. */
export const numberedClasses = (count: number): string[] => Array.from({ length: count }, (_, label) => String(label));

const SHOWN = 5;

/** Which classes have no picture, for people; undefined where each has one. */
export function missingClasses(classes: readonly string[], labels: Iterable<number>): string | undefined {
  const present = new Set(labels);
  const missing = classes.filter((_, label) => !present.has(label));
  if (missing.length === 0) return undefined;
  const shown = missing.slice(0, SHOWN).join(', ');
  const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
  return `${missing.length} of ${classes.length} classes have no picture: ${shown}${more}`;
}
