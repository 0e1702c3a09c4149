import { readFileSync } from 'node:fs';
import { startEngine, tf } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { UNet, type UNetOptions } from './unet.js';

beforeAll(async () => {
  await startEngine();
});

const size = (unet: UNet) => unet.trainableWeights.reduce((sum, weight) => sum + weight.size, 0);

// Parameter counts: the table of complexities of "Sandwiched compression" (textbook) and, for the published code's
// variant, counts of the same networks built in PyTorch.
const table: [number[], number[], number, number][] = [
  [[32, 64, 128, 256], [512, 256, 128, 64, 32], 7_847_491, 5_782_595],
  [[32, 64], [128, 64, 32], 472_387, 343_235],
  [[16, 32, 64, 128], [256, 128, 64, 32, 16], 1_963_043, 1_446_691],
  [[16, 32], [64, 32, 16], 118_691, 86_371],
  [[8, 16, 32, 64], [128, 64, 32, 16, 8], 491_347, 362_195],
  [[8, 16], [32, 16, 8], 29_971, 21_875],
  [[32], [32, 32], 57_219, 29_507],
];

describe('UNet parameter counts', () => {
  it.each(table)('%j ; %j: %i textbook, %i published', (encoderFilters, decoderFilters, textbook, published) => {
    for (const [variant, count] of [['textbook', textbook] as const, ['published', published] as const]) {
      const unet = new UNet({ encoderFilters, decoderFilters, variant });
      expect(size(unet)).toBe(count);
      unet.dispose();
    }
  });

  it('the default is the published network', () => {
    const unet = new UNet();
    expect(size(unet)).toBe(5_782_595);
    expect(unet.sizeMultiple).toBe(8);
    unet.dispose();
  });

  it('the loop filter of the published code is four convolutions at full size and an output', () => {
    const unet = new UNet({ encoderFilters: [8], decoderFilters: [8, 8], inputChannels: 1, outputChannels: 1 });
    expect(unet.sizeMultiple).toBe(1);
    expect(Object.keys(unet.parameters).filter((path) => path.endsWith('kernel'))).toEqual([
      'decoder0/conv0/kernel',
      'decoder0/conv1/kernel',
      'decoder1/conv0/kernel',
      'decoder1/conv1/kernel',
      'output/kernel',
    ]);
    expect(size(unet)).toBe(80 + 3 * 584 + 73);
    unet.dispose();
  });
});

describe("outputInitializer: 'zeros'", () => {
  it('begins silent, with a gradient for its output and other kernels as without it', () => {
    const options: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook', seed: 3 };
    const [silent, other] = [new UNet({ ...options, outputInitializer: 'zeros' }), new UNet(options)];
    const x = wave([1, 8, 8, 3], 0) as tf.Tensor4D;
    expect([...silent.apply(x).dataSync()]).toEqual(Array(8 * 8 * 3).fill(0));
    for (const [path, weight] of Object.entries(silent.parameters)) {
      if (path !== 'output/kernel') expect(weight.dataSync()).toEqual(other.parameters[path].dataSync());
    }
    const { grads } = tf.variableGrads(() => silent.apply(x).sub(1).square().mean(), silent.trainableWeights);
    expect(grads[silent.parameters['output/kernel'].name].abs().max().dataSync()[0]).toBeGreaterThan(0.01);
    silent.dispose();
    other.dispose();
  });
});

// The same networks in PyTorch with the weights and input below, by `make_unet.py`: every 23rd output, every 17th input gradient of
// sum(wave(0.2, 0.05) output), and for each weight sum(wave(0.1, 0.3) gradient).
interface Recorded {
  output: number[];
  inputGradient: number[];
  gradients: Record<string, number>;
}
const recorded: Record<'published' | 'textbook', Recorded> & { conditioned: Recorded & { conditionGradient: number } } =
  JSON.parse(readFileSync(new URL('./fixtures/unet.json', import.meta.url), 'utf8'));
const wave = (shape: number[], phase: number, step = 0.7) =>
  tf.tensor(
    Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(step * i + phase)),
    shape,
  );
