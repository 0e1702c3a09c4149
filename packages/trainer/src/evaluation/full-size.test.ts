// The codec without networks beside networks that reduce images: at their size, and at the size of the images.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { codecFiles, type SandwichOptions } from '@sandwich/models';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../testing/pattern-image.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.js';
import { writeRun } from '../../testing/write-run.js';
import { jpegSystems, otherSystems } from './codec-systems.js';
import { evaluateSystems } from './evaluate.js';
import { type EvaluatedRuns, loadEvaluatedRuns } from './evaluated-run.js';
import { flatSettings } from './system.js';

const folder = useTemporaryFolder();
beforeAll(() => startEngine());

const network = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' as const };

async function runOf(name: string, options: SandwichOptions): Promise<string> {
  const run = join(folder(), name);
  const proxy = new EncodeDecodeIntra({ roundingFn: roundings.ste, qstepInit: 9, minQstep: 1, convertToYuv: true });
  await writeRun(run, { pre: network, post: network, proxy, ...options });
  return run;
}

async function loaded<Result>(
  runs: Promise<string>[],
  codec: 'jpeg' | 'webp',
  use: (loaded: EvaluatedRuns) => Promise<Result>,
): Promise<Result> {
  const directories = await Promise.all(runs);
  const before = tf.memory().numTensors;
  const evaluated = await loadEvaluatedRuns(directories, [codec]);
  try {
    return await use(evaluated);
  } finally {
    evaluated.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
}

/** Written by `fixtures/make_full_size.py`. */
interface FullSizeCase {
  width: number;
  height: number;
  steps: number[];
  qualities: number[];
  full: { flat: number[]; annexK: number[] };
  half: { flat: number[]; annexK: number[] };
}

const cases: FullSizeCase[] = JSON.parse(readFileSync(new URL('./fixtures/full-size.json', import.meta.url), 'utf8'));

const AT_HALF = 'plain codec at 1/2 of width and height';
const AT_FULL = 'plain codec at full size';

describe('networks that reduce images', () => {
  it.each(cases)('are compared with Pillow’s files of both sizes, $width x $height', async (expected) => {
    const { width, height, steps, qualities, full, half } = expected;
    await loaded([runOf('a', { downsampleFactor: 2 })], 'jpeg', async ({ runs: [{ models, codecs }] }) => {
      const { plain } = jpegSystems(models, codecs.get('jpeg')!, { trained: 10, qualities });
      const systems = plain.map((system, i) => (i % 2 === 0 ? { ...system, settings: flatSettings(steps) } : system));
      const results = await evaluateSystems(systems, [{ path: 'a.png', image: patternImage(width, height) }]);
      const bits = results.map(({ images: [{ bpp }] }) => bpp.map((rate) => Math.round(rate * width * height)));
      expect(bits).toEqual([half.flat, half.annexK, full.flat, full.annexK]);
      expect(results.map(({ name, anchor }) => [name, anchor])).toEqual([
        ['JPEG, flat tables', AT_HALF],
        ['JPEG, Annex K tables', AT_HALF],
        ['JPEG, flat tables, full size', AT_FULL],
        ['JPEG, Annex K tables, full size', AT_FULL],
      ]);
    });
  });

  it('have the same steps at both sizes, and other qualities of other codecs', () =>
    loaded([runOf('a', { downsampleFactor: 2 })], 'webp', async ({ runs: [{ models, codecs }] }) => {
      const jpeg = jpegSystems(models, codecs.get('webp')!, { trained: 10, qualities: [50] }).plain;
      expect(jpeg[2].settings).toEqual(jpeg[0].settings);
      expect(jpeg[3].settings).toEqual(jpeg[1].settings);
      const image = patternImage(50, 37);
      const webp = codecs.get('webp')!;
      const { sandwich, plain } = otherSystems(models, webp, [40, 80], [5, 30, 60]);
      expect(plain.map(({ name, anchor }) => [name, anchor])).toEqual([
        ['WebP', AT_HALF],
        ['WebP, full size', AT_FULL],
      ]);
      expect(sandwich.settings.map(({ label }) => label)).toEqual(['quality 40', 'quality 80']);
      expect(plain[0].settings).toEqual(sandwich.settings);
      const [result] = await evaluateSystems([plain[1]], [{ path: 'a.png', image }]);
      const files = await Promise.all([5, 30, 60].map((quality) => webp.encode(image, quality)));
      expect(result.images[0].bpp).toEqual(files.map(({ length }) => (8 * length) / (50 * 37)));
      const [, alike] = otherSystems(models, webp, [40]).plain;
      expect(alike.settings.map(({ label }) => label)).toEqual(['quality 40']);
    }));
});

describe('loadEvaluatedRuns', () => {
  it('shares the codec of both sizes among runs that have the same without networks', () =>
    loaded(
      [
        runOf('a', { downsampleFactor: 2 }),
        runOf('b', { downsampleFactor: 2, phasePlanes: true }),
        runOf('c', { downsampleFactor: 1 }),
        runOf('d', { downsampleFactor: 4 }),
      ],
      'jpeg',
      async ({ runs, bitDepth }) => {
        const [a, b, c, d] = runs.map(({ models }) => models);
        expect(bitDepth).toBe(8);
        expect(b.plain).toBe(a.plain);
        expect(b.plainFullSize).toBe(a.plainFullSize);
        // The codec at full size is what it is beside networks that do not reduce.
        expect(c.plain).toBe(a.plainFullSize);
        expect(c.plainFullSize).toBeUndefined();
        expect(d.plainFullSize).toBe(a.plainFullSize);
        expect([a, c, d].map(({ plain }) => plain.downsampleFactor)).toEqual([2, 1, 4]);
        for (const { plain, plainFullSize = plain } of [a, c, d]) {
          for (const model of [plain, plainFullSize]) {
            expect([model.pre, model.post, model.loopFilter]).toEqual([undefined, undefined, undefined]);
            expect(codecFiles(model).layout.convertToYuv).toBe(true);
          }
        }
        expect(runs.map(({ trainedStep }) => trainedStep)).toEqual([10, 10, 10, 10]);
      },
    ));

  it('refuses runs for images of other bits', async () => {
    const runs = [await runOf('a', { downsampleFactor: 2 }), await runOf('deep', { truncateBits: 2 })];
    const before = tf.memory().numTensors;
    await expect(loadEvaluatedRuns(runs, ['jpeg'])).rejects.toThrow(
      `${runs[0]} is for images of 8 bits, ${runs[1]} for 10: evaluate them apart`,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
