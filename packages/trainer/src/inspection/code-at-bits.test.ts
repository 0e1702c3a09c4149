import { startEngine, tf } from '@sandwich/engine';
import { Sandwich } from '@sandwich/models';
import { beforeAll, expect, it } from 'vitest';
import { patternImage } from '../../testing/pattern-image.js';
import { annexKSettings, codeImage, type System } from '../evaluation/system.js';
import { coderAtBits } from './code-at-bits.js';

beforeAll(() => startEngine());

it('coderAtBits finds the setting whose files are nearest to so many bits', async () => {
  const model = new Sandwich({ bottleneckChannels: 3, pre: null, post: null });
  const qualities = Array.from({ length: 50 }, (_, i) => 2 * i + 1);
  const system: System = { name: 'JPEG', description: '', model, settings: annexKSettings(qualities) };
  const image = patternImage(32, 24);
  const bits: number[] = [];
  for await (const coding of codeImage(system, image)) bits.push(coding.bits);
  const tensors = tf.memory().numTensors;
  const codeAt = coderAtBits(system, image);
  for (const wanted of [1, bits[7], (2 * bits[20] + bits[21]) / 3 - 1, bits[33] + 3, 1e6]) {
    const distances = bits.map((each) => Math.abs(each - wanted));
    const coding = await codeAt(wanted);
    expect(Math.abs(coding.bits - wanted)).toBe(Math.min(...distances));
    expect(coding.bits).toBe(bits[qualities.indexOf(Number(coding.setting.replace('quality ', '')))]);
  }
  expect(tf.memory().numTensors).toBe(tensors);
  model.dispose();
});
