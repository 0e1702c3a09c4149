import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { wave } from '../../../testing/waves.js';
import { Attention } from './attention.js';
import { factorsInTiles } from './factors-in-tiles.js';
import { publishedCoefficients } from './published-transform.js';

const golden = JSON.parse(readFileSync(new URL('./fixtures/ljpeg.json', import.meta.url), 'utf8')).attention;

beforeAll(() => startEngine());

const [, height, width] = golden.size as number[];
const images = () =>
  tf.tensor4d(
    wave(height * width * 3, 78, 127.5).map((x) => x + 127.5),
    [1, height, width, 3],
  );
const steps = () => tf.fill<tf.Rank.R1>([192], 20);
const inputs = (pixels: tf.Tensor4D) => ({
  images: pixels,
  coefficients: publishedCoefficients(pixels),
  steps: steps(),
});
const countOf = ({ parameters }: Attention) => Object.values(parameters).reduce((sum, { size }) => sum + size, 0);

describe('Attention', () => {
  it('is VGG19 up to its third pool and a 1x1 convolution, as torchvision has it', () => {
    const attention = new Attention('vgg19', 1);
    expect(countOf(attention)).toBe(golden.vgg19 + golden.map);
    expect([golden.vgg19, golden.map]).toEqual([2_325_568, 32_896]);
    for (const [i, variable] of Object.values(attention.parameters).entries()) {
      const [size, , from, to] = variable.shape;
      const limit = variable.rank === 4 ? Math.sqrt(6 / (size * size * (from + to))) : 0.1;
      tf.tidy(() => variable.assign(tf.tensor(wave(variable.size, i, limit), variable.shape)));
    }
    tf.tidy(() => {
      const factors = attention.factors(inputs(images())).dataSync();
      const each = golden.factors as number[];
      const largest = each.reduce((most, value, i) => Math.max(most, Math.abs(factors[5 * i] - value)), 0);
      expect(factors.length).toBe((height / 8) * (width / 8) * 192);
      expect(largest).toBeLessThan(2e-5);
    });
    attention.dispose();
  });

  it('of our own has fewer than 300,000 parameters, leaves DC alone and shrinks others by a step at most', () => {
    const attention = new Attention('small', 1);
    expect(countOf(attention)).toBe(234_112);
    tf.tidy(() => {
      const given = inputs(images());
      // As strong as it can be.
      attention.parameters['ofOwn/bias'].assign(tf.fill([192], 50));
      const factors = attention.factors(given);
      const shrunk = given.coefficients.abs().mul(tf.sub(1, factors)).dataSync();
      const [kept, all] = [factors.dataSync(), given.coefficients.abs().dataSync()];
      for (const [i, value] of shrunk.entries()) {
        if (i % 64 === 0) expect(kept[i]).toBe(1);
        else expect(Math.abs(value - Math.min(20, all[i]))).toBeLessThan(1e-3);
      }
    });
    attention.dispose();
  });

  it.each(['vgg19', 'small'] as const)(
    '%s makes of tiles what it makes of the whole picture, and looks no farther than it says',
    (name) => {
      const attention = new Attention(name, 2);
      tf.tidy(() => {
        const [height, width] = [104, 72];
        const samples = wave(height * width * 3, 9, 127.5).map((x) => x + 127.5);
        const given = inputs(tf.tensor4d(samples, [1, height, width, 3]));
        const whole = attention.factors(given);
        const tiled = factorsInTiles(attention, given, { tile: 40 });
        expect(tiled.shape).toEqual(whole.shape);
        expect(tf.sub(tiled, whole).abs().max().dataSync()[0]).toBeLessThan(1e-4);
        // The rows that the factors of a block of the rows 48 to 55 depend on.
        const block = (x: tf.Tensor) =>
          tf.slice(attention.factors(inputs(x as tf.Tensor4D)), [0, 6, 4, 0], [1, 1, 1, -1]).sum();
        const slopes = tf.grad(block)(given.images).abs().sum([0, 2, 3]).dataSync();
        const touched = Array.from(slopes.keys()).filter((row) => slopes[row] > 0);
        expect(touched[0]).toBeGreaterThanOrEqual(48 - attention.reach);
        expect(touched.at(-1)).toBeLessThanOrEqual(55 + attention.reach);
        expect(touched.length).toBeGreaterThan(8);
      });
      attention.dispose();
    },
  );

  it.each(['vgg19', 'small'] as const)('%s has the gradient of its factors, to all weights together', (name) => {
    const attention = new Attention(name, 3);
    const given = tf.tidy(() => ({ ...inputs(images()) }));
    const weights = Object.values(attention.parameters);
    const target = tf.tidy(() => tf.tensor(wave(given.coefficients.size, 5, 1), given.coefficients.shape));
    const value = () => tf.tidy(() => attention.factors(given).mul(target).sum() as tf.Scalar);
    const { grads } = tf.variableGrads(value, weights);
    const slopes = weights.map((_, i) => Object.values(grads)[i]);
    const squares = slopes.reduce((sum, slope) => sum + tf.tidy(() => slope.square().sum().dataSync()[0]), 0);
    const at = (h: number) => {
      const moved = () =>
        tf.tidy(() => {
          for (const [i, variable] of weights.entries()) variable.assign(variable.add(slopes[i].mul(h)));
        });
      moved();
      const result = value().dataSync()[0];
      h = -h;
      moved();
      return result;
    };
    // A change of the factors' sum of about 0.02, of some thousands of factors.
    const h = 0.01 / squares;
    const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
    expect(numeric / squares).toBeGreaterThan(0.97);
    expect(numeric / squares).toBeLessThan(1.03);
    tf.dispose([given, target, grads]);
    attention.dispose();
  });
});
