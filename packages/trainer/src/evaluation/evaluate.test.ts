import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { patternImage } from '../../testing/pattern-image.js';
import { curveOf, evaluateSystem, evaluateSystems } from './evaluate.js';
import { galleryRows } from './gallery.js';
import { openMetrics } from './open-metrics.js';
import { psnrMeasure } from './psnr-metric.js';
import { bdNotes, bdQualityTable, gainTables, pointTable, rateChangeTable, summaryTable } from './result-tables.js';
import { bdRatesOf, type EvaluationResults, gainsOf, rateChangesOf } from './results.js';
import { ssimMetric } from './ssim-metric.js';
import { annexKSettings, flatSettings, type System } from './system.js';

beforeAll(() => startEngine());

const expected: { ssim: number; msSsim: number } = JSON.parse(
  readFileSync(new URL('./fixtures/ssim.json', import.meta.url), 'utf8'),
);

const images = [
  { path: '/photos/a.png', image: patternImage(48, 40) },
  { path: '/photos/b.png', image: patternImage(50, 37) },
];

const grayCodec = (name: string, settings: System['settings']): System => ({
  name,
  description: 'JPEG',
  model: new Sandwich({ bottleneckChannels: 1, pre: null, post: null }),
  settings,
});

describe('evaluateSystem', () => {
  // Bits and PSNR of Pillow's files, as in fixtures/plain-codec.json.
  it('measures every image at every setting, and means over the images', async () => {
    const system = grayCodec('gray', [...flatSettings([6, 90]), ...annexKSettings([25])]);
    const seen: string[] = [];
    const before = tf.memory().numTensors;
    const result = await evaluateSystem(system, images, { onImage: (name) => seen.push(name) });
    expect(tf.memory().numTensors).toBe(before);
    expect(seen).toEqual(['a.png', 'b.png']);
    expect(result).toMatchObject({
      name: 'gray',
      description: 'JPEG',
      settings: ['flat 6', 'flat 90', 'quality 25'],
      images: [
        { image: 'a.png', bpp: [4552 / 1920, 1480 / 1920, 1792 / 1920] },
        { image: 'b.png', bpp: [5040 / 1850, 1504 / 1850, 1848 / 1850] },
      ],
    });
    const quality = [
      [22.5074, 22.0394, 22.3818],
      [22.4677, 22.0618, 22.3252],
    ];
    for (const [i, image] of result.images.entries()) {
      expect(Object.keys(image).sort()).toEqual(['bpp', 'image', 'psnr-rgb']);
      for (const [k, value] of quality[i].entries()) expect(image['psnr-rgb'][k]).toBeCloseTo(value, 2);
    }
    const { bpp, 'psnr-rgb': psnr, 'bpp-estimated': estimated } = result.results;
    expect(Object.keys(result.results)).toEqual(['bpp', 'bpp-estimated', 'psnr-rgb', 'psnr-rgb-of-mean-error']);
    const meanError = (10 ** -2.20394 + 10 ** -2.20618) / 2;
    expect(result.results['psnr-rgb-of-mean-error'][1]).toBeCloseTo(-10 * Math.log10(meanError), 2);
    expect(bpp[0]).toBeCloseTo((4552 / 1920 + 5040 / 1850) / 2, 12);
    expect(psnr[1]).toBeCloseTo((22.0394 + 22.0618) / 2, 2);
    expect(estimated[0]).toBeCloseTo(bpp[0], 2);
    expect(estimated[2]).toBeNull();
    expect(curveOf(result)).toEqual(bpp.map((rate, i) => ({ bpp: rate, quality: psnr[i] })));
    system.model.dispose();
  });

  it('measures systems that share a model as it does each of them', async () => {
    const one = grayCodec('one', flatSettings([6, 90]));
    const two = { ...one, name: 'two', settings: annexKSettings([25]) };
    const other = grayCodec('other', flatSettings([20]));
    const before = tf.memory().numTensors;
    const together = await evaluateSystems([one, other, two], images);
    expect(tf.memory().numTensors).toBe(before);
    for (const [i, system] of [one, other, two].entries()) {
      expect(together[i]).toEqual(await evaluateSystem(system, images));
    }
    for (const { model } of [one, other]) model.dispose();
  });

  it('counts an image without an error as 100 dB', async () => {
    const system = grayCodec('gray', flatSettings([2]));
    const flat = { width: 16, height: 16, channels: 3 as const, data: new Uint8Array(768).fill(128) };
    const { results } = await evaluateSystem(system, [{ path: 'flat.png', image: flat }]);
    expect(results['psnr-rgb']).toEqual([100]);
    system.model.dispose();
  });
});

