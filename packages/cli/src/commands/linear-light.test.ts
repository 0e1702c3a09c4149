import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFileMetadata, readJpegTables } from '@sandwich/codecs';
import { startEngine } from '@sandwich/engine';
import { checkEvaluatedRuns } from '@sandwich/inspector';
import { loadOnnxRuntime } from '@sandwich/onnx';
import { linearSamples, pqSamples, readPicture, writePicture } from '@sandwich/pictures';
import { loadSandwich } from '@sandwich/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deepPattern } from '../../../models/testing/deep-pattern.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { main } from '../main.js';

const output = useCapturedOutput();

let folder: string;
const at = (name: string) => join(folder, name);
const command = async (...args: string[]) => expect(await main(args), output.stderr()).toBe(0);
const psnr = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((65535 ** 2 * a.length) / sum);
};

beforeAll(async () => {
  await startEngine();
  folder = await mkdtemp(join(tmpdir(), 'linear-'));
  await mkdir(at('images'));
  const light = {
    ...deepPattern({ width: 45, height: 35, power: 3 }),
    transfer: 'linear',
    primaries: 'bt2020',
  } as const;
  await writePicture(at('images/a.png'), pqSamples(light));
  const settings = ['light=linear', 'conditionOn=step', 'exposures=4', 'qstepSpread=3', 'cropSize=16', 'batchSize=2'];
  const training = ['--images', at('images'), '--run', at('run'), '--steps', '3', '--log', 'none'];
  const set = settings.flatMap((setting) => ['--set', setting]);
  expect(await main(['train', 'high-bit-depth', ...training, ...set]), output.stderr()).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

describe('networks of linear light', () => {
  it('write files of pictures of high dynamic range and restore them in PQ', async () => {
    const original = linearSamples(await readPicture(at('images/a.png')));
    const codec = await loadSandwich(at('run'));
    const quality: number[] = [];
    for (const qstep of ['8', '0.25']) {
      const file = at(`${qstep}.jpg`);
      await command('compress', at('run'), at('images/a.png'), file, '--qstep', qstep);
      await command('decompress', at('run'), file, at(`${qstep}.png`));
      const restored = await readPicture(at(`${qstep}.png`));
      expect(restored).toMatchObject({ transfer: 'pq', primaries: 'bt2020', bitDepth: 16, width: 45, height: 35 });
      const bytes = await readFile(file);
      const decoded = await codec.decode(bytes);
      expect([...restored.data]).toEqual([...pqSamples(decoded).data]);
      quality.push(psnr(original.data, linearSamples(restored).data));
      // Version 8: the step of the tables as a float32, the exponent, the primaries of BT.2020.
      const metadata = Buffer.from(findFileMetadata('jpeg', bytes)!);
      const [luma] = readJpegTables(bytes);
      expect([metadata[0], metadata.readFloatBE(24), metadata[28] % 32, metadata[29]]).toEqual([8, luma[0], 0, 9]);
    }
    expect(quality[0]).toBeGreaterThan(40);
    expect(quality[1]).toBeGreaterThan(quality[0] + 8);
    codec.dispose();
  });

  it.each([
    [['a.jpg', '--quality', '50'], 'quality does not go with a companding curve, whose tables are flat: give qstep'],
    [['a.jpg', '--step-scale', '2'], 'stepScale does not go with a companding curve'],
    [['a.webp'], 'networks behind a companding curve write JPEG files with flat tables, not webp'],
  ])('say what does not go with a curve: %s', async ([file, ...options], message) => {
    expect(await main(['compress', at('run'), at('images/a.png'), at(file), ...options])).toBe(1);
    expect(output.stderr()).toContain(message);
  });

  it('take fractions of steps, as slopes', async () => {
    const check = { codecs: ['jpeg'], qsteps: [0.25] } as const;
    expect(await checkEvaluatedRuns([at('run')], check)).toEqual({ bitDepth: 16, light: 'linear' });
  });

  it('take linear light alone', async () => {
    const codec = await loadSandwich(at('run'));
    const picture = deepPattern({ width: 16, height: 16, power: 1 });
    await expect(codec.encode(picture)).rejects.toThrow('image.transfer must be linear');
    const primaries = { red: [0.6, 0.3], green: [0.3, 0.6], blue: [0.1, 0.1], white: [0.3, 0.3] } as const;
    await expect(codec.encode({ ...picture, transfer: 'linear', primaries })).rejects.toThrow(
      'no number in ITU-T H.273',
    );
    codec.dispose();
  });

  it('are exported with the exponent as an input', async () => {
    await command('export', at('run'), '--out', at('onnx'));
    const { InferenceSession } = await loadOnnxRuntime();
    const names = ['pre', 'post'].map(
      async (name) => (await InferenceSession.create(at(`onnx/${name}.onnx`))).inputNames,
    );
    expect(await Promise.all(names)).toEqual([
      ['images', 'step', 'exponent'],
      ['decoded', 'size', 'step', 'exponent'],
    ]);
  });
});
