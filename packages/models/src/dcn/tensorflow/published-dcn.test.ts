import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dcn } from '../dcn.js';
import { withWaves } from '../testing/with-waves.js';
import { constant, frozenGraph, node } from '../testing/write-graph.js';
import { readFrozenGraph } from './frozen-graph.js';
import { buildPublishedDcn, readPublishedDcn } from './published-dcn.js';

beforeAll(() => startEngine());

describe('readFrozenGraph', () => {
  it('reads nodes in their order, and constants', () => {
    const graph = Buffer.concat([
      node('b', 'Placeholder'),
      constant('a', [2, 2], Float32Array.of(1, 2, 3, 4.5)),
      constant('same', [3], Float32Array.of(7, 7, 7)),
      constant('number', [], Float32Array.of(0.5)),
      node('sum', 'Add', ['a:0', 'b', '^number']),
    ]);
    const nodes = readFrozenGraph(graph);
    expect(nodes.map(({ name, op, inputs }) => [name, op, inputs])).toEqual([
      ['b', 'Placeholder', []],
      ['a', 'Const', []],
      ['same', 'Const', []],
      ['number', 'Const', []],
      ['sum', 'Add', ['a', 'b']],
    ]);
    expect(nodes.slice(1, 4).map(({ constant }) => constant)).toEqual([
      { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4.5) },
      { shape: [3], values: Float32Array.of(7, 7, 7) },
      { shape: [], values: Float32Array.of(0.5) },
    ]);
  });

  it('refuses what is none, and constants that do not fit', () => {
    expect(() => readFrozenGraph(Buffer.from('no graph at all'))).toThrow('are no graph of TensorFlow');
    expect(() => readFrozenGraph(new Uint8Array())).toThrow(
      'these 0 bytes are no graph of TensorFlow: it has no nodes',
    );
    const short = constant('a', [2, 3], Float32Array.of(1, 2, 3, 4));
    expect(() => readFrozenGraph(short)).toThrow('the constant a of the shape [2,3] holds 16 bytes and 0 numbers');
    const huge = constant('a', [2 ** 30, 2 ** 20], Float32Array.of(1));
    expect(() => readFrozenGraph(huge)).toThrow('is larger than this reads');
    const half = constant('half', [2 ** 12, 2 ** 12], Float32Array.of(1));
    expect(readFrozenGraph(half)[0].constant!.values).toHaveLength(2 ** 24);
    expect(() => readFrozenGraph(Buffer.concat([half, half, constant('more', [1], Float32Array.of(1))]))).toThrow(
      'the constant more of the shape [1] is larger than this reads',
    );
  });
});

describe('readPublishedDcn', () => {
  it('binds the constants of a graph in its order', () => {
    for (const options of [{ features: 5 }, { features: 4, bits: 4, scaleLatent: false }]) {
      const dcn = new Dcn({ ...options, seed: 3 });
      if (dcn.parameters.scale) withWaves(dcn, 3);
      const published = readPublishedDcn(frozenGraph(dcn));
      expect(published.architecture).toMatchObject({ scaleLatent: true, bits: 5, ...options });
      const read = buildPublishedDcn(published);
      expect(Object.keys(read.parameters)).toEqual(Object.keys(dcn.parameters));
      tf.tidy(() => {
        const images = tf.randomUniform<tf.Rank.R4>([1, 16, 24, 3], 0, 255, 'float32', 1);
        const [one, other] = [dcn, read].map((each) => each.latent(images));
        expect(other.sub(one).abs().max().dataSync()[0]).toBe(0);
        const [picture, again] = [dcn, read].map((each) => each.decode(each.quantize(one)));
        expect(again.sub(picture).abs().max().dataSync()[0]).toBe(0);
      });
      dcn.dispose();
      read.dispose();
    }
  });

  it('refuses graphs of something else, saying what does not fit', () => {
    const dcn = new Dcn({ features: 4 });
    const graph = frozenGraph(dcn);
    /** The graph with another name, of the same length. */
    const renamed = (from: string, to: string) => Buffer.from(graph.toString('latin1').replaceAll(from, to), 'latin1');
    expect(() => readPublishedDcn(renamed('x_twitterdcn', 'z_twitterdcn'))).toThrow('it has no input x_twitterdcn');
    expect(() => readPublishedDcn(renamed('twitterdcn/latent', 'twitterdcn/latest'))).toThrow(
      'it has no node twitterdcn/latent',
    );
    expect(() => readPublishedDcn(renamed('entropy/Const', 'entropy/Carst'))).toThrow(
      'it has no node twitterdcn/optimization/entropy/Const',
    );
    expect(() => readPublishedDcn(renamed('BiasAdd', 'BiasSub'))).toThrow('has no bias');
    expect(() => readPublishedDcn(frozenGraph(dcn, 'NCHW'))).toThrow('is of the format NCHW');
    expect(() => readPublishedDcn(node('x_a', 'Placeholder'))).toThrow('it has no node a/latent');
    dcn.dispose();
  });
});
