import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../files/testing/temporary-folder.js';
import { writeCurve } from './curve-file.js';
import { readPublishedCurves } from './published-curve.js';

const folder = useTemporaryFolder();

async function fileWith(content: unknown, name = 'curve.json'): Promise<string> {
  const file = join(folder(), name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('readPublishedCurves', () => {
  it('reads the schema of the results of CompressAI', async () => {
    const file = await fileWith({
      name: 'mbt2018-mean',
      description: 'Inference (ans)',
      results: {
        'psnr-rgb': [29.5, 31.25, 33],
        'ms-ssim-rgb': [0.9375, 0.96, 0.975],
        bpp: [0.125, 0.25, 0.5],
        encoding_time: [0.2, 0.3, 0.4],
      },
    });
    expect(await readPublishedCurves([file])).toEqual([
      {
        name: 'mbt2018-mean, published',
        description: 'Inference (ans)',
        results: { bpp: [0.125, 0.25, 0.5], 'psnr-rgb': [29.5, 31.25, 33], 'ms-ssim-rgb': [0.9375, 0.96, 0.975] },
      },
    ]);
  });

  it('knows older spellings and decibels, and names a curve by its file', async () => {
    // -10 log10(1 - 0.9) = 10 dB, -10 log10(1 - 0.99) = 20 dB
    const results = { bpp: [0.5, 1], psnr: [30, 32], msssim: [10, 20], 'LPIPS-alex': [0.2, 0.1], 'psnr-y': [1, 2] };
    const [curve] = await readPublishedCurves([await fileWith({ results }, 'hm.json')]);
    expect(curve).toMatchObject({ name: 'hm, published', description: 'hm.json' });
    expect(Object.keys(curve.results).sort()).toEqual(['bpp', 'lpips', 'ms-ssim-rgb', 'psnr-rgb']);
    expect(curve.results['ms-ssim-rgb'][0]).toBeCloseTo(0.9, 12);
    expect(curve.results['ms-ssim-rgb'][1]).toBeCloseTo(0.99, 12);
  });

  it('takes the curve of a run that was measured', async () => {
    const run = join(folder(), 'mine');
    await mkdir(run);
    await expect(readPublishedCurves([run])).rejects.toThrow(
      `${run} has no results.json: evaluate what lies in it first`,
    );
    const results = { bpp: [0.5, 1], 'psnr-rgb': [30, 32], lpips: [0.2, null] };
    const candidate = { name: 'mine', description: 'mine after 3 steps', settings: ['a', 'b'], results, items: [] };
    await writeFile(join(run, 'results.json'), JSON.stringify({ version: 2, candidate, anchors: [] }));
    expect(await readPublishedCurves([run])).toEqual([
      { name: 'mine, measured before', description: 'mine after 3 steps', results },
    ]);
  });

  it('tells curves of one name apart', async () => {
    const content = { name: 'JPEG', results: { bpp: [1], psnr: [30] } };
    const files = [await fileWith(content, 'a.json'), await fileWith(content, 'b.json')];
    const names = (await readPublishedCurves(files)).map(({ name }) => name);
    expect(names).toEqual(['JPEG, published (a.json)', 'JPEG, published (b.json)']);
    await mkdir(join(folder(), 'first'));
    files.push(await fileWith(content, 'first/b.json'), files[0]);
    expect((await readPublishedCurves(files)).map(({ name }) => name)).toEqual([
      'JPEG, published (a.json)',
      `JPEG, published (${join(basename(folder()), 'b.json')})`,
      `JPEG, published (${join('first', 'b.json')})`,
    ]);
  });

  it('reads MS-SSIM under a name that says decibels, however small, unless it is given plainly as well', async () => {
    const results = { bpp: [0.5, 1, 2], 'ms-ssim-db-rgb': [10, 20, 0.5] };
    const [curve] = await readPublishedCurves([await fileWith({ results })]);
    const expected = [0.9, 0.99, 1 - 10 ** -0.05];
    for (const [i, value] of expected.entries()) expect(curve.results['ms-ssim-rgb'][i]).toBeCloseTo(value, 12);
    const both = { ...results, 'ms-ssim-rgb': [0.8, 0.81, 0.82] };
    const [plain] = await readPublishedCurves([await fileWith({ results: both })]);
    expect(plain.results['ms-ssim-rgb']).toEqual([0.8, 0.81, 0.82]);
  });

  it('names a file that cannot be read, and reads the others', async () => {
    const good = await fileWith({ name: 'good', results: { bpp: [1], psnr: [30] } }, 'good.json');
    const bad = await fileWith('no JSON', 'bad.json');
    const reasons: string[] = [];
    const curves = await readPublishedCurves([bad, good], (reason) => reasons.push(reason));
    expect(curves.map(({ name }) => name)).toEqual(['good, published']);
    expect(reasons).toEqual([expect.stringMatching(/^left out: .*bad\.json is not JSON: /)]);
    await expect(readPublishedCurves([bad], () => {})).rejects.toThrow('bad.json is not JSON');
    await expect(readPublishedCurves([bad, good])).rejects.toThrow('bad.json is not JSON');
  });

  it.each([
    ['no JSON', '{"results', /curve\.json is not JSON: /],
    ['no object', 'null', /curve\.json has no 'results'/],
    ['no results', { bpp: [1] }, /curve\.json has no 'results'/],
    ['no rates', { results: { psnr: [30] } }, /curve\.json: 'results' has no 'bpp'/],
    ['rates that are none', { results: { bpp: 1, psnr: [30] } }, /curve\.json: 'bpp' must be an array of numbers/],
    ['no points', { results: { bpp: [], psnr: [] } }, /'bpp' must be an array of numbers/],
    ['a rate of nothing', { results: { bpp: [0.5, 0], psnr: [30, 31] } }, /'bpp'\[1\] must be positive, got 0/],
    ['another length', { results: { bpp: [1, 2], psnr: [30] } }, /curve\.json: 'psnr' has 1 values, 'bpp' has 2/],
    ['no number', { results: { bpp: [1, 2], psnr: [30, null] } }, /'psnr'\[1\] must be a finite number, got null/],
    ['infinity', '{"results": {"bpp": [1], "psnr": [1e999]}}', /'psnr'\[0\] must be a finite number/],
    ['two spellings', { results: { bpp: [1], psnr: [30], 'psnr-rgb': [31] } }, /'psnr-rgb' is given twice/],
    ['no measure', { results: { bpp: [1], vmaf: [90] } }, /'results' has none of psnr-rgb, .*, but bpp, vmaf/],
    ['a negative similarity', { results: { bpp: [1], 'ms-ssim': [-0.5] } }, /the least is -0\.5/],
  ])('refuses %s', async (_, content, message) => {
    await expect(readPublishedCurves([await fileWith(content)])).rejects.toThrow(message);
  });

  it('names a file that is not there', async () => {
    await expect(readPublishedCurves([join(folder(), 'none.json')])).rejects.toThrow(
      /the published curve .*none\.json cannot be read: ENOENT/,
    );
  });
});

describe('writeCurve', () => {
  it('writes what it reads, without measures that lack a value', async () => {
    const results = { bpp: [0.5, 1], 'bpp-estimated': [null, null], 'psnr-rgb': [30, 32], 'ms-ssim-rgb': [0.9, null] };
    const file = join(folder(), 'curves', 'a.json');
    await writeCurve(file, { name: 'a', description: 'b', results });
    const written = JSON.parse(await readFile(file, 'utf8'));
    expect(written).toEqual({ name: 'a', description: 'b', results: { bpp: [0.5, 1], 'psnr-rgb': [30, 32] } });
    expect(await readPublishedCurves([file])).toEqual([{ ...written, name: 'a, published' }]);
  });
});
