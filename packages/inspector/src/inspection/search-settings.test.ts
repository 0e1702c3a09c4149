import { startEngine, tf } from '@sandwich/engine';
import { type Coder, meanPsnr } from '@sandwich/evaluation';
import { annexKSettings, Sandwich, sandwichCoder } from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { patternImage } from '../../../trainer/testing/pattern-image.js';
import { searchSettings } from './search-settings.js';

beforeAll(() => startEngine());

const psnrOf = async (image: Picture, output: Picture) => (await meanPsnr.perItem(image, [output]))[0]![0];

/** Every setting of JPEG alone, tried one by one. */
async function everySetting() {
  const model = new Sandwich({ bottleneckChannels: 3, pre: null, post: null });
  const qualities = Array.from({ length: 50 }, (_, i) => 2 * i + 1);
  const coder = sandwichCoder(model, { name: 'JPEG', codec: 'jpeg', settings: annexKSettings(qualities) });
  const image = patternImage(32, 24);
  const points: { bits: number; psnr: number }[] = [];
  for await (const { bits, output } of coder.code(image, [...qualities.keys()])) {
    points.push({ bits, psnr: await psnrOf(image, output) });
  }
  const search = () => searchSettings(coder, image, (output) => psnrOf(image, output));
  return { model, coder, image, points, search };
}

describe('searchSettings', () => {
  it('finds the setting whose files are nearest to so many bits', async () => {
    const { model, points, search } = await everySetting();
    const bits = points.map((point) => point.bits);
    const tensors = tf.memory().numTensors;
    const { nearestInBits } = search();
    for (const wanted of [1, bits[7], (2 * bits[20] + bits[21]) / 3 - 1, bits[33] + 3, 1e6]) {
      const distances = bits.map((each) => Math.abs(each - wanted));
      const coding = await nearestInBits(wanted);
      expect(Math.abs(coding.bits - wanted)).toBe(Math.min(...distances));
      expect(coding.bits).toBe(bits[coding.setting]);
    }
    expect(tf.memory().numTensors).toBe(tensors);
    model.dispose();
  });

  it('finds the bits at a quality', async () => {
    const { model, points, search } = await everySetting();
    const { bitsAtQuality } = search();
    // numpy: exp(interp(quality, [q0, q1], log([b0, b1]))), between two settings of which the second is the better
    const [below, above] = [points[20], points[21]];
    expect(above.psnr).toBeGreaterThan(below.psnr);
    const middle = (below.psnr + above.psnr) / 2;
    expect(await bitsAtQuality(middle)).toBeCloseTo(Math.sqrt(below.bits * above.bits), 6);
    expect(await bitsAtQuality(points[30].psnr)).toBeCloseTo(points[30].bits, 6);
    expect(await bitsAtQuality(99)).toBe(null);
    expect(await bitsAtQuality(1)).toBe(null);
    model.dispose();
  });

  it('tries no setting twice', async () => {
    const { model, coder, image } = await everySetting();
    const tried: number[] = [];
    const counted: Coder = {
      ...coder,
      code(picture, settings) {
        tried.push(...settings);
        return coder.code(picture, settings);
      },
    };
    const { bitsAtQuality } = searchSettings(counted, image, (output) => psnrOf(image, output));
    await bitsAtQuality(30);
    await bitsAtQuality(31);
    expect(new Set(tried).size).toBe(tried.length);
    // bisection of 50 settings
    expect(tried.length).toBeLessThan(16);
    model.dispose();
  });
});
