import { startEngine, tf } from '@sandwich/engine';
import { loadOnnxRuntime, type OnnxRuntime } from '@sandwich/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { largestDifference } from '../../../testing/largest-difference.js';
import { noise } from '../../../testing/waves.js';
import { Dcn } from '../dcn.js';
import { withWaves } from '../testing/with-waves.js';
import { dcnDecoderOnnx, dcnEncoderOnnx } from './dcn-onnx.js';

let runtime: OnnxRuntime;
beforeAll(async () => {
  await startEngine();
  runtime = await loadOnnxRuntime();
});

describe('ONNX models of a DCN', () => {
  it('compute what it computes', async () => {
    const dcn = withWaves(new Dcn({ features: 4 }), 3);
    const picture = noise(40, 24, 3);
    const images = tf.tensor4d(new Float32Array(picture.data), [1, 24, 40, 3]);
    const latent = tf.tidy(() => dcn.latent(images));
    const quantized = dcn.quantize(latent);
    const decoded = dcn.decode(quantized);

    const session = (model: Uint8Array) => runtime.InferenceSession.create(model);
    const encoder = await session(dcnEncoderOnnx(dcn, { made: 'here' }));
    const encoded = await encoder.run({ images: new runtime.Tensor('float32', images.dataSync(), images.shape) });
    expect(encoded.latent.dims).toEqual([1, 3, 5, 4]);
    expect(largestDifference(encoded.latent.data as Float32Array, latent.dataSync())).toBeLessThan(1e-4);
    expect(largestDifference(encoded.quantized.data as Float32Array, quantized.dataSync())).toBe(0);

    const decoder = await session(dcnDecoderOnnx(dcn));
    const input = { quantized: new runtime.Tensor('float32', quantized.dataSync(), quantized.shape) };
    const output = await decoder.run(input);
    expect(output.decoded.dims).toEqual([1, 24, 40, 3]);
    expect(largestDifference(output.decoded.data as Float32Array, decoded.dataSync())).toBeLessThan(1e-2);
    tf.dispose([images, latent, quantized, decoded]);
    dcn.dispose();
  });

  it('have the rate of a range as an input', async () => {
    const dcn = new Dcn({ features: 4, bits: 7, startFrom: 'dct', rates: 3 });
    const picture = noise(16, 8, 3);
    const images = tf.tensor4d(new Float32Array(picture.data), [1, 8, 16, 3]);
    const encoder = await runtime.InferenceSession.create(dcnEncoderOnnx(dcn));
    const decoder = await runtime.InferenceSession.create(dcnDecoderOnnx(dcn));
    for (const given of [-0.4, 0, 0.3, 1, 1.2]) {
      const rate = new runtime.Tensor('float32', [given], []);
      const value = Math.min(Math.max(given, 0), 1);
      const [latent, decoded] = tf.tidy(() => [
        dcn.latent(images, value),
        dcn.decode(dcn.latent(images, value), value),
      ]);
      const encoded = await encoder.run({
        rate,
        images: new runtime.Tensor('float32', images.dataSync(), images.shape),
      });
      expect(encoded.latent.dims).toEqual([1, 1, 2, 4]);
      expect(largestDifference(encoded.latent.data as Float32Array, latent.dataSync())).toBeLessThan(1e-4);
      const quantized = new runtime.Tensor('float32', latent.dataSync(), latent.shape);
      const output = await decoder.run({ rate, quantized });
      expect(largestDifference(output.decoded.data as Float32Array, decoded.dataSync())).toBeLessThan(1e-2);
      tf.dispose([latent, decoded]);
    }
    images.dispose();
    dcn.dispose();
  });
});
