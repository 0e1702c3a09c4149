import { toTensor } from '@sandwich/codec-proxy';
import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, expect, it } from 'vitest';
import { JpegTables } from './jpeg-tables.js';
import { perturbedFiles } from './perturbed-tables.js';

beforeAll(() => startEngine());

/** Waves of several frequencies and colours. */
const picture: Picture<Uint8Array> = {
  data: Uint8Array.from({ length: 96 * 64 * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % 96, Math.floor(i / 288), i % 3];
    return Math.round(128 + 50 * Math.sin((x * (c + 2) + y) / 5) + 40 * Math.cos((x - 3 * y) / (4 + c)));
  }),
  width: 96,
  height: 64,
  channels: 3,
};

it('has the slope of what real files lose with larger and with smaller steps', async () => {
  const initial = { luma: new Array<number>(64).fill(24), chroma: new Array<number>(64).fill(32) };
  const system = new JpegTables({ scale: 'linear', initial });
  const radius = 8;
  const [luma, chroma] = [0, 1].map((n) => Array.from({ length: 64 }, (_, i) => ((i * (n + 3)) % 7 < 5 ? 1 : -1)));
  const errorAt = async (distance: number) => {
    const moved = (steps: number[], signs: number[]) => steps.map((step, i) => step + distance * signs[i]);
    const tables = { luma: moved(initial.luma, luma), chroma: moved(initial.chroma, chroma) };
    const { data } = await decodeJpeg(encodeJpeg(picture, { tables, subsampling: '4:4:4' }));
    return data.reduce((sum, value, i) => sum + (value - picture.data[i]) ** 2, 0) / data.length;
  };
  const slope = ((await errorAt(radius)) - (await errorAt(-radius))) / (2 * radius);

  const images = toTensor([picture]);
  const signs = { lumaSigns: tf.tensor(luma, [1, 8, 8]), chromaSigns: tf.tensor(chroma, [1, 8, 8]) };
  const error = (decoded: tf.Tensor4D) => decoded.sub(images).square().mean<tf.Scalar>();
  const { value, grads } = tf.variableGrads(() => perturbedFiles(system, images, error, signs, radius));
  expect(value.dataSync()[0]).toBe(0);
  expect(slope).toBeGreaterThan(0.3);
  const slopes = [system.parameters.luma, system.parameters.chroma].flatMap(({ name }) => [...grads[name].dataSync()]);
  // libjpeg rounds samples of Y, Cb and Cr, too.
  for (const [i, sign] of [...luma, ...chroma].entries())
    expect(Math.abs((slopes[i] * sign) / slope - 1)).toBeLessThan(0.05);
});
