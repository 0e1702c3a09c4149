import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { readInspection } from '@sandwich/inspector';
import { beforeAll, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { writeJudgedPictures } from '../../testing/judged-pictures.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
useNoLpips();
beforeAll(() => startEngine());

const tables = resolve('zoo/learned-tables');
const at = (name: string) => join(folder(), name);
const command = async (...args: string[]) => expect(await main(args), output.stderr()).toBe(0);

it('inspect shows the sensitivities by which tables began, or those of a file, beside the tables', async () => {
  const { pictures, weights } = await writeJudgedPictures(folder());
  const judges = ['--images', pictures];
  await command('table-sensitivity', ...judges, '--weights', weights, '--out', at('s.json'));
  const begun = ['initial=sensitivity', `sensitivities=${at('s.json')}`, `weights=${weights}`, 'batchSize=2'];
  const settings = begun.flatMap((setting) => ['--set', setting]);
  await command('train', 'j4d-cifar10', ...judges, ...settings, '--steps', '1', '--run', at('run'));
  await makeSyntheticImages({ directory: at('images'), count: 1, width: 32, height: 32, seed: 1 });
  const shown = ['--images', at('images')];

  await command('inspect', at('run'), ...shown);
  const mapsIn = async (file: string) => readInspection(await readFile(file, 'utf8')).runs[0].heatMaps!;
  const [luma, chroma] = await mapsIn(at('run/inspect.html'));
  const stored = JSON.parse(await readFile(at('s.json'), 'utf8')) as Record<'luma' | 'chroma', number[]>;
  const most = Math.max(...stored.luma, ...stored.chroma);
  const titles = luma.maps.map(({ title }) => title);
  expect(titles.slice(3)).toEqual([
    'sensitivity, thousandths of the largest of both',
    'steps by sensitivity, of equal mean',
    'learned / by sensitivity',
  ]);
  expect(luma.maps[3].rows[1][2]).toBeCloseTo((1000 * stored.luma[10]) / most, 10);
  expect(chroma.maps[3].rows[7][0]).toBeCloseTo((1000 * stored.chroma[56]) / most, 10);

  await command('inspect', tables, ...shown, '--out', at('page.html'), '--sensitivity', at('s.json'));
  expect((await mapsIn(at('page.html')))[0].maps.length).toBe(6);

  await rm(at('s.json'));
  await command('inspect', at('run'), ...shown);
  expect((await mapsIn(at('run/inspect.html')))[0].maps.length).toBe(3);
  expect(output.stderr()).toContain(`there is no ${at('s.json')}; name a file by --sensitivity`);
});

it('inspect refuses sensitivities that it cannot show', async () => {
  const file = at('s.json');
  await writeFile(file, JSON.stringify({ luma: new Array(64).fill(1), chroma: new Array(63).fill(1) }));
  const refusal = async (run: string, message: string) => {
    expect(await main(['inspect', run, '--out', at('page.html'), '--sensitivity', file])).toBe(1);
    expect(output.stderr()).toContain(message);
  };
  await refusal(tables, `sensitivities ${file}: chroma must be 64 positive numbers`);
  await refusal(resolve('zoo/color-over-420'), '--sensitivity is for runs with quantisation tables, and');
});
