import { describe, expect, it } from 'vitest';
import { synthesizeImage } from './synthesize-image.js';

function lumaOf(data: Uint8Array): Float64Array {
  return Float64Array.from(
    { length: data.length / 3 },
    (_, i) => 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2],
  );
}

const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** Kurtosis of the horizontal step between neighbours, and the correlation of neighbours. */
function neighbourStatistics(luma: Float64Array, width: number) {
  const steps: number[] = [];
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < luma.length; i++) {
    if (i % width === width - 1) continue;
    steps.push(luma[i + 1] - luma[i]);
    pairs.push([luma[i], luma[i + 1]]);
  }
  const centre = mean(luma);
  const variance = mean(luma.map((value) => (value - centre) ** 2));
  return {
    kurtosis: mean(steps.map((step) => step ** 4)) / mean(steps.map((step) => step ** 2)) ** 2,
    correlation: mean(pairs.map(([a, b]) => (a - centre) * (b - centre))) / variance,
    deviation: Math.sqrt(variance),
  };
}

describe('synthesizeImage', () => {
  it('gives the same samples for the same seed, others for another', () => {
    const options = { width: 70, height: 45, seed: 11 };
    const image = synthesizeImage(options);
    expect(image.data.length).toBe(70 * 45 * 3);
    expect(image).toMatchObject({ width: 70, height: 45, channels: 3 });
    expect(synthesizeImage(options).data).toEqual(image.data);
    expect(synthesizeImage({ ...options, seed: 12 }).data).not.toEqual(image.data);
  });

  it('has the statistics of photographs', () => {
    const statistics = Array.from({ length: 8 }, (_, seed) =>
      neighbourStatistics(lumaOf(synthesizeImage({ width: 160, height: 128, seed }).data), 160),
    );
    // numpy, over the 24 Kodak photographs: correlation 0.945 (at least 0.88), kurtosis 31 (at least 10.7), deviation
    // 48; noise has 0 and 3
    const correlation = mean(statistics.map((s) => s.correlation));
    const kurtosis = mean(statistics.map((s) => s.kurtosis));
    const deviation = mean(statistics.map((s) => s.deviation));
    expect(correlation).toBeGreaterThan(0.9);
    expect(correlation).toBeLessThan(0.995);
    expect(kurtosis).toBeGreaterThan(8);
    expect(deviation).toBeGreaterThan(30);
    expect(deviation).toBeLessThan(70);
  });

  it('paints the same in 16 bits, with levels between those of 8', () => {
    const options = { width: 70, height: 45, seed: 11 };
    const deep = synthesizeImage({ ...options, bits: 16 });
    expect(deep.data).toBeInstanceOf(Uint16Array);
    const rounded = Uint8Array.from(deep.data, (value) => Math.round(value / 257));
    expect(rounded).toEqual(synthesizeImage(options).data);
    expect(new Set(Array.from(deep.data, (value) => value % 257)).size).toBe(257);
    expect(() => synthesizeImage({ ...options, bits: 12 as 8 })).toThrow('bits must be 8 or 16, got 12');
  });

  it('rejects sides that are no sizes', () => {
    expect(() => synthesizeImage({ width: 7, height: 64, seed: 0 })).toThrow(
      'synthesizeImage: width must be an integer of at least 8 pixels, got 7',
    );
    expect(() => synthesizeImage({ width: 64, height: 64.5, seed: 0 })).toThrow('height');
  });
});
