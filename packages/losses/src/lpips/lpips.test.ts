import { join } from 'node:path';
import { presentEngines, startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pattern, waves } from '../../testing/images.js';
import { readPng } from '../../testing/read-png.js';
import { syntheticTensors, useWeightFiles } from '../../testing/synthetic-weights.js';
import type { LpipsNet } from './backbones.js';
import { type Lpips, loadLpips } from './lpips.js';

const data = process.env.SANDWICH_DATA ?? '';
const writeWeights = useWeightFiles();

/** A pair of images of which the second has an error. */
function pair(height: number, width: number): [tf.Tensor4D, tf.Tensor4D] {
  const a = waves([height, width, 3]);
  return [a, tf.tidy(() => tf.add(a, tf.mul(tf.sub(pattern([height, width, 3]), 128), 0.3)))];
}

/** Loads the network with weights that are made up. */
async function loadSynthetic(net: LpipsNet): Promise<Lpips> {
  const weights = await writeWeights(net, syntheticTensors(net));
  return loadLpips({ net, weights, sha256: null });
}

const expectWithin = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i] - value)).toBeLessThan(tolerance);
};

// Values of the published LPIPS v0.1 and torchvision weights in PyTorch 1.13, for the example images of its code.
const published = {
  alex: [
    ['ex_p0', 0.721881, [0.018132, 0.286968, 0.159858, 0.119004, 0.137919]],
    ['ex_p1', 0.137566, [0.011739, 0.029715, 0.03538, 0.034368, 0.026363]],
  ],
  squeeze: [
    ['ex_p0', 0.711048, [0.009891, 0.006903, 0.12881, 0.260978, 0.150681, 0.088142, 0.065643]],
    ['ex_p1', 0.147902, [0.016713, 0.003597, 0.014524, 0.036913, 0.029506, 0.02236, 0.024287]],
  ],
} as const;

// The networks with made-up weights in PyTorch 1.13.
const synthetic: [net: LpipsNet, height: number, width: number, layers: number[]][] = [
  ['alex', 63, 70, [0.09645508, 0.0365682, 0.01832759, 0.01734098, 0.01491161]],
  ['alex', 31, 36, [0.11082477, 0.03152845, 0.01052001, 0.01050844, 0.00917226]],
  ['squeeze', 63, 70, [0.09356359, 0.03645049, 0.02016793, 0.00790022, 0.0047995, 0.00415098, 0.00258319]],
  ['squeeze', 34, 47, [0.10431904, 0.03990225, 0.02325854, 0.00699312, 0.00562497, 0.00469114, 0.00306333]],
];

describe.each(presentEngines())('LPIPS on %s', (engine) => {
  const loaded: Partial<Record<LpipsNet, Lpips>> = {};
  beforeAll(async () => {
    await startEngine({ engine });
    loaded.alex = await loadSynthetic('alex');
    loaded.squeeze = await loadSynthetic('squeeze');
  });
  afterAll(() => {
    for (const lpips of Object.values(loaded)) lpips.dispose();
  });

  it.skipIf(data === '').each(Object.entries(published))(
    'agrees with the published %s (needs SANDWICH_DATA)',
    async (net, cases) => {
      const weights = join(data, 'weights', `lpips-${net}.safetensors`);
      const lpips = await loadLpips({ net: net as LpipsNet, weights });
      const reference = await readPng(join(data, 'lpips-examples', 'ex_ref.png'));
      for (const [name, distance, layers] of cases) {
        const image = await readPng(join(data, 'lpips-examples', `${name}.png`));
        tf.tidy(() => {
          expectWithin(lpips(reference, image).dataSync(), [distance], 1e-4);
          expectWithin(lpips(image, reference).dataSync(), [distance], 1e-4);
          expectWithin(lpips.layers(reference, image).dataSync(), layers, 1e-4);
        });
        image.dispose();
      }
      reference.dispose();
      lpips.dispose();
    },
  );

  it.each(synthetic)('of %s, %i x %i', (net, height, width, layers) => {
    tf.tidy(() => {
      const images = pair(height, width);
      const lpips = loaded[net]!;
      expectWithin(lpips.layers(...images).dataSync(), layers, 1e-6);
      expectWithin(lpips(...images).dataSync(), [layers.reduce((a, b) => a + b)], 2e-6);
    });
  });

  it('is one value an image, 0 where nothing differs', () => {
    tf.tidy(() => {
      const [a, b] = pair(33, 38);
      const lpips = loaded.squeeze!;
      const [same, different] = lpips(tf.concat([a, a], 0), tf.concat([a, b], 0)).dataSync();
      expect(same).toBe(0);
      expect(different).toBeCloseTo(lpips(a, b).dataSync()[0], 6);
    });
  });

  it('has the slope of the central difference, to both images', () => {
    tf.tidy(() => {
      for (const [net, height, width] of [
        ['squeeze', 19, 22],
        ['alex', 31, 36],
      ] as const) {
        const [a, b] = pair(height, width);
        const lpips = loaded[net]!;
        checkGradient((x) => lpips(x, b), a, { step: 0.1, tolerance: 0.03, direction: 'gradient' });
        checkGradient((x) => lpips(a, x), b, { step: 0.1, tolerance: 0.03, direction: 'gradient' });
      }
    });
  });

  it('has finite gradients where nothing differs and where features vanish', () => {
    tf.tidy(() => {
      const gray = tf.fill<tf.Rank.R4>([1, 19, 19, 3], 117);
      const [image] = pair(19, 19);
      const lpips = loaded.squeeze!;
      for (const a of [gray, image]) {
        const gradient = tf
          .grad((x) => lpips(x as tf.Tensor4D, a).sum() as tf.Scalar)(a)
          .dataSync();
        expect(gradient.every((value) => value === 0)).toBe(true);
      }
      const gradient = tf.grad((x) => lpips(x as tf.Tensor4D, image).sum() as tf.Scalar)(tf.zerosLike(image));
      expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
    });
  });

  it('leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const lpips = await loadLpips({
      net: 'squeeze',
      weights: await writeWeights('squeeze', syntheticTensors('squeeze')),
      sha256: null,
    });
    const [a, b] = pair(19, 19);
    tf.dispose([lpips(a, b), lpips.layers(a, b), tf.grad((x) => lpips(x as tf.Tensor4D, b).sum() as tf.Scalar)(a)]);
    lpips.dispose();
    tf.dispose([a, b]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('LPIPS', () => {
  beforeAll(() => startEngine());

  it('of vgg, whose published weights are not at hand', async () => {
    const lpips = await loadSynthetic('vgg');
    tf.tidy(() => {
      const layers = [0.09416228, 0.06263588, 0.03320196, 0.02047192, 0.01205692];
      expectWithin(lpips.layers(...pair(32, 41)).dataSync(), layers, 1e-6);
    });
    lpips.dispose();
  });

  it('says what is wrong with images', async () => {
    const lpips = await loadSynthetic('alex');
    tf.tidy(() => {
      const [a, b] = pair(31, 31);
      expect(() => lpips(a, tf.slice(b, [0, 1, 0, 0]))).toThrow('lpips: both images must be [B,H,W,C] of one shape');
      expect(() => lpips(tf.zeros([1, 31, 31, 1]), tf.zeros([1, 31, 31, 1]))).toThrow('must have 3 channels, got 1');
      const small = tf.zeros<tf.Rank.R4>([1, 64, 30, 3]);
      expect(() => lpips(small, small)).toThrow('lpips: images must be at least 31 x 31 for alex, got 64 x 30');
    });
    lpips.dispose();
  });
});
