import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildSandwich, missingFromArchitecture } from './build-sandwich.js';
import { SandwichCodec } from './picture-codec/sandwich-codec.js';
import { Sandwich } from './sandwich.js';
import { sandwichKind } from './sandwich-kind.js';
import type { SandwichOptions } from './sandwich-options.js';

beforeAll(async () => {
  await startEngine();
});

const tiny = { encoderFilters: [4, 5], decoderFilters: [6, 5, 4] };
const proxy = () =>
  new EncodeDecodeIntra({
    roundingFn: roundings.sine,
    qstepInit: 7,
    minQstep: 0.5,
    convertToYuv: true,
    gradient: 'projected',
    rateOf: 'unrounded',
  });

const shapesOf = (model: Sandwich) =>
  Object.fromEntries(Object.entries(model.parameters).map(([path, { shape }]) => [path, shape]));

describe('light', () => {
  it('is told by the architecture where it is linear, and of 16 bits alone', () => {
    const model = new Sandwich({ pre: null, post: tiny, truncateBits: 8, light: 'linear' });
    expect(sandwichKind.pictures!(model)).toEqual({ bitDepth: 16, light: 'linear' });
    const copy = buildSandwich(JSON.parse(JSON.stringify(model.architecture)));
    expect(copy.architecture).toEqual(model.architecture);
    const codec = new SandwichCodec(model);
    expect(codec.transfer).toBe('linear');
    for (const each of [codec, copy]) each.dispose();
    const display = new Sandwich({ pre: null, post: tiny, light: 'display' });
    expect(display.architecture).not.toHaveProperty('light');
    display.dispose();
    expect(() => new Sandwich({ pre: null, post: tiny, light: 'linear' })).toThrow('linear light has 16 bits');
    expect(() => new Sandwich({ light: 'scene' as 'linear' })).toThrow("must be 'display' or 'linear', got 'scene'");
  });
});

describe('buildSandwich', () => {
  it.each<[string, () => SandwichOptions]>([
    ['one side, else defaults', () => ({ pre: tiny, post: null })],
    [
      'one side, smaller, of many bits',
      () => ({ pre: null, post: tiny, downsampleFactor: 2, truncateBits: 4, transform: 'yuv' }),
    ],
    [
      'all options',
      () => ({
        bottleneckChannels: 1,
        pre: { ...tiny, variant: 'textbook', seed: 3 },
        post: { ...tiny, initializer: 'he', outputInitializer: 'zeros' },
        loopFilter: tiny,
        mlpLayers: 1,
        phasePlanes: true,
        initialScaler: 1,
        startFromTransform: true,
        seed: 9,
        proxy: proxy(),
      }),
    ],
  ])('makes the same model of its architecture as JSON: %s', (_, options) => {
    const model = new Sandwich(options());
    const copy = buildSandwich(JSON.parse(JSON.stringify(model.architecture)));
    expect(copy.architecture).toEqual(model.architecture);
    expect(shapesOf(copy)).toEqual(shapesOf(model));
    expect(copy.sizeMultiple).toBe(model.sizeMultiple);
    // Seeds and ways to begin are part of it: fresh weights are the same.
    const [images, step] = [
      tf.randomUniform<tf.Rank.R4>([1, 20, 24, 3], 0, 2 ** (8 + model.architecture.truncateBits) - 1, 'float32', 1),
      6,
    ];
    const run = (m: Sandwich) => {
      const { prediction, rate } = m.apply(images);
      return [...prediction.dataSync(), ...rate.dataSync(), m.proxy.files!.flatStep!(), step];
    };
    expect(run(copy)).toEqual(run(model));
    tf.dispose(images);
    copy.dispose();
    model.dispose();
  });

  it('cannot make what is no JSON', () => {
    const model = new Sandwich({ pre: null, post: null, proxy: new EncodeDecodeIntra({ roundingFn: (x) => x }) });
    expect(missingFromArchitecture(model.architecture)).toContain('rounding is a function of its own');
    expect(() => buildSandwich(model.architecture)).toThrow('rounding must be one of identity, hard, ste');
    const before = tf.memory().numTensors;
    const misspelt = { ...model.architecture, proxy: { ...model.architecture.proxy, roundingFn: 'soft' } };
    expect(() => buildSandwich(misspelt)).toThrow('got soft');
    const odd = {
      ...model.architecture,
      bottleneckChannels: 0,
      proxy: { ...model.architecture.proxy, roundingFn: 'ste' },
    };
    expect(() => buildSandwich(odd)).toThrow('bottleneckChannels must be a whole number of at least 1, got 0');
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  it('takes the published gradients where an older version wrote none', () => {
    const model = new Sandwich({ pre: null, post: null });
    const { codec, gradient, rateOf, ...older } = model.architecture.proxy!;
    expect([codec, gradient, rateOf]).toEqual(['encode-decode-intra', 'straight-through', 'rounded']);
    const copy = buildSandwich({ ...model.architecture, proxy: older });
    expect(copy.architecture).toEqual(model.architecture);
    copy.dispose();
    model.dispose();
  });
});
