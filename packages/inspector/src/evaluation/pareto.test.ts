import { mkdir, readdir, readFile } from 'node:fs/promises';
import { knownMeasures, type Results, readPublishedCurves } from '@sandwich/evaluation';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../trainer/testing/temporary-folder.js';
import type { ComparedRun } from './pareto.js';
import { reportPareto } from './pareto.js';

const folder = useTemporaryFolder();
const [psnr, lpips] = ['psnr-rgb', 'lpips'].map((key) => knownMeasures.find((known) => known.key === key)!);

const rates = [0.25, 0.5, 1, 2];
const system = (name: string, values: number[], distances: number[]) => ({
  name,
  description: '',
  settings: rates.map((bpp) => `at ${bpp}`),
  results: { bpp: rates, 'psnr-rgb': values, lpips: distances },
  items: [],
});
const plain = { ...system('WebP', [20, 23, 26, 29], [0.5, 0.4, 0.3, 0.2]), group: 'plain codec' };

const run = (label: string, values: number[], distances: number[], anchor = plain): ComparedRun => ({
  label,
  results: {
    version: 2,
    run: `runs/${label}`,
    checkpoint: 'step-1',
    step: 1,
    items: 'two',
    bitDepth: 8,
    codec: { name: 'webp', format: 'WebP', description: 'WebP', settings: {} },
    range: [0.25, 2],
    measures: [psnr, lpips],
    reference: 'plain codec',
    gains: [],
    bdRates: [],
    rateChanges: [],
    candidate: system('sandwich', values, distances),
    anchors: [anchor],
    compared: [],
  } satisfies Results,
});

const report = async (runs: ComparedRun[]) => {
  await mkdir(folder(), { recursive: true });
  const text = await reportPareto(folder(), { name: 'both', description: 'of two' }, runs);
  return { text, pareto: JSON.parse(await readFile(`${folder()}/pareto-webp.json`, 'utf8')) };
};

describe('reportPareto', () => {
  // a is better at low, b at high rates; together they are 3 dB above the plain codec, which rises by 3 dB an octave: half the bits.
  const a = run('a', [23, 26, 28, 28.5], [0.45, 0.35, 0.25, 0.15]);
  const b = run('b', [20, 25, 29, 32], [0.6, 0.5, 0.2, 0.1]);

  it('says how many networks stand behind each front, where results do', async () => {
    const counted = (of: ComparedRun, networks: number): ComparedRun => ({
      ...of,
      results: { ...of.results, candidate: { ...of.results.candidate, networks } },
    });
    const worse = run('c', [10, 11, 12, 13], [0.9, 0.8, 0.7, 0.05]);
    const { text, pareto } = await report([counted(a, 1), counted(b, 1), counted(worse, 1)]);
    expect(pareto.networks).toBe(2);
    expect(pareto.fronts['psnr-rgb'].networks).toBe(2);
    expect(pareto.fronts.lpips.networks).toBe(3);
    expect(text).toContain('networks behind the front: 2\n');
    const before = await report([counted(a, 1), b]);
    expect(before.pareto).not.toHaveProperty('networks');
    expect(before.text).not.toContain('networks');
  });

  it('keeps what no other point beats, for each measure', async () => {
    const { text, pareto } = await report([a, b]);
    expect(pareto).toMatchObject({
      name: 'both',
      description: 'of two',
      results: { bpp: rates, 'psnr-rgb': [23, 26, 29, 32], lpips: [0.45, 0.35, 0.2, 0.1] },
      points: [
        { run: 'a', setting: 'at 0.25' },
        { run: 'a', setting: 'at 0.5' },
        { run: 'b', setting: 'at 1' },
        { run: 'b', setting: 'at 2' },
      ],
      runs: [
        { label: 'a', run: 'runs/a', checkpoint: 'step-1', step: 1 },
        { label: 'b', run: 'runs/b', checkpoint: 'step-1', step: 1 },
      ],
    });
    expect(pareto.fronts.lpips.points.map(({ run: label }: { run: string }) => label)).toEqual(['a', 'a', 'b', 'b']);
    expect(pareto.gains[0]).toMatchObject({ group: 'plain codec', measure: 'psnr-rgb' });
    expect(pareto.gains[0].mean).toBeCloseTo(3, 9);
    expect(pareto.bdRates[0]).toMatchObject({ anchor: 'WebP', measure: 'psnr-rgb', notes: [] });
    expect(pareto.bdRates[0].percent).toBeCloseTo(-50, 6);
    expect(pareto.bdRates[0].delta).toBeCloseTo(3, 9);
    expect(text).toMatch(/^b +at 2 +2\.000 +32\.00 +0\.1000$/m);
    expect((await readdir(folder())).sort()).toEqual([
      'pareto-lpips-webp.png',
      'pareto-lpips-webp.svg',
      'pareto-webp.json',
      'pareto-webp.png',
      'pareto-webp.svg',
    ]);
    const [curve] = await readPublishedCurves([`${folder()}/pareto-webp.json`]);
    expect(curve.results['psnr-rgb']).toEqual([23, 26, 29, 32]);
  });

  it('compares with each plain codec once, and tells different ones apart', async () => {
    const half = { ...system('WebP', [19, 22, 25, 27], [0.5, 0.4, 0.3, 0.25]), group: 'plain codec' };
    const { pareto } = await report([a, b, run('c', [10, 11, 12, 13], [0.9, 0.8, 0.7, 0.6], half)]);
    const anchors = new Set(pareto.bdRates.map(({ anchor }: { anchor: string }) => anchor));
    expect([...anchors]).toEqual(['WebP', 'WebP, of c']);
  });

  it('joins what one codec was measured at for different runs', async () => {
    const keyed = (settings: number[]) => {
      const { results, ...rest } = plain;
      const pick = (values: number[]) => settings.map((i) => values[i]);
      return {
        ...rest,
        key: 'webp',
        settings: pick(rates).map((bpp) => `at ${bpp}`),
        results: { bpp: pick(rates), 'psnr-rgb': pick(results['psnr-rgb']), lpips: pick(results.lpips) },
      };
    };
    const [first, second] = [
      run('a', [23, 26, 28, 28.5], [0.45, 0.35, 0.25, 0.15], keyed([0, 1, 3])),
      run('b', [20, 25, 29, 32], [0.6, 0.5, 0.2, 0.1], keyed([1, 2])),
    ];
    const { pareto } = await report([first, second]);
    expect(new Set(pareto.bdRates.map(({ anchor }: { anchor: string }) => anchor))).toEqual(new Set(['WebP']));
    expect(pareto.gains[0].mean).toBeCloseTo(3, 9);
  });
});