describe('metrics', () => {
  const original = patternImage(170, 161);
  const shifted = { ...original, data: original.data.map((value) => Math.min(value + 9, 255)) };

  it('of SSIM give null for images that are too small', async () => {
    const { 'ssim-rgb': ssim, 'ms-ssim-rgb': multiple } = await ssimMetric.measure(original, [original, shifted]);
    expect(ssim[0]).toBeCloseTo(1, 5);
    expect(multiple[0]).toBeCloseTo(1, 5);
    // Of numpy in float64, see fixtures/make_ssim.py. Variances are differences of squares up to 255^2, which float32 holds to 4e-3: beside
    // C2 = 58.5 that is up to 7e-5 a pixel, of either sign, and 27,370 pixels are averaged.
    expect(Math.abs(ssim[1]! - expected.ssim)).toBeLessThan(2e-6);
    expect(Math.abs(multiple[1]! - expected.msSsim)).toBeLessThan(2e-6);
    const small = patternImage(160, 200);
    expect(await ssimMetric.measure(small, [small])).toEqual({
      'ssim-rgb': [expect.closeTo(1, 5)],
      'ms-ssim-rgb': [null],
    });
    const tiny = patternImage(10, 200);
    expect(await ssimMetric.measure(tiny, [tiny])).toEqual({ 'ssim-rgb': [null], 'ms-ssim-rgb': [null] });
  });

  it.skipIf(!process.env.SANDWICH_DATA)('of LPIPS are two distances (needs SANDWICH_DATA)', async () => {
    const metrics = await openMetrics(['psnr', 'lpips'], () => {});
    expect(metrics.flatMap(({ measures }) => measures.map(({ key }) => key))).toEqual(['lpips', 'lpips-squeeze']);
    for (const metric of metrics) {
      const [{ key }] = metric.measures;
      const { [key]: values } = await metric.measure(original, [original, shifted]);
      expect(values[0]).toBe(0);
      expect(values[1]).toBeGreaterThan(1e-4);
      const tiny = patternImage(1, 40);
      expect(await metric.measure(tiny, [tiny])).toEqual({ [key]: [null] });
      await metric.release?.();
    }
  });

  it('are left out where there are no weights, and refused where unknown', async () => {
    vi.stubEnv('SANDWICH_DATA', '/nowhere');
    const notes: string[] = [];
    const opened = await openMetrics(undefined, (note) => notes.push(note));
    vi.unstubAllEnvs();
    expect(opened).toEqual([ssimMetric]);
    expect(notes[0]).toBe(
      'LPIPS alex is left out: there is no /nowhere/weights/lpips-alex.safetensors; data/make-lpips-weights.py makes it',
    );
    await expect(openMetrics(['vmaf'], () => {})).rejects.toThrow("unknown metric 'vmaf'; known are psnr, ssim, lpips");
  });
});

