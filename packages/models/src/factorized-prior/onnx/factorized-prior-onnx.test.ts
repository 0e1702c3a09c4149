import { startEngine, tf } from '@sandwich/engine';
import { loadOnnxRuntime, type OnnxRuntime } from '@sandwich/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { largestDifference } from '../../../testing/largest-difference.js';
import { noise } from '../../../testing/waves.js';
import { FactorizedPrior } from '../factorized-prior.js';
import { withWaves } from '../testing/with-waves.js';
import { factorizedPriorDecoderOnnx, factorizedPriorEncoderOnnx } from './factorized-prior-onnx.js';

let runtime: OnnxRuntime;
beforeAll(async () => {
  await startEngine();
  runtime = await loadOnnxRuntime();
});

describe('ONNX models of a factorised-prior codec', () => {
  it('compute what it computes', async () => {
    const prior = withWaves(new FactorizedPrior({ features: 4, latentChannels: 6 }));
    const picture = noise(48, 32, 3);
    const images = tf.tensor4d(new Float32Array(picture.data), [1, 32, 48, 3]);
    const latent = tf.tidy(() => prior.latent(images));
    const medians = prior.bottleneck.medians();
    const levels = tf.tidy(() => latent.sub(medians).round());
    const decoded = tf.tidy(() => prior.decode(levels.add(medians)).clipByValue(0, 255));

    const encoder = await runtime.InferenceSession.create(factorizedPriorEncoderOnnx(prior, { made: 'here' }));
    const encoded = await encoder.run({ images: new runtime.Tensor('float32', images.dataSync(), images.shape) });
    expect(encoded.latent.dims).toEqual([1, 2, 3, 6]);
    expect(largestDifference(encoded.latent.data as Float32Array, latent.dataSync())).toBeLessThan(1e-5);
    expect(largestDifference(encoded.levels.data as Float32Array, levels.dataSync())).toBe(0);
    expect(new Set(levels.dataSync()).size).toBeGreaterThan(2);

    const decoder = await runtime.InferenceSession.create(factorizedPriorDecoderOnnx(prior));
    const input = { levels: new runtime.Tensor('float32', levels.dataSync(), levels.shape) };
    const output = await decoder.run(input);
    expect(output.decoded.dims).toEqual([1, 32, 48, 3]);
    expect(largestDifference(output.decoded.data as Float32Array, decoded.dataSync())).toBeLessThan(1e-2);
    expect(new Set(decoded.dataSync()).size).toBeGreaterThan(50);
    tf.dispose([images, latent, medians, levels, decoded]);
    prior.dispose();
  });
});
