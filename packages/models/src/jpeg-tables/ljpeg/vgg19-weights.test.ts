import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeSafetensors, startEngine } from '@sandwich/engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../../../../trainer/testing/temporary-folder.js';
import { LearnedJpeg } from './learned-jpeg.js';
import { assignVgg19 } from './vgg19-weights.js';

const folder = useTemporaryFolder();
const keras = fileURLToPath(new URL('./fixtures/vgg19.h5', import.meta.url));

beforeAll(() => startEngine());

/** The weights of fixtures/make_vgg19.py. */
const kernel = (r: number, c: number, i: number, o: number) => Math.fround((((5 * r + 3 * c + i) % 7) + (o % 5)) / 100);
const bias = (o: number) => Math.fround((o % 3) / 10);

/** Modules of torchvision: index, inputs and outputs. */
const modules = [
  [0, 3, 64],
  [2, 64, 64],
  [5, 64, 128],
  [7, 128, 128],
  [10, 128, 256],
  [12, 256, 256],
  [14, 256, 256],
  [16, 256, 256],
] as const;

/** The same weights as torchvision lays them out, OIHW. */
function torchvision(): Record<string, { shape: number[]; values: Float32Array }> {
  return Object.fromEntries(
    modules.flatMap(([index, inputs, outputs]) => {
      const values = Float32Array.from({ length: outputs * inputs * 9 }, (_, at) => {
        const [o, i, r, c] = [
          Math.floor(at / 9 / inputs),
          Math.floor(at / 9) % inputs,
          Math.floor((at % 9) / 3),
          at % 3,
        ];
        return kernel(r, c, i, o);
      });
      return [
        [`features.${index}.weight`, { shape: [outputs, inputs, 3, 3], values }],
        [
          `features.${index}.bias`,
          { shape: [outputs], values: Float32Array.from({ length: outputs }, (_, o) => bias(o)) },
        ],
      ];
    }),
  );
}

/** Looks at all weights of the last convolution, and at some of the others. */
function expectWeights({ attention }: LearnedJpeg): void {
  for (const [name, inputs, outputs] of [
    ['block1_conv1', 3, 64],
    ['block2_conv1', 64, 128],
    ['block3_conv4', 256, 256],
  ] as const) {
    const values = attention!.parameters[`vgg19/${name}/kernel`].dataSync();
    const wrong = Array.from(values.keys()).filter((at) => {
      const [o, i, place] = [at % outputs, Math.floor(at / outputs) % inputs, Math.floor(at / outputs / inputs)];
      return values[at] !== kernel(Math.floor(place / 3), place % 3, i, o);
    });
    expect(wrong.length, name).toBe(0);
    const biases = attention!.parameters[`vgg19/${name}/bias`].dataSync();
    expect([biases[0], biases[1], biases[2]]).toEqual([bias(0), bias(1), bias(2)]);
  }
}

describe('assignVgg19', () => {
  it('takes the file of Keras, by older names and by newer ones', async () => {
    const system = new LearnedJpeg({ attention: 'vgg19' });
    await assignVgg19(system, keras);
    expectWeights(system);
    system.dispose();
  });

  it('takes tensors of torchvision, whose kernels are the other way round', async () => {
    const file = join(folder(), 'vgg19.safetensors');
    await writeFile(file, encodeSafetensors({ tensors: torchvision(), metadata: {} }));
    const system = new LearnedJpeg({ attention: 'vgg19' });
    await assignVgg19(system, file);
    expectWeights(system);
    system.dispose();
  });

  it('says what is wrong with a file, or that there is nothing to give the weights to', async () => {
    const system = new LearnedJpeg({ attention: 'vgg19' });
    const nowhere = join(folder(), 'nowhere.safetensors');
    await expect(assignVgg19(system, nowhere)).rejects.toThrow(
      /there is no such file; data\/make-vgg19-weights.py makes it/,
    );
    const { 'features.16.bias': _, ...tensors } = torchvision();
    await writeFile(nowhere, encodeSafetensors({ tensors, metadata: {} }));
    await expect(assignVgg19(system, nowhere)).rejects.toThrow('features.16.bias');
    const damaged = join(folder(), 'vgg19.h5');
    await writeFile(damaged, 'nothing');
    await expect(assignVgg19(system, damaged)).rejects.toThrow(`Keras weights ${damaged} cannot be read`);
    const none = new LearnedJpeg();
    await expect(assignVgg19(none, keras)).rejects.toThrow('are for attention=vgg19, and attention is none');
    for (const each of [system, none]) each.dispose();
  });
});
