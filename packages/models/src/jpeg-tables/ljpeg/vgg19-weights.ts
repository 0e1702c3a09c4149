import { readTensors, type StoredTensor, tf } from '@sandwich/engine';
import { readKerasHdf5 } from '../../sandwich/keras/keras-hdf5.js';
import type { LearnedJpeg } from './learned-jpeg.js';

/** Convolutions of VGG19 up to its third block: the layer in Keras and the index of its module in torchvision's `features`. */
const layers: { name: string; index: number; inputs: number; outputs: number }[] = [
  { name: 'block1_conv1', index: 0, inputs: 3, outputs: 64 },
  { name: 'block1_conv2', index: 2, inputs: 64, outputs: 64 },
  { name: 'block2_conv1', index: 5, inputs: 64, outputs: 128 },
  { name: 'block2_conv2', index: 7, inputs: 128, outputs: 128 },
  { name: 'block3_conv1', index: 10, inputs: 128, outputs: 256 },
  { name: 'block3_conv2', index: 12, inputs: 256, outputs: 256 },
  { name: 'block3_conv3', index: 14, inputs: 256, outputs: 256 },
  { name: 'block3_conv4', index: 16, inputs: 256, outputs: 256 },
];

type Weights = Record<string, { kernel: StoredTensor; bias: StoredTensor }>;

/** OIHW to HWIO. */
function transposedKernel({ shape: [outputs, inputs, height, width], values }: StoredTensor): StoredTensor {
  const kernel = new Float32Array(values.length);
  for (let o = 0, from = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let at = 0; at < height * width; at++, from++) kernel[(at * inputs + i) * outputs + o] = values[from];
    }
  }
  return { shape: [height, width, inputs, outputs], values: kernel };
}

async function torchvisionWeights(file: string): Promise<Weights> {
  const shapes = Object.fromEntries(
    layers.flatMap(({ index, inputs, outputs }) => [
      [`features.${index}.weight`, [outputs, inputs, 3, 3]],
      [`features.${index}.bias`, [outputs]],
    ]),
  );
  const remedy = 'data/make-vgg19-weights.py makes it from the file of torchvision';
  const tensors = await readTensors(file, { shapes, owner: 'VGG19 up to block3', title: 'weights', remedy });
  return Object.fromEntries(
    layers.map(({ name, index }) => [
      name,
      { kernel: transposedKernel(tensors[`features.${index}.weight`]), bias: tensors[`features.${index}.bias`] },
    ]),
  );
}

async function kerasWeights(file: string): Promise<Weights> {
  const { all } = await readKerasHdf5(file);
  const read = (layer: string, part: 'kernel' | 'bias', shape: number[]): StoredTensor => {
    // Older files of Keras call them block1_conv1_W_1:0 and block1_conv1_b_1:0.
    const leaf = part === 'kernel' ? /(kernel|_W(_\d+)?)(:0)?$/ : /(bias|_b(_\d+)?)(:0)?$/;
    const found = all.find(({ name }) => name.split('/').includes(layer) && leaf.test(name));
    if (!found) throw new Error(`weights ${file} hold no ${part} of ${layer}, a layer of VGG19`);
    const tensor = found.read();
    if (`${tensor.shape}` !== `${shape}`)
      throw new Error(`weights ${file}: ${found.name} is [${tensor.shape}], expected [${shape}]`);
    if (!tensor.values.every(Number.isFinite))
      throw new Error(`weights ${file}: ${found.name} holds values that are not finite`);
    return tensor;
  };
  return Object.fromEntries(
    layers.map(({ name, inputs, outputs }) => [
      name,
      { kernel: read(name, 'kernel', [3, 3, inputs, outputs]), bias: read(name, 'bias', [outputs]) },
    ]),
  );
}

/**
 * Gives a system's VGG19 the weights that it was trained with on ImageNet.
 *
 * @param file `.h5` as Keras publishes it (`vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5`), or `.safetensors` with the tensors
 * `features.0.weight` to `features.16.bias` of torchvision, as `data/make-vgg19-weights.py` writes it
 * @throws Error when the system has no VGG19, or the file is not there, damaged, or holds other layers
 */
export async function assignVgg19({ attention }: LearnedJpeg, file: string): Promise<void> {
  if (attention?.name !== 'vgg19')
    throw new Error(`the weights ${file} are for attention=vgg19, and attention is ${attention?.name ?? 'none'}`);
  const weights = /\.(h5|hdf5)$/.test(file) ? await kerasWeights(file) : await torchvisionWeights(file);
  for (const [name, parts] of Object.entries(weights)) {
    for (const [part, { shape, values }] of Object.entries(parts)) {
      tf.tidy(() => attention.parameters[`vgg19/${name}/${part}`].assign(tf.tensor(values, shape)));
    }
  }
}
