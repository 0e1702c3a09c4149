import { tableStep } from '@sandwich/codecs';
import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { beforeAll, expect, it } from 'vitest';
import { DiffJpegCodec } from './diff-jpeg/diff-jpeg-codec.js';
import { EncodeDecodeIntra } from './intra/encode-decode-intra.js';

beforeAll(() => startEngine());

const numberOf = (make: () => tf.Scalar) => tf.tidy(() => make().dataSync()[0]);

it('the step of EncodeDecodeIntra is that of its call', () => {
  const proxy = new EncodeDecodeIntra({ qstepInit: 9.5, minQstep: 1 });
  expect(numberOf(() => proxy.quantizerStep!())).toBeCloseTo(10.5, 5);
  expect(numberOf(() => proxy.quantizerStep!({ stepScale: tf.scalar(2) }))).toBeCloseTo(21, 5);
  expect(numberOf(() => proxy.quantizerStep!({ qstep: 7, stepScale: 0.5 }))).toBeCloseTo(3.5, 5);
  const qstep = tf.scalar(7);
  expect(numberOf(() => proxy.quantizerStep!({ qstep }))).toBe(7);
  expect(qstep.isDisposed).toBe(false);
  expect(() => proxy.quantizerStep!({ stepScale: -1 })).toThrow(
    'EncodeDecodeIntra.quantizerStep: stepScale must be one positive',
  );
  proxy.dispose();
});

it('another codec in the place of the proxy has no step', () => {
  const proxy = new EncodeDecodeIntra({ forward: { codec: 'webp', quality: 40 } });
  expect(proxy.quantizerStep).toBeUndefined();
  proxy.dispose();
});

it('the step of DiffJpegCodec is that of the luma table in its files', () => {
  for (const [quality, stepScale] of [
    [35, 1],
    [50, 1.7],
    [88.5, 0.6],
  ]) {
    const proxy = new DiffJpegCodec({ quality, learn: ['tableY'] });
    const expected = tableStep(proxy.files.tables(stepScale).luma);
    expect(numberOf(() => proxy.quantizerStep({ stepScale })) / expected).toBeCloseTo(1, 5);
    proxy.dispose();
  }
});

it('steps have gradients to what codecs learn', () => {
  const flat = new EncodeDecodeIntra({ qstepInit: 9.5, minQstep: 1 });
  const tables = new DiffJpegCodec({ learn: ['tableY', 'quality'] });
  const slopeTo = (variable: tf.Variable, make: () => tf.Scalar) =>
    tf.tidy(() => tf.variableGrads(make, [variable]).grads[variable.name].sum().dataSync()[0]);
  expect(slopeTo(flat.parameters.qstep, () => flat.quantizerStep!({ stepScale: 3 }))).toBeCloseTo(3, 5);
  // Floors pass gradients: the step of tables is in proportion to them.
  const step = numberOf(() => tables.quantizerStep());
  expect(slopeTo(tables.parameters.tableY, () => tables.quantizerStep()) / step).toBeCloseTo(1, 1);
  checkGradient((x: tf.Scalar) => flat.quantizerStep!({ qstep: x, stepScale: 2 }), tf.scalar(8));
  for (const proxy of [flat, tables]) proxy.dispose();
});