const setWaves = (unet: UNet) =>
  tf.tidy(() => {
    unet.trainableWeights.forEach((weight, k) => {
      const values = wave(weight.shape, k);
      weight.assign(weight.rank === 4 ? values.mul(0.3) : values.mul(0.4).add(0.5));
    });
  });
const everyNth = (tensor: tf.Tensor, n: number) => Array.from(tensor.dataSync()).filter((_, i) => i % n === 0);
const expectClose = (actual: number[], expected: number[], tolerance: number) => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `${value} for ${expected[i]}`).toBeLessThan(
      tolerance * Math.abs(expected[i]) + 1e-6,
    );
  });
};

describe.each(['published', 'textbook'] as const)('UNet, %s variant, against PyTorch', (variant) => {
  const options: UNetOptions = { encoderFilters: [3, 2], decoderFilters: [4, 3, 2], inputChannels: 2, variant };
  const loss = (output: tf.Tensor) => tf.sum(tf.mul(output, wave(output.shape, 0.2, 0.05))) as tf.Scalar;

  it('computes the same values', () => {
    const unet = new UNet(options);
    setWaves(unet);
    tf.tidy(() => {
      expectClose(
        everyNth(unet.apply(wave([1, 8, 12, 2], 0.5, 0.37) as tf.Tensor4D), 23),
        recorded[variant].output,
        1e-5,
      );
    });
    unet.dispose();
  });

  it('has the same gradients', () => {
    const unet = new UNet(options);
    setWaves(unet);
    tf.tidy(() => {
      const x = wave([1, 8, 12, 2], 0.5, 0.37) as tf.Tensor4D;
      const inputGradient = tf.grad((input: tf.Tensor) => loss(unet.apply(input as tf.Tensor4D)))(x);
      expectClose(everyNth(inputGradient, 17), recorded[variant].inputGradient, 1e-3);
      const { grads } = tf.variableGrads(() => loss(unet.apply(x)));
      const paths = Object.keys(unet.parameters);
      expect(paths).toEqual(Object.keys(recorded[variant].gradients));
      expectClose(
        paths.map((path) => {
          const gradient = grads[unet.parameters[path].name];
          return gradient
            .mul(wave(gradient.shape, 0.1, 0.3))
            .sum()
            .dataSync()[0];
        }),
        Object.values(recorded[variant].gradients),
        1e-3,
      );
    });
    unet.dispose();
  });
});

describe('a conditioned UNet', () => {
  const options: UNetOptions = {
    encoderFilters: [3, 2],
    decoderFilters: [4, 3, 2],
    inputChannels: 2,
    variant: 'textbook',
    conditioned: true,
  };
  const input = () => wave([1, 8, 12, 2], 0.5, 0.37) as tf.Tensor4D;

  it('computes what PyTorch does, and has its gradients, that to the condition too', () => {
    const unet = new UNet(options);
    setWaves(unet);
    const { output, gradients, conditionGradient } = recorded.conditioned;
    tf.tidy(() => {
      const [x, condition] = [input(), tf.scalar(0.6)];
      expectClose(everyNth(unet.apply(x, condition), 23), output, 1e-5);
      const loss = (c: tf.Scalar) => tf.sum<tf.Scalar>(tf.mul(unet.apply(x, c), wave([1, 8, 12, 3], 0.2, 0.05)));
      const { grads } = tf.variableGrads(() => loss(condition));
      expect(Object.keys(unet.parameters)).toEqual(Object.keys(gradients));
      for (const [path, expected] of Object.entries(gradients)) {
        const gradient = grads[unet.parameters[path].name];
        expectClose(everyNth(gradient.mul(wave(gradient.shape, 0.1, 0.3)).sum(), 1), [expected], 1e-3);
      }
      const toCondition = tf.grad((c: tf.Tensor) => loss(c as tf.Scalar))(condition);
      expectClose(everyNth(toCondition, 1), [conditionGradient], 1e-3);
    });
    unet.dispose();
  });

  it('begins as the same network without a condition, whatever that is', () => {
    const [conditioned, plain] = [new UNet(options), new UNet({ ...options, conditioned: false })];
    tf.tidy(() => {
      const expected = plain.apply(input()).dataSync();
      for (const c of [-3, 0, 2.5]) expect(conditioned.apply(input(), tf.scalar(c)).dataSync()).toEqual(expected);
    });
    expect(Object.keys(plain.parameters)).toEqual(
      Object.keys(conditioned.parameters).filter((path) => !/(scale|shift)$/.test(path)),
    );
    for (const unet of [conditioned, plain]) unet.dispose();
  });

  it('asks for the condition, and refuses one where there is no use for it', () => {
    const [conditioned, plain] = [new UNet(options), new UNet({ ...options, conditioned: false })];
    tf.tidy(() => {
      expect(() => conditioned.apply(input())).toThrow('UNet.apply: the network is conditioned, got no condition');
      expect(() => plain.apply(input(), tf.scalar(1))).toThrow('the network is not conditioned, got a condition');
    });
    for (const unet of [conditioned, plain]) unet.dispose();
  });
});

