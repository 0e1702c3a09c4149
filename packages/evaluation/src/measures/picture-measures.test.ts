import { readFileSync } from 'node:fs';
import { startEngine } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../pictures/testing/pattern-image.js';
import type { Measure } from '../measure.js';
import { openMeasures } from './open-measures.js';
import { meanPsnr, psnrMeasures } from './psnr.js';
import { ssimMeasures } from './ssim.js';

beforeAll(() => startEngine());

/** Values that numpy computes in float64, written by `fixtures/make_ssim.py`. */
const expected: { ssim: number; msSsim: number } = JSON.parse(
  readFileSync(new URL('../../fixtures/ssim.json', import.meta.url), 'utf8'),
);

const original = patternImage(170, 161);
const shifted = { ...original, data: original.data.map((value) => Math.min(value + 9, 255)) };

/** What measures say of outputs, by key. */
async function valuesOf(measures: readonly Measure<Picture>[], item: Picture, outputs: readonly Picture[]) {
  const values: Record<string, (number | null)[]> = {};
  for (const measure of measures) {
    const needs = await measure.perItem(item, outputs);
    values[measure.key] = needs.map((each) => each && measure.aggregate([each]));
  }
  return values;
}

describe('SSIM and MS-SSIM', () => {
  it('are those of numpy', async () => {
    const { 'ssim-rgb': ssim, 'ms-ssim-rgb': multiple } = await valuesOf(ssimMeasures(), original, [original, shifted]);
    expect(ssim[0]).toBeCloseTo(1, 5);
    expect(multiple[0]).toBeCloseTo(1, 5);
    // Variances are differences of squares up to 255^2, which float32 holds to 4e-3: beside C2 = 58.5 that is up to 7e-5 a pixel, of either
    // sign, and 27,370 pixels are averaged.
    expect(Math.abs(ssim[1]! - expected.ssim)).toBeLessThan(2e-6);
    expect(Math.abs(multiple[1]! - expected.msSsim)).toBeLessThan(2e-6);
  });

  it('are null for pictures that are too small', async () => {
    const small = patternImage(160, 200);
    expect(await valuesOf(ssimMeasures(), small, [small])).toEqual({
      'ssim-rgb': [expect.closeTo(1, 5)],
      'ms-ssim-rgb': [null],
    });
    const tiny = patternImage(10, 200);
    expect(await valuesOf(ssimMeasures(), tiny, [tiny])).toEqual({ 'ssim-rgb': [null], 'ms-ssim-rgb': [null] });
  });

  it('are of 8 bits, where PSNR is of all', async () => {
    const deepened = ({ data, ...size }: Picture) => ({
      ...size,
      data: Uint16Array.from(data, (value) => 257 * value),
    });
    const [a, b] = [deepened(original), deepened(shifted)];
    const measures = [...psnrMeasures, ...ssimMeasures()];
    const deep = await valuesOf(measures, a, [b]);
    const shallow = await valuesOf(measures, original, [shifted]);
    expect(deep['ssim-rgb']).toEqual(shallow['ssim-rgb']);
    expect(deep['psnr-rgb'][0]).toBeCloseTo(shallow['psnr-rgb'][0]!, 10);
    const [nearly] = (await meanPsnr.perItem(a, [{ ...a, data: a.data.map((value) => Math.min(value + 1, 65535)) }]))!;
    expect(nearly![0]).toBeGreaterThan(96.3);
  });
});

describe('openMeasures', () => {
  const data = process.env.SANDWICH_DATA;
  const options = (notes: string[] = []) => ({
    lpipsWeights: (net: string) => `${data ?? '/nowhere'}/weights/lpips-${net}.safetensors`,
    note: (text: string) => notes.push(text),
  });

  it.skipIf(!data)('opens LPIPS as two distances (needs SANDWICH_DATA)', async () => {
    const measures = await openMeasures(['psnr', 'lpips'], options());
    expect(measures.map(({ key }) => key)).toEqual(['psnr-rgb', 'psnr-rgb-of-mean-error', 'lpips', 'lpips-squeeze']);
    const tiny = patternImage(1, 40);
    for (const measure of measures.slice(2)) {
      expect(measure.better).toBe('less');
      const { [measure.key]: values } = await valuesOf([measure], original, [original, shifted]);
      expect(values[0]).toBe(0);
      expect(values[1]).toBeGreaterThan(1e-4);
      expect(await valuesOf([measure], tiny, [tiny])).toEqual({ [measure.key]: [null] });
      await measure.dispose?.();
    }
  });

  it('leaves out LPIPS where there are no weights, and refuses names that are unknown', async () => {
    const notes: string[] = [];
    const nowhere = { ...options(notes), lpipsWeights: (net: string) => `/nowhere/lpips-${net}.safetensors` };
    const opened = await openMeasures(undefined, nowhere);
    expect(opened.map(({ key }) => key)).toEqual(['psnr-rgb', 'psnr-rgb-of-mean-error', 'ssim-rgb', 'ms-ssim-rgb']);
    expect(notes[0]).toBe(
      'LPIPS alex is left out: there is no /nowhere/lpips-alex.safetensors; data/make-lpips-weights.py makes it',
    );
    await expect(openMeasures(['lpips'], nowhere)).rejects.toThrow('LPIPS needs weights, and there is no /nowhere');
    await expect(openMeasures(['vmaf'], nowhere)).rejects.toThrow(
      "unknown metric 'vmaf'; known are psnr, ssim, lpips, pq",
    );
  });

  it('in linear light are PSNR, and PSNR in PQ as NumPy has it', async () => {
    const measures = await openMeasures(undefined, { ...options(), light: 'linear' });
    expect(measures.map(({ key }) => key)).toEqual(['psnr-rgb', 'psnr-rgb-of-mean-error', 'psnr-pq']);
    const file = new URL('../../../pictures/fixtures/linear-light.json', import.meta.url);
    const expected: { original: number[]; output: number[]; psnrPq: number } = JSON.parse(readFileSync(file, 'utf8'));
    const picture = (samples: number[]): Picture => ({
      data: Uint16Array.from(samples),
      width: 4,
      height: 3,
      channels: 3,
      transfer: 'linear',
    });
    const [first, second] = [picture(expected.original), picture(expected.output)];
    const pq = measures.slice(2);
    const { 'psnr-pq': values } = await valuesOf(pq, first, [first, second]);
    expect(values[0]).toBe(100);
    expect(values[1]).toBeCloseTo(expected.psnrPq, 9);
    expect(await valuesOf(pq, { ...first, transfer: 'srgb' }, [second])).toEqual({ 'psnr-pq': [null] });
    const refused = openMeasures(['lpips'], { ...options(), light: 'linear' });
    await expect(refused).rejects.toThrow("metric 'lpips' is not of pictures in linear light; these have psnr, pq");
    await expect(openMeasures(['pq'], options())).rejects.toThrow("metric 'pq' is not of pictures in display light");
  });
});
