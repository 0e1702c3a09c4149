import { readFile } from 'node:fs/promises';
import { encodeSafetensors, type StoredTensor } from '@sandwich/engine';
import { describe, expect, it } from 'vitest';
import { syntheticTensors, useWeightFiles } from '../../testing/synthetic-weights.js';
import type { LpipsNet } from './backbones.js';
import { lpipsShapes, readLpipsWeights } from './lpips-weights.js';

const write = useWeightFiles();

describe('readLpipsWeights', () => {
  it('knows the tensors of each network', () => {
    const sizeOf = (net: LpipsNet) =>
      Object.values(lpipsShapes(net)).reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
    // Convolutions of torchvision's alexnet, squeezenet1_1 and vgg16, and the channels of their taps.
    expect(sizeOf('alex')).toBe(2_469_696 + 1152);
    expect(sizeOf('squeeze')).toBe(722_496 + 2240);
    expect(sizeOf('vgg')).toBe(14_714_688 + 1472);
    expect(lpipsShapes('vgg')['backbone.features.28.weight']).toEqual([512, 512, 3, 3]);
    expect(lpipsShapes('squeeze')['backbone.features.12.expand3x3.weight']).toEqual([256, 64, 3, 3]);
  });

  it('reads what fits', async () => {
    const tensors = syntheticTensors('squeeze');
    const weights = await write('good', tensors);
    const { convolutions, heads } = await readLpipsWeights({ net: 'squeeze', weights, sha256: null });
    expect(convolutions['3.squeeze'].kernel).toEqual(tensors['backbone.features.3.squeeze.weight']);
    expect(convolutions['12.expand3x3'].bias).toEqual(tensors['backbone.features.12.expand3x3.bias']);
    expect(heads.map(({ shape }) => shape)).toEqual([[64], [128], [256], [384], [384], [512], [512]]);
  });

  const changed = (change: (tensors: Record<string, StoredTensor>) => void) => {
    const tensors = syntheticTensors('squeeze');
    change(tensors);
    return encodeSafetensors({ tensors, metadata: {} });
  };
  const bias = 'backbone.features.0.bias';
  const cases: [name: string, content: () => Uint8Array, reason: string][] = [
    ['empty', () => new Uint8Array(), '0 bytes do not begin with a safetensors header'],
    [
      'foreign',
      () => new TextEncoder().encode('PK\u0003\u0004 a file of PyTorch'),
      'do not begin with a safetensors header',
    ],
    ['huge header', () => new Uint8Array(64).fill(255), 'do not begin with a safetensors header'],
    ['truncated', () => changed(() => {}).subarray(0, 2_000_000), 'the file is truncated or damaged'],
    [
      'another network',
      () => encodeSafetensors({ tensors: syntheticTensors('alex'), metadata: {} }),
      'expected [64,3,3,3], and ',
    ],
    ['missing', () => changed((t) => delete t[bias]), `${bias} of shape [64] is missing`],
    ['one too many', () => changed((t) => (t.extra = t[bias])), 'extra is not part of squeeze'],
    [
      'another shape',
      () => changed((t) => (t[bias] = { ...t[bias], shape: [8, 8] })),
      `${bias} has shape [8,8], expected [64]`,
    ],
    [
      'another type',
      () => changed((t) => (t[bias] = { shape: [64], values: new Int32Array(64) })),
      `${bias} is not float32`,
    ],
    [
      'not a number',
      () => changed((t) => (t[bias].values[3] = Number.NaN)),
      `${bias} holds values that are not finite`,
    ],
    ['other values', () => changed(() => {}), 'expected a906599d03b946e6'],
  ];
  it.each(cases)('refuses a file: %s', async (name, content, reason) => {
    const weights = await write(name, content());
    const error: Error = await readLpipsWeights({ net: 'squeeze', weights }).catch((e) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toContain(`LPIPS weights ${weights} cannot be used for squeeze: `);
    expect(error.message).toContain(reason);
  });

  it('checks the SHA-256 that it is given', async () => {
    const weights = await write('good', syntheticTensors('squeeze'));
    const wanted = { net: 'squeeze', weights, sha256: 'abc' } as const;
    const { message }: Error = await readLpipsWeights(wanted).catch((e) => e);
    const actual = /its values is ([0-9a-f]{64}), expected abc/.exec(message)?.[1];
    // The hash is of the values alone, as they lie in the file, so that metadata do not matter.
    const { createHash } = await import('node:crypto');
    const bytes = await readFile(weights);
    const values = bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
    expect(actual).toBe(createHash('sha256').update(values).digest('hex'));
    await expect(readLpipsWeights({ ...wanted, sha256: actual })).resolves.toBeDefined();
  });

  it('says that there is no file, and no such network', async () => {
    await expect(readLpipsWeights({ net: 'alex', weights: '/nowhere/alex' })).rejects.toThrow(
      'LPIPS weights /nowhere/alex cannot be used for alex: there is no such file; data/make-lpips-weights.py makes it',
    );
    await expect(readLpipsWeights({ net: 'alexa' as LpipsNet, weights: '/nowhere' })).rejects.toThrow(
      "LPIPS: unknown net 'alexa'; known are alex, squeeze, vgg",
    );
  });
});
