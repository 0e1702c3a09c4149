import { describe, expect, it } from 'vitest';
import { type RatePlotOptions, ratePlot } from './rate-plot.js';

const options: RatePlotOptions = {
  title: 'Colour over grayscale & <more>',
  xLabel: 'bits per pixel',
  yLabel: 'PSNR (dB)',
  logX: true,
  series: [
    { name: 'sandwich', points: [0.25, 0.5, 1].map((x, i) => ({ x, y: 26 + i })) },
    { name: 'JPEG', points: [0.25, 0.5, 2].map((x, i) => ({ x, y: 22 + i })), dashed: true },
  ],
};

/** Where the marks of a plot are, series by series, in the plot's own coordinates. */
function marks(svg: string): { x: number; y: number }[][] {
  return svg
    .split('mark-symbol role-mark')
    .slice(1)
    .map((group) =>
      [...group.split('</g>')[0].matchAll(/transform="translate\(([\d.]+),([\d.]+)\)"/g)].map(([, x, y]) => ({
        x: Number(x),
        y: Number(y),
      })),
    );
}

describe('ratePlot', () => {
  it('is an SVG document that holds its texts and nothing from elsewhere', async () => {
    const svg = await ratePlot(options);
    expect(svg).toMatch(/^<svg [^>]*width="\d+" height="\d+"/);
    for (const text of [
      'Colour over grayscale &amp; &lt;more&gt;',
      'bits per pixel',
      'PSNR (dB)',
      'sandwich',
      'JPEG',
    ]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    for (const tick of ['0.3', '0.5', '1', '2', '22', '28']) expect(svg).toContain(`>${tick}</text>`);
    expect(svg).not.toMatch(/NaN|undefined|href=|url\(/);
    expect(svg).toContain('stroke-dasharray="6,4"');
  });

  it('places points on a logarithmic rate axis', async () => {
    const [sandwich, jpeg] = marks(await ratePlot(options));
    expect([sandwich.length, jpeg.length]).toEqual([3, 3]);
    // equal ratios are equally far apart: 0.25 to 0.5 to 1, and 0.5 to 2 is twice that
    const octave = sandwich[1].x - sandwich[0].x;
    expect(octave).toBeGreaterThan(50);
    expect(sandwich[2].x - sandwich[1].x).toBeCloseTo(octave, 1);
    expect(jpeg[2].x - jpeg[1].x).toBeCloseTo(2 * octave, 1);
    // and quality grows upwards, evenly
    expect(sandwich[0].y - sandwich[1].y).toBeGreaterThan(10);
    expect(sandwich[0].y - sandwich[1].y).toBeCloseTo(jpeg[1].y - jpeg[2].y, 1);
    expect(jpeg[0].y - sandwich[0].y).toBeCloseTo(4 * (sandwich[0].y - sandwich[1].y), 1);
  });

  it('places points on a linear rate axis', async () => {
    const [sandwich] = marks(await ratePlot({ ...options, logX: false }));
    expect(sandwich[2].x - sandwich[1].x).toBeCloseTo(2 * (sandwich[1].x - sandwich[0].x), 1);
  });

  it('draws a single point', async () => {
    const svg = await ratePlot({ ...options, series: [{ name: 'one', points: [{ x: 0.5, y: 30 }] }] });
    expect(marks(svg)[0].length).toBe(1);
    expect(svg).not.toContain('NaN');
  });

  it('rejects what cannot be drawn', async () => {
    const withSeries = (...series: RatePlotOptions['series']) => ratePlot({ ...options, series });
    await expect(withSeries({ name: 'a', points: [{ x: 0, y: 30 }] })).rejects.toThrow(
      "series 'a' has the point (0, 30)",
    );
    await expect(withSeries({ name: 'a', points: [{ x: 1, y: Number.POSITIVE_INFINITY }] })).rejects.toThrow(
      '(1, Infinity)',
    );
    await expect(withSeries({ name: 'a', points: [] })).rejects.toThrow('ratePlot: no series has a point');
    await expect(withSeries(options.series[0], options.series[0])).rejects.toThrow("two series are named 'sandwich'");
  });
});
