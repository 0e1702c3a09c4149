import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../trainer/testing/temporary-folder.js';
import { readTrainingCurves, thinned } from './training-curves.js';

const folder = useTemporaryFolder();
const file = () => join(folder(), 'metrics.jsonl');

describe('readTrainingCurves', () => {
  it('makes a curve of every scalar, and of no value that is none', async () => {
    const lines = [
      '{"step":10,"seconds":4,"loss":8,"qstep":3}',
      '{"step":20,"seconds":8,"loss":null,"qstep":3.00000001}',
      '{"step":25,"validationLoss":7}',
      '{"step":30,"seconds":18,"loss":6.5,"name":"text"}',
    ];
    await writeFile(file(), `${lines.join('\n')}\n`);
    const { curves, unreadable } = await readTrainingCurves(file());
    expect(unreadable).toBe(0);
    expect(curves).toEqual([
      { key: 'loss', label: 'Loss', isMain: true, isExact: false, steps: [10, 30], seconds: [4, 18], values: [8, 6.5] },
      {
        key: 'validationLoss',
        label: 'Loss of the images held back',
        isMain: true,
        isExact: false,
        steps: [25],
        seconds: [13],
        values: [7],
      },
      {
        key: 'qstep',
        label: 'Quantiser step',
        isMain: false,
        isExact: false,
        steps: [10, 20],
        seconds: [4, 8],
        values: [3, 3],
      },
    ]);
  });

  it.each([
    ['ssim', 'SSIM'],
    ['accuracy', 'Share of pictures recognised'],
  ])('%s, by which a system is judged, is one of the main curves', async (key, label) => {
    await writeFile(file(), `{"step":10,"seconds":4,"tensors":9,"${key}":0.5}\n`);
    const { curves } = await readTrainingCurves(file());
    expect(curves[0]).toMatchObject({ key, label, isMain: true });
  });

  it('counts lines that are no records, such as one that a kill cut short', async () => {
    await writeFile(file(), '{"step":10,"seconds":4,"loss":8}\nnull\n{"loss":3}\n{"step":20,"lo');
    const { curves, unreadable } = await readTrainingCurves(file());
    expect(unreadable).toBe(3);
    expect(curves).toEqual([
      { key: 'loss', label: 'Loss', isMain: true, isExact: false, steps: [10], seconds: [4], values: [8] },
    ]);
  });

  it('finds nothing where there is no file', async () => {
    expect(await readTrainingCurves(file())).toEqual({ curves: [], unreadable: 0 });
  });

  it('averages what is too much to show', () => {
    expect(thinned([1, 3, 5, 7, 9], 2)).toEqual([3, 8]);
    expect(thinned([1, 3, 5], 3)).toEqual([1, 3, 5]);
  });
});
