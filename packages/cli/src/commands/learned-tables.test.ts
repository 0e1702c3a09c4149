import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJpeg } from '@sandwich/codecs';
import { loadImage, makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { type JpegTables, LearnedJpeg } from '@sandwich/models';
import { loadRun, type System } from '@sandwich/trainer';
import { beforeAll, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
useNoLpips();
beforeAll(() => startEngine());

const stepsOf = (system: System) =>
  (system instanceof LearnedJpeg ? system.tables : (system as JpegTables)).stepValues();
const tablesOf = async (run: string) => ((await loadRun(run)).system as JpegTables).fileTables();

it('goes with learned tables through every command: train, resume, eval, inspect, export, compress, decompress, pack', async () => {
  const at = (name: string) => join(folder(), name);
  const command = async (...args: string[]) => expect(await main(args), output.stderr()).toBe(0);
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 64, height: 48, seed: 1 });
  const [run, images] = [at('run'), ['--images', at('images')]];
  const small = ['cropSize=32', 'batchSize=2', 'learningRate=0.1'].flatMap((setting) => ['--set', setting]);

  await command('train', 'learned-tables', ...images, '--steps', '2', '--run', run, ...small);
  const first = await tablesOf(run);
  await command('train', '--resume', run, '--steps', '4');
  const tables = await tablesOf(run);
  expect(tables).not.toEqual(first);

  await command('eval', run, ...images, '--rates', '0.5,2', '--metrics', 'ssim');
  expect(output.stdout()).toContain('best ramp');
  const results = JSON.parse(await readFile(join(run, 'results.json'), 'utf8'));
  const groups = results.anchors.map(({ name, group }: { name: string; group?: string }) => group ?? name);
  expect([...new Set(groups)]).toEqual(['best ramp', 'flat tables', 'Annex K']);

  await command('inspect', run, ...images, '--count', '1');
  const page = await readFile(join(run, 'inspect.html'), 'utf8');
  expect(page).toContain('Quantisation table of chroma');

  await command('export', run);
  expect(JSON.parse(await readFile(join(run, 'tables', 'tables.json'), 'utf8'))).toMatchObject({
    ...tables,
    steps: '4',
  });

  const source = at('images/synthetic-0001.png');
  await command('compress', run, source, at('a.jpg'), '--step-scale', '1.5');
  await command('decompress', run, at('a.jpg'), at('a.png'));
  const [restored, decoded] = [await loadImage(at('a.png')), await decodeJpeg(await readFile(at('a.jpg')))];
  expect(Buffer.compare(restored.data, decoded.data)).toBe(0);
  expect(await main(['compress', run, source, at('b.jpg'), '--quality', '50'])).toBe(1);
  expect(output.stderr()).toContain('which have --step-scale');

  await command('pack', run, at('packed'));
  expect(await tablesOf(at('packed'))).toEqual(tables);
});

it.each(['learned-tables', 'ljpeg'])('goes on exactly where tables are perturbed at random: %s', async (experiment) => {
  const at = (name: string) => join(folder(), name);
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 64, height: 48, seed: 1 });
  const settings = ['cropSize=32', 'batchSize=2', 'learningRate=0.1', 'schedule=constant', 'decay=0', 'averageDecay=0'];
  const train = ['train', experiment, '--images', at('images'), '--set', 'gradient=perturbation', '--set', 'pairs=2'];
  for (const setting of settings) train.push('--set', setting);
  const command = async (...args: string[]) => expect(await main(args), output.stderr()).toBe(0);
  await command(...train, '--steps', '4', '--run', at('whole'));
  expect(output.stderr()).not.toContain('not replayed');
  await command(...train, '--steps', '2', '--run', at('halves'));
  await command('train', '--resume', at('halves'), '--steps', '4');
  const [whole, halves] = await Promise.all(
    ['whole', 'halves'].map(async (name) => stepsOf((await loadRun(at(name))).system)),
  );
  expect(halves).toEqual(whole);
});
