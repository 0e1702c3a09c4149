import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flatTables } from '@sandwich/codecs';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../files/testing/temporary-folder.js';
import { openPoints } from './table-point.js';

const folder = useTemporaryFolder();
const flat = (step: number) => {
  const { luma, chroma } = flatTables(step);
  return { luma: Array.from(luma), chroma: Array.from(chroma) };
};

async function file(name: string, steps: number[]): Promise<string> {
  const path = join(folder(), `${name}.json`);
  await writeFile(path, JSON.stringify({ points: [{ name, tables: steps.map(flat) }] }));
  return path;
}

describe('points of files', () => {
  it('are joined where there are several', async () => {
    const points = await openPoints([await file('coarse', [40, 50]), await file('fine', [4, 5])]);
    expect(points).toEqual([
      { name: 'coarse', tables: [flat(40), flat(50)] },
      { name: 'fine', tables: [flat(4), flat(5)] },
    ]);
  });

  it('are refused where they have other numbers of folds', async () => {
    await expect(openPoints([await file('coarse', [40, 50]), await file('fine', [4])])).rejects.toThrow(
      "points must have as many folds: 'fine' has tables for 1 folds, 'coarse' for 2",
    );
  });
});
