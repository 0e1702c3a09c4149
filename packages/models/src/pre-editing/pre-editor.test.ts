import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { loadOnnxRuntime } from '@sandwich/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { noise, wave } from '../../testing/waves.js';
import { editPicture } from './edit-picture.js';
import { PRE_EDITOR_REACH, PreEditor } from './pre-editor.js';
import { preEditorCodec } from './pre-editor-codec.js';
import { preEditorOnnx } from './pre-editor-onnx.js';

const golden = JSON.parse(readFileSync(new URL('./fixtures/res-conv.json', import.meta.url), 'utf8'));

beforeAll(() => startEngine());

const [batch, height, width] = golden.size as [number, number, number];
const images = () =>
  tf.tensor4d(
    wave(batch * height * width * 3, 77, 127.5).map((x) => x + 127.5),
    [batch, height, width, 3],
  );

/** The weights of fixtures/make_res_conv.py. */
function withWaves(system: PreEditor): PreEditor {
  const { parameters, state } = system.network;
  const assign = (variable: tf.Variable, phase: number, limit: number, offset = 0) =>
    tf.tidy(() => variable.assign(tf.tensor(wave(variable.size, phase, limit), variable.shape).add(offset)));
  const convolutions = Object.keys(parameters).filter((path) => /\/(kernel|bias)$/.test(path));
  for (const [i, path] of convolutions.entries()) {
    const { rank } = parameters[path];
    const shape = parameters[path].shape as number[];
    const limit = rank === 4 ? Math.sqrt(6 / (shape[0] ** 2 * (shape[2] + shape[3]))) : 0.1;
    assign(parameters[path], i, limit);
  }
  for (const [i, name] of ['unit1/norm1', 'unit1/norm2', 'unit2/norm1', 'unit2/norm2', 'norm'].entries()) {
    assign(parameters[`${name}/gamma`], 100 + 4 * i, 0.5, 1);
    assign(parameters[`${name}/beta`], 101 + 4 * i, 0.5);
    assign(state[`${name}/mean`], 102 + 4 * i, 0.5);
    assign(state[`${name}/variance`], 103 + 4 * i, 0.5, 1);
  }
  return system;
}

const expectClose = (tensor: tf.Tensor, expected: number[], tolerance: number) => {
  const values = tensor.dataSync();
  expect(values.length).toBe(expected.length);
  const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - values[i])), 0);
  expect(largest).toBeLessThan(tolerance);
};

describe('PreEditor', () => {
  it('has 435,011 parameters that are trained, besides those of the bottleneck, as torch counts them', () => {
    const system = new PreEditor();
    const count = Object.values(system.network.parameters).reduce((sum, { size }) => sum + size, 0);
    expect(count).toBe(435_011);
    expect(golden.parameters).toBe(435_011);
    system.dispose();
  });

  it('computes what torch computes, with kept statistics and with those of the batch', () => {
    const system = withWaves(new PreEditor({ features: golden.features }));
    tf.tidy(() => {
      expectClose(system.edit(images()), golden.kept, 1e-2);
      expectClose(system.edit(images(), true), golden.ofBatch, 1e-2);
      // torch keeps the unbiased variance, Keras the biased one; means are the same.
      expectClose(system.state['network/norm/mean'], golden.movedMean, 1e-5);
    });
    system.dispose();
  });

  it('never takes the statistics of a batch where normalisation is as published', () => {
    const system = withWaves(new PreEditor({ features: golden.features, batchNorm: 'inference' }));
    tf.tidy(() => expectClose(system.edit(images(), true), golden.kept, 1e-2));
    system.dispose();
  });

  it.each([false, true])('has the gradient of its values, by the batch: %s', (isTraining) => {
    const system = withWaves(new PreEditor({ features: 2 }));
    const pixels = images();
    checkGradient((x: tf.Tensor4D) => system.edit(x, isTraining), pixels, {
      step: 0.4,
      tolerance: 0.02,
      direction: 'gradient',
    });
    pixels.dispose();
    system.dispose();
  });

  it('begins with pictures as they are where it makes their change', async () => {
    const system = new PreEditor({ features: 2, globalSkip: true });
    const picture = noise(19, 11, 3);
    expect((await editPicture(system, picture)).data).toEqual(picture.data);
    system.dispose();
  });

  it('makes of tiles what it makes of the whole picture, and reaches no farther than is said', async () => {
    const system = withWaves(new PreEditor({ features: 2 }));
    const picture = noise(61, 47, 3);
    const whole = await editPicture(system, picture);
    const tiled = await editPicture(system, picture, { tile: 16 });
    expect(tiled.data).toEqual(whole.data);
    const grads = tf.tidy(() => {
      const middle = (x: tf.Tensor4D) => tf.slice(system.edit(x), [0, 20, 20, 0], [1, 1, 1, 3]).sum() as tf.Scalar;
      const gradient = tf.grad(middle as (x: tf.Tensor) => tf.Tensor)(tf.zeros([1, 41, 41, 3]).add(100));
      return gradient.abs().sum([0, 1, 3]).dataSync();
    });
    const touched = Array.from(grads.keys()).filter((i) => grads[i] > 0);
    expect([touched[0], touched.at(-1)]).toEqual([20 - PRE_EDITOR_REACH, 20 + PRE_EDITOR_REACH]);
    system.dispose();
  });

  it('is the same as an ONNX model', async () => {
    const runtime = await loadOnnxRuntime();
    for (const globalSkip of [false, true]) {
      const system = withWaves(new PreEditor({ features: 4, globalSkip }));
      const pixels = images();
      const session = await runtime.InferenceSession.create(preEditorOnnx(system, { made: 'here' }));
      const { edited } = await session.run({ images: new runtime.Tensor('float32', pixels.dataSync(), pixels.shape) });
      tf.tidy(() => expectClose(system.edit(pixels), Array.from(edited.data as Float32Array), 1e-2));
      pixels.dispose();
      system.dispose();
    }
  });

  it('writes files of edited pictures, which any decoder reads, and says which qualities there are', async () => {
    const codec = preEditorCodec(new PreEditor({ features: 2, globalSkip: true }));
    const picture = noise(24, 16, 3);
    for (const name of ['jpeg', 'webp'] as const) {
      const file = await codec.encode(picture, { codec: name, quality: 90 });
      const { width, height } = await codec.decode(file);
      expect([width, height]).toEqual([24, 16]);
    }
    await expect(codec.encode(picture, { quality: 0 })).rejects.toThrow(
      'quality must be a whole number of 1 to 100, got 0',
    );
    codec.dispose?.();
  });
});