describe('gainsOf', () => {
  const curve = (name: string, points: [bpp: number, psnr: number][]) => ({
    name,
    description: '',
    settings: points.map((_, i) => `${i}`),
    results: {
      bpp: points.map(([bpp]) => bpp),
      'bpp-estimated': points.map(() => null),
      'psnr-rgb': points.map(([, psnr]) => psnr),
    },
    images: [],
  });
  const flat = curve('flat', [
    [0.25, 20],
    [4, 24],
  ]);
  const annexK = curve('annex k', [
    [0.25, 22],
    [4, 22],
  ]);

  it('is the mean over five rates of what the first has over the best of the others', () => {
    const ours = curve('sandwich', [
      [0.25, 25],
      [4, 33],
    ]);
    const [gain, ofMeanError] = gainsOf([ours, flat, annexK], [0.25, 4]);
    expect(gain).toMatchObject({ anchor: 'plain codec', measure: 'psnr-rgb' });
    // At 0.25, 0.5, 1, 2 and 4 bpp ours has 25, 27, 29, 31, 33; flat 20, 21, 22, 23, 24.
    expect(gain.at.map((at) => at.bpp)).toEqual([0.25, 0.5, 1, 2, 4]);
    expect(gain.at.map((at) => at.gain).map((value) => Math.round(1e9 * value) / 1e9)).toEqual([3, 5, 7, 8, 9]);
    expect(gain.mean).toBeCloseTo(6.4, 9);
    expect(ofMeanError).toMatchObject({ measure: 'psnr-rgb-of-mean-error', mean: null });
    const lines = gainTables([gain]).split('\n');
    expect(lines[0]).toBe('gain in mean PSNR dB, sandwich over plain codec');
    expect(lines[3]).toMatch(/^0\.250 +25\.00 +22\.00 +3\.00$/);
    expect(lines.at(-1)).toMatch(/^mean +6\.40$/);
  });

  it('comes with the change of the rate at equal quality', () => {
    const psnr = { key: 'psnr-rgb', label: 'PSNR dB', digits: 2 };
    const ssim = { key: 'ssim-rgb', label: 'SSIM', digits: 4 };
    const lpips = { key: 'lpips', label: 'LPIPS alex', digits: 4, lessIsBetter: true };
    // Ours needs half the bits for a PSNR, a quarter for an LPIPS, and has no SSIM.
    const rates = [0.25, 0.5, 1, 2, 4];
    const system = (name: string, psnrShift: number, lpipsShift: number) => {
      const made = curve(
        name,
        rates.map((bpp) => [bpp, 30 + psnrShift + 3 * Math.log2(bpp)]),
      );
      const distances = rates.map((bpp) => 0.3 - lpipsShift - 0.05 * Math.log2(bpp));
      Object.assign(made.results, { lpips: distances, 'ssim-rgb': rates.map(() => null) });
      return made;
    };
    const systems = [system('sandwich', 3, 0.1), system('flat', 0, 0), system('worse', -1, -0.01)];
    const changes = rateChangesOf(systems, [psnr, ssim, lpips], [0.5, 8]);
    expect(changes.map(({ bpp }) => bpp)).toEqual([0.5, 1, 2, 4, 8]);
    const rounded = changes.map(({ percent }) =>
      [psnr, ssim, lpips].map(({ key }) => percent[key]?.toFixed(6) ?? null),
    );
    expect(rounded).toEqual([
      ['-50.000000', null, null],
      ['-50.000000', null, '-75.000000'],
      ['-50.000000', null, '-75.000000'],
      ['-50.000000', null, '-75.000000'],
      [null, null, null],
    ]);
    const [againstFlat, noSsim, byLpips] = bdRatesOf(systems, [psnr, ssim, lpips]);
    const exactly = { percent: expect.closeTo(-50, 6), delta: expect.closeTo(3, 9) };
    expect(againstFlat).toEqual({
      anchor: 'flat',
      measure: 'psnr-rgb',
      ...exactly,
      // They share 9 of the 15 dB that both span; the rates are the same.
      overlap: { quality: 0.6, rate: 1 },
      notes: [],
    });
    expect(noSsim).toMatchObject({ percent: null, delta: null, notes: ['one of the curves has no values'] });
    expect(byLpips.percent).toBeCloseTo(-75, 6);
    expect(byLpips.delta).toBeCloseTo(-0.1, 9);
    const bdRate = bdRatesOf(systems, [psnr, ssim, lpips]);
    const rows = rateChangeTable({ rateChange: changes, bdRate }, [psnr, ssim, lpips]).split('\n').slice(2);
    expect(rows[1]).toMatch(/^plain codec, 1\.000 bpp +-50\.0 % +- +-75\.0 %$/);
    expect(rows[5]).toMatch(/^BD-rate, flat +-50\.0 % \(over 60 %\) +- +-75\.0 % \(over 33 %\)$/);
    expect(rows[6]).toMatch(/^BD-rate, worse +-60\.3 %/);
    const qualities = bdQualityTable(bdRate, [psnr, ssim, lpips]).split('\n').slice(2);
    expect(qualities[0]).toMatch(/^BD, flat +\+3\.00 +- +-0\.1000$/);
    expect(bdNotes(bdRate)).toBe('');
    const [apart] = bdRatesOf(
      [
        curve('far', [
          [1, 90],
          [2, 91],
          [3, 92],
          [4, 93],
        ]),
        systems[1],
      ],
      [psnr],
    );
    expect(bdNotes([apart])).toMatch(/^flat, psnr-rgb: bdRate: the curves do not overlap in quality: /);
    expect(apart.delta).toBeGreaterThan(50);
    const gains = ['psnr-rgb', 'psnr-rgb-of-mean-error'].map((measure, i) => ({
      anchor: 'a',
      measure,
      mean: 3.146 - i,
    }));
    const summarised = { gain: gains[0], furtherGains: [gains[1]], bdRate } as unknown as EvaluationResults;
    const summary = summaryTable([{ label: 'WebP', results: summarised }], [psnr])
      .split('\n')
      .slice(2);
    expect(summary[0]).toMatch(/^WebP +3\.15 +2\.15 +flat +-50\.0 % \(over 60 %\)$/);
    expect(summary[1]).toMatch(/^WebP +worse +-60\.3 % \(over 50 %\)$/);
  });

  it('is told apart by what it is over, and by how images make one PSNR', () => {
    const both = (name: string, psnr: number, ofMeanError: number, anchor?: string) => {
      const made = curve(name, [
        [0.25, psnr],
        [4, psnr],
      ]);
      const results = { ...made.results, 'psnr-rgb-of-mean-error': [ofMeanError, ofMeanError] };
      return { ...made, results, ...(anchor && { anchor }) };
    };
    const gains = gainsOf(
      [
        both('sandwich', 30, 29),
        both('flat', 28, 26, 'at half'),
        both('annex k', 27, 28, 'at half'),
        both('x', 31, 30, 'full'),
      ],
      [0.25, 4],
    );
    expect(gains.map(({ anchor, measure, mean }) => [anchor, measure, mean])).toEqual([
      ['at half', 'psnr-rgb', 2],
      ['full', 'psnr-rgb', -1],
      ['at half', 'psnr-rgb-of-mean-error', 1],
      ['full', 'psnr-rgb-of-mean-error', -1],
    ]);
  });

  it('tells long names apart in tables, and says over how little a BD-rate is averaged', () => {
    const names = ['mbt2018-mean, published (first/a.json)', 'mbt2018-mean, published (other/a.json)'];
    const rates = [0.25, 0.5, 1, 2];
    const anchors = names.map((name) =>
      curve(
        name,
        rates.map((bpp) => [bpp, 30 + 3 * Math.log2(bpp)]),
      ),
    );
    const above = curve(
      'sandwich',
      rates.map((bpp) => [bpp, 38.99 + 3 * Math.log2(bpp)]),
    );
    const bdRate = bdRatesOf([above, ...anchors], [psnrMeasure]);
    // 0.01 of 17.99 dB, beyond eightfold rates.
    expect(bdRate[0].overlap?.quality).toBeCloseTo(0.01 / 17.99, 9);
    const rows = rateChangeTable({ rateChange: [], bdRate }, [psnrMeasure]).split('\n').slice(2);
    expect(rows[0]).not.toBe(rows[1]);
    for (const row of rows) expect(row).toMatch(/ -87\.\d % \(over 0\.056 %\)$/);
    const points = pointTable(anchors, [psnrMeasure]).split('\n').slice(2);
    expect(new Set(points.map((row) => row.split(/ {2,}/)[0])).size).toBe(2);
  });

  it('names what tells rows apart in full', () => {
    const names = ['JPEG, flat tables, full size', 'JPEG, Annex K tables, full size', 'JPEG, Annex K tables'];
    const curves = names.map((name, i) =>
      curve(
        name,
        [0.25, 0.5, 1, 2].map((bpp) => [bpp, 30 - i + 3 * Math.log2(bpp)]),
      ),
    );
    const bdRate = bdRatesOf([curves[0], ...curves], [psnrMeasure]);
    const summarised = { gain: { mean: 1 }, bdRate } as unknown as EvaluationResults;
    for (const name of names) {
      expect(pointTable(curves, [psnrMeasure])).toContain(`\n${name}  `);
      expect(rateChangeTable({ rateChange: [], bdRate }, [psnrMeasure])).toContain(`\nBD-rate, ${name}  `);
      expect(bdQualityTable(bdRate, [psnrMeasure])).toContain(`\nBD, ${name}  `);
      expect(summaryTable([{ label: name, results: summarised }], [psnrMeasure])).toContain(`\n${name}  `);
      expect(summaryTable([{ label: 'a', results: summarised }], [psnrMeasure])).toContain(`  ${name}  `);
    }
  });

  it('has no mean where the rates do not meet', () => {
    const far = curve('sandwich', [
      [5, 25],
      [6, 33],
    ]);
    const [gain] = gainsOf([far, flat, annexK], [0.1, 10]);
    expect(gain).toMatchObject({ range: [0.1, 10], mean: null, at: [] });
    expect(gainTables([gain])).toMatch(/\nmean$/);
  });

  it('goes with a row for each point', () => {
    const published = { name: 'a published curve of a very long name', description: '', results: { bpp: [1] } };
    const rows = pointTable([flat, annexK, published], [psnrMeasure]).split('\n').slice(2);
    expect(rows.map((row) => row.split(/ {2,}/))).toEqual([
      ['flat', '0', '0.250', '20.00'],
      ['flat', '1', '4.000', '24.00'],
      ['annex k', '0', '0.250', '22.00'],
      ['annex k', '1', '4.000', '22.00'],
      ['a published curve of a very long name', '1.000'],
    ]);
  });
});

