import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine } from '@sandwich/engine';
import { beforeAll, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { writeJudgedPictures } from '../../testing/judged-pictures.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

it.each([
  ['low-pass', 'radius', ['--subsampling', '4:2:0']],
  ['sensitivity', 'exponent', ['--trellis', '0.04']],
])('finds %s tables of two rates for each fold, which table-accuracy judges', async (family, parameter, files) => {
  const at = (name: string) => join(folder(), name);
  const { pictures, weights } = await writeJudgedPictures(folder());
  const judge = ['--images', pictures, '--recognisers', 'resnet20', '--weights', weights];
  const rates = ['--rate', '1', '--rates', '0.9,1.2', '--evaluations', '2'];
  const search = ['table-search', ...judge, '--family', family, ...rates, ...files, '--out', at('search.json')];
  expect(await main(search), output.stderr()).toBe(0);
  const { points, shapes, ...rest } = JSON.parse(await readFile(at('search.json'), 'utf8'));
  expect(rest).toEqual({
    recogniser: 'resnet20',
    family,
    folds: 2,
    rate: 1,
    ...(family === 'low-pass' ? { subsampling: '4:2:0' } : { trellis: 0.04, subsampling: '4:4:4' }),
  });
  expect(shapes).toHaveLength(2);
  for (const shape of shapes) expect(shape).toHaveProperty(parameter);
  expect(points.map(({ tables }: { tables: unknown[] }) => tables.length)).toEqual([2, 2]);
  const accuracy = [
    'table-accuracy',
    at('search.json'),
    ...judge,
    ...files,
    '--anchors',
    'annex-k',
    '--qualities',
    '50,90',
  ];
  expect(await main([...accuracy, '--out', at('accuracy.json')]), output.stderr()).toBe(0);
  const judged = JSON.parse(await readFile(at('accuracy.json'), 'utf8'));
  for (const [i, rate] of [0.9, 1.2].entries())
    expect(Math.abs(judged.points[i].scanBpp / rate - 1)).toBeLessThan(0.25);
});
