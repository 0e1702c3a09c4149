import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFpic } from '@sandwich/codecs';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine } from '@sandwich/engine';
import { readPicture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import { main } from '../main.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
const at = (name: string) => join(folder(), name);
beforeAll(() => startEngine());

const run = async (...argv: string[]) => expect(await main(argv), output.stderr()).toBe(0);
const SMALL = ['batchSize=1', 'cropSize=32', 'features=4', 'latentChannels=6', 'validationImages=1'];

describe('factorized-prior', () => {
  it('trains, goes on, is packed, exported and measured, and codes pictures', async () => {
    await makeSyntheticImages({ directory: at('images'), count: 3, width: 44, height: 36, seed: 1 });
    const settings = SMALL.flatMap((setting) => ['--set', setting]);
    await run('train', 'factorized-prior', '--images', at('images'), '--run', at('run'), '--steps', '2', ...settings);
    await run('train', '--resume', at('run'), '--steps', '4');
    const records = (await readFile(at('run/metrics.jsonl'), 'utf8')).trim().split('\n');
    const steps = records.map((line): Record<string, number> => JSON.parse(line)).filter((record) => 'mse' in record);
    expect(steps.at(-1)).toMatchObject({ step: 4 });
    for (const name of ['loss', 'rateDistortion', 'mse', 'bpp', 'auxiliary'])
      expect(steps.at(-1)![name]).toBeGreaterThan(0);

    await run('export', at('run'));
    expect((await readdir(at('run/onnx'))).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
    await run('eval', at('run'), '--images', at('images'), '--metrics', 'psnr');
    const { candidate } = JSON.parse(await readFile(at('run/results.json'), 'utf8'));
    expect(candidate.name).toBe('factorised prior');
    await run('inspect', at('run'), '--images', at('images'), '--count', '1');
    expect(await readFile(at('run/inspect.html'), 'utf8')).toContain('6 channels of 1/16 of the width and height');

    const picture = at('images/synthetic-0001.png');
    await run('compress', at('run'), picture, at('a.fpic'));
    const file = await readFile(at('a.fpic'));
    expect(output.stdout()).toContain(`44 x 36, ${file.length} bytes`);
    expect(readFpic(file)).toMatchObject({ width: 44, height: 36, channels: 6 });
    await run('decompress', at('run'), at('a.fpic'), at('a.png'));
    const restored = await readPicture(at('a.png'));
    expect([restored.width, restored.height]).toEqual([44, 36]);

    await run('pack', at('run'), at('packed'));
    await run('decompress', at('packed'), at('a.fpic'), at('b.png'));
    const again = await readPicture(at('b.png'));
    expect(again.data.every((sample, i) => Math.abs(sample - restored.data[i]) <= 1)).toBe(true);

    await writeFile(at('damaged.fpic'), file.map((byte, i) => (i === 40 ? byte ^ 1 : byte))); // biome-ignore format: one call
    expect(await main(['decompress', at('run'), at('damaged.fpic'), at('c.png')])).toBe(1);
    expect(output.stderr()).toContain(
      'damaged.fpic cannot be restored: readFpic: its checksum is not that of its bytes',
    );
    expect(await main(['compress', at('run'), picture, at('a.l3ix')])).toBe(1);
    expect(output.stderr()).toContain('.fpic');
    expect(await main(['compress', at('run'), picture, at('b.fpic'), '--quality', '50'])).toBe(1);
    expect(output.stderr()).toContain('--quality is not for systems such as that of');
  });
});
