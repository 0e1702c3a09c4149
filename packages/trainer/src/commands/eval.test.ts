import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/codecs';
import { makeSyntheticImages } from '@sandwich/data';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useCapturedOutput } from '../../testing/captured-output.js';
import { patternImage } from '../../testing/pattern-image.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { tinySandwichFile } from '../../testing/tiny-sandwich.js';
import { checkpointFile, runFiles } from '../run-directory.js';
import { evalCommand } from './eval.js';
import { trainCommand } from './train.js';

const folder = useTemporaryFolder();
const output = useCapturedOutput();
beforeAll(() => startEngine());

const photos = () => join(folder(), 'photos');
const run = () => join(folder(), 'run');

async function writePattern(name: string, width: number, height: number): Promise<void> {
  const image = patternImage(width, height);
  const sharp = await loadSharp();
  await sharp(image.data, { raw: image }).png().toFile(join(photos(), name));
}

beforeEach(async () => {
  const images = join(folder(), 'images');
  await makeSyntheticImages({ directory: images, count: 2, width: 48, height: 48, seed: 1 });
  await trainCommand({ experiment: tinySandwichFile, images, run: run(), steps: 2 });
  await mkdir(photos());
  await writePattern('a.png', 48, 40);
  await writePattern('b.png', 50, 37);
});

describe('evalCommand', () => {
  it('measures a run and its codec without networks, and shows it', async () => {
    await writeFile(join(photos(), 'broken.png'), '');
    const tensors = tf.memory().numTensors;
    const returned = await evalCommand({ run: run(), images: photos() });
    expect(tf.memory().numTensors).toBe(tensors);

    const files = runFiles(run());
    const results = JSON.parse(await readFile(files.results, 'utf8'));
    expect(results).toEqual(returned);
    expect(results).toMatchObject({
      run: run(),
      checkpoint: 'step-0000002.safetensors',
      step: 2,
      images: `3 images of ${photos()}`,
      codec: expect.stringMatching(/^baseline JPEG, grayscale, /),
      gain: { range: [0.3, 1.2] },
    });
    const { systems } = results;
    expect(systems.map((system: { name: string }) => system.name)).toEqual([
      'sandwich',
      'JPEG, flat tables',
      'JPEG, Annex K tables',
    ]);
    for (const { name, settings, results: curve, images } of systems) {
      for (const values of Object.values<unknown[]>(curve)) expect(values.length).toBe(settings.length);
      for (const [i, bpp] of curve.bpp.entries()) {
        expect(bpp).toBeGreaterThan(0);
        expect(curve['psnr-rgb'][i]).toBeGreaterThan(5);
        if (name !== 'sandwich') expect(curve['bpp-estimated'][i]).toBeNull();
        else expect(Math.abs(curve['bpp-estimated'][i] / bpp - 1)).toBeLessThan(0.01);
        const perImage = images.map((image: { bpp: number[] }) => image.bpp[i]);
        expect((perImage[0] + perImage[1]) / 2).toBeCloseTo(bpp, 12);
      }
      expect(images.map(({ image }: { image: string }) => image)).toEqual(['a.png', 'b.png']);
    }
    // Of Pillow's grayscale files of these images with quality 90, see system.test.ts.
    const at = systems[2].settings.indexOf('quality 90');
    expect(systems[2].results.bpp[at]).toBeCloseTo((4584 / 1920 + 5152 / 1850) / 2, 12);
    expect(systems[2].results['psnr-rgb'][at]).toBeCloseTo((22.4767 + 22.44) / 2, 2);

    // 48x40 pixels are enough for SSIM, too few for five scales.
    expect(systems[2].results['ssim-rgb'][at]).toBeGreaterThan(0.5);
    expect(systems[2].results['ms-ssim-rgb'][at]).toBeNull();
    expect(systems[2].images[0]['ssim-rgb'].length).toBe(systems[2].settings.length);
    const bdRate = (measure: string) =>
      results.bdRate.filter((found: { measure: string }) => found.measure === measure);
    expect(bdRate('ssim-rgb').map(({ anchor }: { anchor: string }) => anchor)).toEqual([
      'JPEG, flat tables',
      'JPEG, Annex K tables',
    ]);
    expect(bdRate('ms-ssim-rgb')[0]).toMatchObject({ percent: null, notes: [expect.stringContaining('got 0')] });
    expect(existsSync(files.plot('png', 'ssim-rgb'))).toBe(true);
    expect(existsSync(files.plot('png', 'ms-ssim-rgb'))).toBe(false);

    expect(await readFile(files.plot('svg'), 'utf8')).toMatch(/^<svg/);
    const sharp = await loadSharp();
    const { width, height } = await sharp(files.plot('png')).metadata();
    expect(Math.min(width, height)).toBeGreaterThan(300);
    const sheet = await sharp(files.contactSheet).metadata();
    expect(sheet.height).toBeGreaterThan(40 + 40);
    expect((await readdir(run())).some((name) => name.endsWith('.part'))).toBe(false);
    expect(output.stderr()).toContain(`skipped: ${join(photos(), 'broken.png')}: is empty (0 bytes)\n`);
    expect(output.stdout()).toContain('gain dB');
    expect(output.stdout()).toContain(files.results);
  });

  it('takes the steps, rates, images and checkpoint that it is given', async () => {
    await trainCommand({ resume: run(), steps: 3 });
    const arguments_ = { run: run(), images: photos(), every: 2, rates: '0.8,2', checkpoint: checkpointFile(run(), 2) };
    const { step, systems, gain, images } = await evalCommand({ ...arguments_, qsteps: '8,8.4,0.2,300' });
    expect(step).toBe(2);
    expect(systems[0].settings).toEqual(['flat 8', 'flat 1', 'flat 255']);
    expect(systems[0].images.map(({ image }) => image)).toEqual(['a.png']);
    expect(images).toBe(`2 images of ${photos()}, one of 2`);
    expect(gain.range).toEqual([0.8, 2]);
    for (const { bpp } of gain.at) {
      expect(bpp).toBeGreaterThanOrEqual(0.8);
      expect(bpp).toBeLessThanOrEqual(2);
    }
    expect((await evalCommand({ ...arguments_, checkpoint: undefined, qsteps: '8' })).step).toBe(3);
  });

  it('copes with an image without any detail, and with one pixel', async () => {
    const sharp = await loadSharp();
    await mkdir(join(folder(), 'plain'));
    for (const [width, name] of [
      [16, 'gray.png'],
      [1, 'pixel.png'],
    ] as const) {
      const create = { width, height: width, channels: 3, background: { r: 128, g: 128, b: 128 } } as const;
      await sharp({ create })
        .toColourspace('srgb')
        .png({ palette: false })
        .toFile(join(folder(), 'plain', name));
    }
    const { systems } = await evalCommand({ run: run(), images: join(folder(), 'plain'), qsteps: '8' });
    expect(systems[1].results['psnr-rgb'][0]).toBe(100);
    const { systems: stored } = JSON.parse(await readFile(runFiles(run()).results, 'utf8'));
    for (const { results } of stored) {
      for (const value of [...results.bpp, ...results['psnr-rgb']]) expect(value).toEqual(expect.any(Number));
    }
  });
});
