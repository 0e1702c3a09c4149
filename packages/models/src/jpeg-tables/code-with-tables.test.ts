import { toTensor } from '@sandwich/codec-proxy';
import { jpegSize, simulateJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { adam, descend } from '@sandwich/trainer';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeWithTables } from './code-with-tables.js';
import { JpegTables } from './jpeg-tables.js';
import { tableRates } from './table-rates.js';

beforeAll(() => startEngine());

/** Waves of all directions, the finer the fainter, as in photographs; the same on every processor after rounding. */
function waves(width: number, height: number): Picture<Uint8Array, 3> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let value = 128;
        for (let k = 1; k <= 40; k++) {
          const [across, down] = [Math.cos(2.4 * k) * k * 0.07, Math.sin(2.4 * k) * k * 0.07];
          value += (22 / k ** 0.8) * Math.sin(across * x + down * y + k * k + 0.3 * c + 0.002 * k * x * (y % 37));
        }
        data[(y * width + x) * 3 + c] = Math.min(Math.max(Math.round(value), 0), 255);
      }
    }
  }
  return { data, width, height, channels: 3 };
}

const picture = waves(256, 192);
const files = { subsampling: '4:4:4', optimizeHuffman: true } as const;

describe('codeWithTables', () => {
  it('has the gradient of the size of real files, and of their error', () => {
    const pixels = toTensor(picture);
    const system = new JpegTables({ initial: { ramp: 14 } });
    const squares = (decoded: Picture<Uint8Array>) =>
      decoded.data.reduce((sum, sample, i) => sum + (sample - picture.data[i]) ** 2, 0);
    const real = (factor: number) => {
      const { image, size } = simulateJpeg(picture, { tables: system.fileTables(factor), ...files });
      return { bits: 8 * size, squares: squares(image) };
    };
    const gradientOf = (loss: () => tf.Scalar) =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(loss, Object.values(system.parameters));
        return Object.values(grads).reduce((sum, grad) => sum + grad.sum().dataSync()[0], 0);
      });
    // A change of the logarithms of all steps is a factor on all of them.
    const [coarser, finer] = [real(1.15), real(1 / 1.15)];
    const over = 2 * Math.log(1.15);
    const bits = gradientOf(() => codeWithTables(system, pixels).rate.sum() as tf.Scalar);
    expect(bits / ((coarser.bits - finer.bits) / over)).toBeGreaterThan(0.93);
    expect(bits / ((coarser.bits - finer.bits) / over)).toBeLessThan(1.07);
    const error = gradientOf(
      () => tf.squaredDifference(codeWithTables(system, pixels).decoded, pixels).sum() as tf.Scalar,
    );
    expect(error / ((coarser.squares - finer.squares) / over)).toBeGreaterThan(0.93);
    expect(error / ((coarser.squares - finer.squares) / over)).toBeLessThan(1.07);
    system.dispose();
    pixels.dispose();
  });

  it.each(['4:4:4', '4:2:2', '4:2:0'] as const)(
    'decodes what files with the tables hold, and estimates their bits, %s',
    (subsampling) => {
      const pixels = toTensor(picture);
      const system = new JpegTables({ initial: { quality: 40 }, subsampling });
      const tables = system.fileTables();
      const { image, size } = simulateJpeg(picture, { tables, subsampling, optimizeHuffman: true });
      const { decoded, rate } = codeWithTables(system, pixels);
      const values = decoded.dataSync();
      const squares = image.data.reduce((sum, sample, i) => sum + (sample - values[i]) ** 2, 0) / values.length;
      // What rounding to 8 bits and integer arithmetic leave of a file: 42 dB or more between both.
      expect(10 * Math.log10(255 ** 2 / squares)).toBeGreaterThan(42);
      const bits = rate.dataSync()[0];
      // Without headers, some 600 bytes.
      expect(bits).toBeLessThan(8 * size);
      expect(bits).toBeGreaterThan(8 * (size - 800));
      tf.dispose([pixels, decoded, rate]);
      system.dispose();
    },
  );

  it('is a descent by which real files get smaller at no more error', async () => {
    const pixels = toTensor(picture);
    const system = new JpegTables({ initial: { quality: 50 } });
    const measure = () => {
      const tables = system.fileTables();
      const { image } = simulateJpeg(picture, { tables, ...files });
      const squares = image.data.reduce((sum, sample, i) => sum + (sample - picture.data[i]) ** 2, 0);
      return squares / image.data.length + (50 * 8 * jpegSize(picture, { tables, ...files })) / image.data.length;
    };
    const before = measure();
    const loss = () => {
      const { decoded, rate } = codeWithTables(system, pixels);
      return tf
        .squaredDifference(decoded, pixels)
        .mean()
        .add(rate.sum().mul(50 / pixels.size))
        .asScalar();
    };
    await descend(system.parameters, loss, { steps: 15, optimizer: adam({ learningRate: 0.05 }) });
    expect(measure()).toBeLessThan(0.97 * before);
    system.dispose();
    pixels.dispose();
  });

  it.each(Object.keys(tableRates))('has a rate that falls with the steps: %s', (rate) => {
    const pixels = toTensor(picture);
    const system = new JpegTables({ initial: { flat: 20 } });
    const options = { rate: rate as keyof typeof tableRates, rounding: 'largeSte' };
    const slope = tf.tidy(() => {
      const loss = () => codeWithTables(system, pixels, options).rate.sum() as tf.Scalar;
      const { grads } = tf.variableGrads(loss, Object.values(system.parameters));
      return Object.values(grads).map((grad) => grad.sum().dataSync()[0]);
    });
    expect(slope.every((each) => each < 0)).toBe(true);
    system.dispose();
    pixels.dispose();
  });
});
