import { DiffJpegCodec, EncodeDecodeIntra } from '@sandwich/codec-proxy';
import { startEngine, storedTensors, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { Sandwich } from './sandwich.js';
import type { SandwichOptions } from './sandwich-options.js';

beforeAll(async () => {
  await startEngine();
});

const sandwich = (encoderFilters: number[], decoderFilters: number[], seed: number, more: SandwichOptions = {}) => {
  const network = { encoderFilters, decoderFilters, variant: 'textbook' as const };
  return new Sandwich({ bottleneckChannels: 1, pre: network, post: network, phasePlanes: true, seed, ...more });
};

const weightsOf = ({ parameters }: Sandwich) => storedTensors(parameters);

describe('a sandwich that adopts the weights of one with shallower networks', () => {
  it('paints the same bottleneck and restores the same picture', () => {
    const small = sandwich([4], [5, 4], 1, {
      loopFilter: { encoderFilters: [3], decoderFilters: [3, 3], variant: 'textbook' },
    });
    const large = sandwich([4, 6], [7, 6, 4], 2, {
      loopFilter: { encoderFilters: [3, 4], decoderFilters: [5, 4, 3], variant: 'textbook' },
    });
    const adopted = large.adopt(weightsOf(small));
    expect(Object.keys(adopted).sort()).toEqual(Object.keys(large.parameters).sort());
    for (const [path, { shape, values }] of Object.entries(adopted))
      large.parameters[path].assign(tf.tensor(values, shape));
    const images = tf.randomUniform<tf.Rank.R4>([1, 32, 32, 3], 0, 255, 'float32', 5);
    const [expected, made] = [small, large].map((model) => {
      const painted = model.preprocess(images);
      return [painted, model.postprocess(tf.clipByValue(painted, 0, 255), { height: 32, width: 32 })];
    });
    expected.forEach((tensor, i) => {
      const difference = tf.max(tf.abs(tf.sub(tensor, made[i]))).dataSync()[0];
      expect(difference).toBeLessThan(1e-3);
    });
    for (const model of [small, large]) model.dispose();
  });

  it('leaves the step or the tables of another codec behind', () => {
    const around = (proxy: SandwichOptions['proxy'], seed: number) => sandwich([4], [5, 4], seed, { proxy });
    const flat = around(new EncodeDecodeIntra({ qstepInit: 9 }), 1);
    const tables = around(new DiffJpegCodec({ learn: ['tableY'] }), 2);
    const fixed = around(new DiffJpegCodec(), 3);
    const { 'proxy/qstep': step, ...networks } = weightsOf(flat);
    expect(step.values).toHaveLength(1);
    expect(fixed.adopt(weightsOf(flat))).toEqual(networks);
    const table = { shape: [8, 8], values: new Float32Array(64) };
    expect(tables.adopt(weightsOf(flat))).toEqual({ ...networks, 'proxy/tableY': table });
    const { 'proxy/qstep': kept } = flat.adopt(weightsOf(tables));
    expect(kept).toEqual(step);
    for (const model of [flat, tables, fixed]) model.dispose();
  });

  it('leaves weights that fit, or cannot be made to, as they are', () => {
    const [small, same, wider] = [sandwich([4], [5, 4], 1), sandwich([4], [5, 4], 2), sandwich([8], [8, 8], 2)];
    const weights = weightsOf(small);
    for (const model of [same, wider]) expect(model.adopt(weights)).toEqual(weights);
    for (const model of [small, same, wider]) model.dispose();
  });
});
