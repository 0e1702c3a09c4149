import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flatTables } from '@sandwich/codecs';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../files/testing/temporary-folder.js';
import { openPoints, subsamplingOf } from './table-point.js';

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

  it('say the chroma of their files, all the same one', async () => {
    const path = join(folder(), 'half.json');
    const points = [{ name: 'half', tables: [flat(4)] }];
    await writeFile(path, JSON.stringify({ subsampling: '4:2:0', points }));
    const half = await openPoints([path]);
    expect(half).toEqual([{ name: 'half', tables: [flat(4)], subsampling: '4:2:0' }]);
    expect(subsamplingOf(half)).toBe('4:2:0');
    const silent = await openPoints([await file('silent', [4])]);
    expect(subsamplingOf(silent)).toBe('4:4:4');
    expect(() => subsamplingOf([...half, ...silent])).toThrow('tables for 4:2:0 and 4:4:4 are no one curve');
    await writeFile(path, JSON.stringify({ subsampling: '4:1:1', points }));
    await expect(openPoints([path])).rejects.toThrow("half.json: subsampling must be 4:4:4, 4:2:2, 4:2:0, got '4:1:1'");
  });

  it('are refused where they have other numbers of folds', async () => {
    await expect(openPoints([await file('coarse', [40, 50]), await file('fine', [4])])).rejects.toThrow(
      "points must have as many folds: 'fine' has tables for 1 folds, 'coarse' for 2",
    );
  });
});
