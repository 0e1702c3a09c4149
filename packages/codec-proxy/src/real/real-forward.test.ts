import { codecs } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { beforeAll, describe, expect, it } from 'vitest';
import { leakedTensors, pattern } from '../../testing/tensors.js';
import { diffJpegWithRate } from '../diff-jpeg/diff-jpeg.js';
import { throughRealCodec } from './real-forward.js';
import { startRealCodec } from './start-real-codec.js';

beforeAll(async () => {
  await startEngine();
});

describe('throughRealCodec', () => {
  const images = () => tf.concat([pattern(20, 33, 3), pattern(20, 33, 3, 50)], 0);
  const proxied = (x: tf.Tensor4D) => diffJpegWithRate(x, tf.tensor1d([40, 40]), { ste: true });

  it.each(['webp', 'avif'] as const)(
    'gives what %s makes of the images, bit for bit, with the gradients of the proxy',
    async (name) => {
      const codec = await startRealCodec(name);
      const direct = await codecs[name]();
      const forward = { codec, quality: 45 };
      const { decoded, rate } = throughRealCodec(images(), forward, proxied(images()));
      for (const [i, tensor] of tf.unstack(images()).entries()) {
        const image: Picture<Uint8Array> = {
          data: Uint8Array.from(tensor.dataSync()),
          width: 33,
          height: 20,
          channels: 3,
        };
        const file = await direct.encode(image, 45);
        const { data } = await direct.decode(file);
        expect(Array.from(tf.slice(decoded, [i, 0, 0, 0], [1, -1, -1, -1]).dataSync())).toEqual(Array.from(data));
        expect(rate.dataSync()[i]).toBe(8 * file.length);
      }
      const gradient = (code: (x: tf.Tensor4D) => ReturnType<typeof proxied>) =>
        tf.tidy(() =>
          tf
            .grad((x: tf.Tensor) => {
              const { decoded, rate } = code(x as tf.Tensor4D);
              return decoded.mul(images()).sum().add(rate.sum());
            })(images())
            .arraySync(),
        );
      const real = gradient((x) => throughRealCodec(x, forward, proxied(x)));
      expect(real).toEqual(gradient(proxied));
      const x = images();
      expect(leakedTensors(() => ({ ...tf.tidy(() => throughRealCodec(x, forward, proxied(x))) }))).toBe(0);
      await codec.close();
    },
  );

  it('with projected gradients is deaf to what the codec changes', () => {
    const codec = {
      code: (raw: Picture<Uint8Array>[]) =>
        raw.map((image) => ({
          image: { ...image, data: image.data.map((x, i) => (i % 7 === 0 ? x >> 1 : x)) },
          size: 3,
        })),
      close: async () => {},
    };
    const x = tf.slice(images(), [0, 0, 0, 0], [2, 16, 32, 3]) as tf.Tensor4D;
    const code = (x: tf.Tensor4D) =>
      throughRealCodec(x, { codec, quality: 1 }, proxied(x), { gradient: 'projected', convertToYuv: true });
    const error = code(x).decoded.sub(x);
    const target = x.clone();
    // The gradient of the squared error at the identity, along the error.
    const squared = (input: tf.Tensor) =>
      code(input as tf.Tensor4D)
        .decoded.sub(target)
        .square()
        .sum()
        .asScalar();
    const along = tf.grad(squared)(x).mul(error).sum().dataSync()[0];
    const energy = error.square().sum().dataSync()[0];
    expect(energy).toBeGreaterThan(1e5);
    expect(code(x).rate.dataSync()).toEqual(Float32Array.of(24, 24));
    expect(Math.abs(along / energy)).toBeLessThan(1e-4);
    expect(() => throughRealCodec(x, { codec, quality: 1 }, proxied(x), { gradient: 'ste' as 'projected' })).toThrow(
      'throughRealCodec: gradient must be straight-through or projected, got ste',
    );
  });

  it('refuses images that are not those of the proxy, or no images', () => {
    const forward = { codec: { code: () => [], close: async () => {} }, quality: 1 };
    const wrong = (shape: [number, number, number, number]) => () =>
      throughRealCodec(tf.zeros(shape), forward, proxied(images()));
    expect(wrong([2, 20, 33, 2])).toThrow(/throughRealCodec: images must be .*got \[2,20,33,2\]/);
    expect(wrong([2, 20, 32, 3])).toThrow(/one shape, got \[2,20,32,3\] and \[2,20,33,3\]/);
  });
});
