import { describe, expect, it } from 'vitest';
import { patternImage } from '../../../../trainer/testing/pattern-image.js';
import { jpegCoefficients } from '../jpeg-coefficients.js';
import { jpegSize } from '../jpeg-size.js';
import { marginalBits } from './marginal-bits.js';

const options = { quality: 40, subsampling: '4:4:4', optimizeHuffman: true } as const;

/** Levels of a picture, and the same a little beside themselves. */
function levels(width = 64, height = 48) {
  const coded = jpegCoefficients(patternImage(width, height), options);
  const exact = coded.coefficients.map((component, c) =>
    Float32Array.from(component, (level, i) => level + 0.49 * Math.sin(7 * i + c)),
  );
  return { ...coded, exact };
}

describe('marginalBits', () => {
  it('has the bits of the real file, less its headers and what whole bits a code cost', () => {
    const { width, height, coefficients, exact } = levels(256, 192);
    const { bits } = marginalBits(exact);
    // Start and end, APP0, two tables, frame, scan and four Huffman tables: 20 + 2 + 138 + 19 + 14, and the codes themselves.
    const real = 8 * jpegSize({ width, height, coefficients }, options);
    expect(real - bits).toBeGreaterThan(8 * 190);
    expect(real - bits).toBeLessThan(8 * 600 + 0.02 * real);
  });

  it('says by how much the file grows with single levels', () => {
    const { exact } = levels();
    const { slopes, bits } = marginalBits(exact);
    const rounded = exact.map((component) => component.map(Math.round));
    // The codes are held constant in slopes; a level more changes them little.
    for (const [component, place] of [
      [0, 64 * 9 + 1],
      [0, 64 * 9 + 10],
      [0, 64 * 20],
      [1, 64 * 5 + 8],
      [2, 64 * 5 + 3],
      [2, 64 * 7],
    ]) {
      const value = exact[component][place];
      const away = place % 64 === 0 ? 1 : Math.sign(value);
      const size = place % 64 === 0 ? value : Math.abs(value);
      const sizes = [Math.floor(size), Math.floor(size) + 1].map((magnitude) => {
        const changed = rounded.map((each) => each.slice());
        changed[component][place] = place % 64 === 0 ? magnitude : away * magnitude;
        return marginalBits(changed).bits;
      });
      const name = `component ${component}, level ${place}, ${value}`;
      expect(Math.abs(slopes[component][place] * away - (sizes[1] - sizes[0])), name).toBeLessThan(1.5);
    }
    expect(bits).toBeGreaterThan(0);
  });

  it('knows that a level behind a long run is dear, and one in the same size class free', () => {
    const block = new Float32Array(64 * 200);
    for (let i = 0; i < 200; i++) block[64 * i + 1] = 3;
    // Between 5 and 6 nothing changes; a last level makes a run and a symbol that do not occur otherwise.
    block[64 * 100 + 8] = 5.4;
    block[64 * 101 + 63] = 0.4;
    block[64 * 102 + 63] = -0.4;
    const [slopes] = marginalBits([block]).slopes;
    expect(slopes[64 * 100 + 8]).toBe(0);
    expect(slopes[64 * 101 + 63]).toBeGreaterThan(20);
    expect(slopes[64 * 102 + 63]).toBe(-slopes[64 * 101 + 63]);
  });
});
