import { buildCodec } from '@sandwich/codec-proxy';
import { readL3ix } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise } from '../../testing/waves.js';
import { buildSandwich } from '../sandwich/build-sandwich.js';
import { Sandwich } from '../sandwich/sandwich.js';
import { Dcn } from './dcn.js';
import { DcnProxy } from './dcn-proxy.js';
import { DcnCodec } from './picture-codec/dcn-codec.js';

beforeAll(() => startEngine());

const transformCodec = () => new Dcn({ features: 128, bits: 8, startFrom: 'dct', startStep: 40 });

const bitsOf = (symbols: Uint8Array): number => {
  const counts = new Map<number, number>();
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - count * Math.log2(count / symbols.length), 0);
};

describe('DcnProxy', () => {
  it('decodes what files hold, at a rate of the entropies of their channels', async () => {
    const proxy = new DcnProxy(transformCodec());
    const codec = new DcnCodec(proxy.dcn);
    const pictures = [noise(43, 30, 3), { ...noise(43, 30, 3), data: new Uint8Array(43 * 30 * 3).fill(90) }];
    const images = tf.tensor4d(
      pictures.flatMap(({ data }) => [...data]),
      [2, 30, 43, 3],
    );
    const { decoded, rate } = proxy.apply(images);
    expect(decoded.shape).toEqual([2, 30, 43, 3]);
    const [values, rates] = [decoded.dataSync(), rate.dataSync()];
    for (const [i, picture] of pictures.entries()) {
      const file = await codec.encode(picture);
      const { data } = await codec.decode(file);
      expect(data.every((sample, k) => Math.abs(sample - values[i * data.length + k]) < 0.51)).toBe(true);
      const bits = readL3ix(file).channels.reduce((sum, symbols) => sum + bitsOf(symbols), 0);
      // Shares are at least 1e-9, and a value at an entry is its own to 1e-20.
      expect(Math.abs(rates[i] - bits)).toBeLessThan(0.02 * bits + 1);
    }
    tf.dispose([images, decoded, rate]);
    proxy.dispose();
  });

  it('stands in a sandwich, is trained with it, and is built again from JSON', () => {
    tf.tidy(() => {
      const proxy = new DcnProxy(transformCodec());
      const model = new Sandwich({ pre: null, post: null, proxy });
      expect(Object.keys(model.parameters)).toContain('proxy/encoder/conv1/kernel');
      const images = tf.tensor4d(new Float32Array(noise(16, 16, 3).data), [1, 16, 16, 3]);
      const { grads } = tf.variableGrads(() => {
        const { prediction, rate } = model.apply(images);
        return prediction.sub(images).square().sum().add(rate.sum()).asScalar();
      });
      expect(Object.keys(grads).length).toBeGreaterThan(20);
      const again = buildSandwich(JSON.parse(JSON.stringify(model.architecture)));
      expect(again.proxy.describe()).toEqual(proxy.describe());
      expect(buildCodec(proxy.describe()).describe()).toEqual(proxy.describe());
      model.dispose();
      again.dispose();
    });
  });

  it('codes three channels alone', () => {
    const proxy = new DcnProxy(transformCodec());
    expect(proxy.blockSize(3)).toBe(8);
    expect(() => proxy.blockSize(1)).toThrow('it codes 3 channels, got 1');
    proxy.dispose();
  });
});
