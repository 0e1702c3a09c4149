import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { readPictureHeader } from '@sandwich/pictures';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
useNoLpips();
beforeAll(() => startEngine());
const images = () => join(folder(), 'images');
beforeEach(() => makeSyntheticImages({ directory: images(), count: 2, width: 48, height: 40, seed: 1 }));

const run = async (...argv: string[]) => expect(await main(argv), output.stderr()).toBe(0);

describe.each([
  ['ljpeg', [], ['pillow.json', 'tables.h', 'tables.json', 'tables.txt'], ['--step-scale', '8']],
  [
    'ljpeg-attention',
    ['learnTables=false'],
    ['pillow.json', 'smoothing.onnx', 'tables.h', 'tables.json', 'tables.txt'],
    ['--step-scale', '2'],
  ],
  ['google-baseline', ['features=2'], ['pre-editing.onnx'], ['--quality', '20']],
] as const)('%s', (experiment, settings, exported, fineness) => {
  it('trains, goes on, and becomes files for other programs and pictures', async () => {
    const directory = join(folder(), 'run');
    const all = ['batchSize=1', 'cropSize=32', ...settings].flatMap((setting) => ['--set', setting]);
    await run('train', experiment, '--images', images(), '--run', directory, '--steps', '2', ...all);
    await run('train', '--resume', directory, '--steps', '3');
    const records = (await readFile(join(directory, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(JSON.parse(records.at(-1)!)).toMatchObject({ step: 3 });
    // Attention and what else is looked at, as pictures.
    const logged = await readdir(join(directory, 'images'));
    const views = { ljpeg: 'decoded', 'ljpeg-attention': 'attention', 'google-baseline': 'edited' }[experiment];
    expect(
      logged.some((name) => name.includes(views)),
      logged.join(),
    ).toBe(true);

    if (experiment === 'ljpeg-attention') {
      await run('inspect', directory, '--images', images(), '--count', '1');
      const page = await readFile(join(directory, 'inspect.html'), 'utf8');
      for (const view of ['smoothed', 'attention']) expect(page).toContain(view);
    }

    await run('export', directory);
    const exports = join(directory, experiment === 'google-baseline' ? 'onnx' : 'export');
    expect((await readdir(exports)).sort()).toEqual(exported);

    const [picture] = (await readdir(images())).sort().map((name) => join(images(), name));
    await run('compress', directory, picture, join(folder(), 'a.jpg'), ...fineness);
    expect(await readPictureHeader(join(folder(), 'a.jpg'))).toMatchObject({ width: 48, height: 40 });
    await run('compress', directory, picture, join(folder(), 'a.webp'), '--quality', '50');
    await run('decompress', directory, join(folder(), 'a.webp'), join(folder(), 'b.png'));
    expect(existsSync(join(folder(), 'b.png'))).toBe(true);
  });
});
