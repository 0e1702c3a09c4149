import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFileMetadata, readJpegTables } from '@sandwich/codecs';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { readInspection } from '@sandwich/inspector';
import { asSandwich } from '@sandwich/models';
import { loadOnnxRuntime } from '@sandwich/onnx';
import { loadSharp } from '@sandwich/pictures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRun } from '../../../trainer/src/run/load-run.js';
import { useCapturedOutput } from '../../../trainer/testing/captured-output.js';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { tinySandwichFile } from '../../../trainer/testing/tiny-sandwich.js';
import { useNoLpips } from '../../testing/without-lpips.js';
import { main } from '../main.js';

const output = useCapturedOutput();
useNoLpips();

let folder: string;
const at = (name: string) => join(folder, name);
const image = patternImage(45, 35);
const command = async (...args: string[]) => expect(await main(args), output.stderr()).toBe(0);

const set = (...settings: string[]) => settings.flatMap((setting) => ['--set', setting]);

beforeAll(async () => {
  await startEngine();
  folder = await mkdtemp(join(tmpdir(), 'conditioned-'));
  await makeSyntheticImages({ directory: at('images'), count: 2, width: 48, height: 48, seed: 1 });
  await mkdir(at('photos'));
  const sharp = await loadSharp();
  await sharp(image.data, { raw: image }).png().toFile(at('photos/a.png'));
  const settings = set('conditionOn=step', 'qstepSpread=3', 'stepsWithoutCodec=1', 'learningRate=0.05');
  const training = ['--images', at('images'), '--run', at('run'), '--steps', '6', '--log', 'none'];
  expect(await main(['train', tinySandwichFile, ...training, ...settings])).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

describe('networks that are conditioned on the quantiser step', () => {
  it('are trained, packed, compressed with and restored', async () => {
    const model = asSandwich((await loadRun(at('run'))).system);
    const weights = Object.entries(model.parameters).filter(([path]) => /\/(scale|shift)$/.test(path));
    expect(weights.length).toBe(2 * 2 * 7);
    const moved = weights.filter(([, weight]) => tf.tidy(() => tf.max(tf.abs(weight)).dataSync()[0]) > 0);
    expect(moved.length).toBeGreaterThan(20);
    model.dispose();

    await command('pack', at('run'), at('packed'));
    const files = [
      ['coarse.jpg', '--qstep', '60'],
      ['fine.jpg', '--qstep', '3'],
      ['picture.webp', '--quality', '40'],
    ];
    for (const [file, ...fineness] of files) {
      await command('compress', at('packed'), at('photos/a.png'), at(file), ...fineness);
      await command('decompress', at('packed'), at(file), at(`${file}.png`));
    }
    const sharp = await loadSharp();
    const steps: number[] = [];
    for (const [file] of files) {
      const bytes = await readFile(at(file));
      const metadata = Buffer.from(findFileMetadata(file.endsWith('webp') ? 'webp' : 'jpeg', bytes)!);
      steps.push(metadata.readFloatBE(24));
      expect(await sharp(at(`${file}.png`)).metadata()).toMatchObject({ width: 45, height: 35, channels: 3 });
    }
    expect(steps).toEqual([60, 3, Math.fround(29.6)]);
    expect(new Set(readJpegTables(await readFile(at('coarse.jpg')))[0])).toEqual(new Set([60]));
  });

  it('begin as networks without a condition do, where they have their weights', async () => {
    const train = (run: string, ...more: string[]) =>
      main(['train', tinySandwichFile, '--images', at('images'), '--run', at(run), '--log', 'none', ...more]);
    expect(await train('plain', '--steps', '2'), output.stderr()).toBe(0);
    const rate = set('learningRate=1e-9', 'conditionOn=step');
    expect(await train('begun', '--init-from', at('plain'), '--steps', '1', ...rate), output.stderr()).toBe(0);
    const [plain, begun] = await Promise.all(['plain', 'begun'].map(async (run) => (await loadRun(at(run))).system));
    for (const [path, weight] of Object.entries(begun.parameters)) {
      const expected = plain.parameters[path]?.dataSync() ?? new Float32Array(weight.size);
      expect(Math.max(...weight.dataSync<'float32'>().map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(
        1e-6,
      );
    }
    for (const system of [plain, begun]) system.dispose();
    expect(await train('other', '--init-from', at('run'), '--steps', '1')).toBe(1);
    expect(output.stderr()).toContain('scale is not in the system');
  });

  it('are exported with the step as an input', async () => {
    await command('export', at('run'), '--out', at('onnx'));
    const { InferenceSession, Tensor } = await loadOnnxRuntime();
    const [pre, post] = await Promise.all(
      ['pre', 'post'].map((name) => InferenceSession.create(at(`onnx/${name}.onnx`))),
    );
    expect([pre.inputNames, post.inputNames]).toEqual([
      ['images', 'step'],
      ['decoded', 'size', 'step'],
    ]);
    const model = asSandwich((await loadRun(at('run'))).system);
    const images = tf.tensor4d(Float32Array.from(image.data), [1, 35, 45, 3]);
    const bottleneck = tf.tidy(() => model.preprocess(images, { step: 60 }).dataSync());
    const made = await pre.run({
      images: new Tensor('float32', Float32Array.from(image.data), [1, 35, 45, 3]),
      step: new Tensor('float32', [60], [1]),
    });
    const theirs = made.bottleneck_float.data as Float32Array;
    expect(Math.max(...theirs.map((value, i) => Math.abs(value - bottleneck[i])))).toBeLessThan(1e-3);
    images.dispose();
    model.dispose();
  });

  it('are evaluated and inspected as one network for all rates', async () => {
    const options = ['--images', at('photos'), '--metrics', 'psnr', '--codec', 'jpeg,webp', '--qualities', '20,40,60'];
    await command('eval', at('run'), ...options, '--qsteps', '4,20,60');
    expect(output.stdout()).toContain('networks behind the curve of sandwich: 1\n');
    for (const name of ['results', 'results-webp']) {
      const { candidate, anchors } = JSON.parse(await readFile(at(`run/${name}.json`), 'utf8'));
      expect(candidate.networks).toBe(1);
      expect(anchors.map(({ networks }: { networks?: number }) => networks)).toEqual(anchors.map(() => undefined));
      expect(candidate.results.bpp.length).toBe(3);
    }
    await command('inspect', at('run'), '--images', at('photos'), '--qsteps', '20');
    const { runs } = await readInspection(await readFile(at('run/inspect.html'), 'utf8'));
    expect(runs[0].facts).toContainEqual({
      label: 'Condition',
      value: 'the quantiser step: one network for all rates',
    });
  });
});