describe('galleryRows', () => {
  it('shows the stages at the rate asked for, and the plain codec at the same size', async () => {
    const systems = [
      grayCodec('sandwich', flatSettings([6, 20, 90])),
      grayCodec('coarse', flatSettings([100, 110])),
      grayCodec('fitting', flatSettings([8, 20, 100])),
    ];
    const results = [];
    for (const system of systems) results.push(await evaluateSystem(system, images));
    const before = tf.memory().numTensors;
    const rows = await galleryRows(systems, results, images, 1.15);
    expect(tf.memory().numTensors).toBe(before);
    expect(rows.map(({ label }) => label)).toEqual(['a.png', 'b.png']);
    expect(rows[0].images.map(({ caption }) => caption)).toEqual([
      'original',
      'bottleneck',
      'compressed bottleneck',
      'sandwich: 22.41 dB at 1.117 bpp',
      'fitting: 22.41 dB at 1.117 bpp',
    ]);
    const [original, bottleneck, compressed, ours, theirs] = rows[1].images.map(({ image }) => image);
    expect(original).toBe(images[1].image);
    expect(bottleneck).toMatchObject({ width: 50, height: 37, channels: 1 });
    expect(compressed.data).not.toEqual(bottleneck.data);
    expect(ours).toMatchObject({ width: 50, height: 37, channels: 3 });
    expect(theirs.data).toEqual(ours.data);
    for (const { model } of systems) model.dispose();
  });
});