describe('UNet', () => {
  const slim: UNetOptions = { encoderFilters: [4], decoderFilters: [4, 4], variant: 'textbook' };

  it('has initial weights that depend on the seed alone, Glorot-uniform, with zero biases', () => {
    const [a, again, b] = [1, 1, 2].map((seed) => new UNet({ encoderFilters: [32], decoderFilters: [32, 32], seed }));
    const kernel = (unet: UNet) => unet.parameters['decoder1/conv0/kernel'].dataSync();
    expect(kernel(a)).toEqual(kernel(again));
    expect(kernel(a)).not.toEqual(kernel(b));
    expect(kernel(a)).not.toEqual(a.parameters['decoder1/conv1/kernel'].dataSync());
    const limit = Math.sqrt(6 / (9 * 64));
    const values = Array.from(kernel(a), (value) => value / limit);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    expect(Math.abs(mean)).toBeLessThan(0.02); // 3.3 standard errors of 9,216 samples
    expect(Math.abs(variance - 1 / 3)).toBeLessThan(0.01);
    expect(Math.max(...a.parameters['decoder1/conv0/bias'].dataSync())).toBe(0);
    for (const unet of [a, again, b]) unet.dispose();
  });

  it('leaves nothing behind', () => {
    const before = tf.memory().numTensors;
    const unet = new UNet(slim);
    expect(tf.memory().numTensors - before).toBe(unet.trainableWeights.length);
    const x = tf.zeros<tf.Rank.R4>([1, 2, 4, 3]);
    const { value, grads } = tf.variableGrads(() => tf.sum(unet.apply(x)));
    tf.dispose([x, value, grads]);
    unet.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names what it was given and what it takes', () => {
    const unet = new UNet(slim);
    expect(() => unet.apply(tf.zeros([1, 6, 5, 3]))).toThrow(
      'UNet.apply: height and width must be multiples of 2, got 6 x 5',
    );
    expect(() => unet.apply(tf.zeros([1, 6, 6, 1]))).toThrow('UNet.apply: input has 1 channels, the network takes 3');
    unet.dispose();
    const before = tf.memory().numTensors;
    expect(() => new UNet({ encoderFilters: [8, 8], decoderFilters: [8, 8] })).toThrow(/one entry more.*got 2 and 2/);
    expect(() => new UNet({ encoderFilters: [], decoderFilters: [8] })).toThrow(/got 1 and 0/);
    expect(() => new UNet({ encoderFilters: [8.5], decoderFilters: [8, 8] })).toThrow(/encoderFilters.*got 8.5/);
    expect(() => new UNet({ inputChannels: 0 })).toThrow('inputChannels must be a whole number of at least 1, got 0');
    expect(() => new UNet({ variant: 'other' as 'textbook' })).toThrow("got 'other'");
    expect(tf.memory().numTensors).toBe(before);
  });
});
