import { readFile } from 'node:fs/promises';
import type { StoredTensor } from '@sandwich/engine';
import { reasonOf } from '@sandwich/trainer';
import { type Dataset, File, Group } from 'jsfive';
import type { KerasWeight, KerasWeights } from './keras-weights.js';

const branches: Record<string, string> = { Preprocessor: '_unet_preprocessor', Postprocessor: '_unet_postprocessor' };
const pointwise: Record<string, string> = {
  MLPPreprocessor: '_mlp_preprocessor',
  MLPPostprocessor: '_mlp_postprocessor',
};
/** Weights of the model itself, whose attributes are not called as their weights. */
const own: Record<string, string> = {
  preprocessor_scaler: '_unet_preprocessor_scaler',
  postprocessor_scaler: '_unet_postprocessor_scaler',
  unet_preprocessor_switch: '_unet_preprocessor_switch',
  unet_postprocessor_switch: '_unet_postprocessor_switch',
  configuration: '_configuration',
  gamma: 'gamma',
  num_mlp_layers: 'num_mlp_layers',
};

/**
 * Reads HDF5 weights as `model.save_weights('file.h5')` of Keras 2 writes them; attributes of the published model follow from
 * the names that its code gives to layers.
 *
 * @throws Error naming the file when it is damaged or of another kind.
 */
export async function readKerasHdf5(file: string): Promise<KerasWeights> {
  const bytes = await readFile(file).catch((error) => {
    throw new Error(`Keras weights ${file} cannot be read: ${error.message}`, { cause: error });
  });
  const datasets = ofHdf5(file, () => datasetsOf(new File(new Uint8Array(bytes).buffer, file)));
  if (datasets.some(([name]) => /\/vars\/\d+$/.test(name)))
    throw new Error(
      `Keras weights ${file} are in the format .weights.h5, which does not tell pre- from post-processor; ` +
        'save a tf.train.Checkpoint or, with Keras 2, an .h5 file',
    );
  return namedWeights(
    datasets.map(([name, dataset]) => ({ name, read: () => ofHdf5(`${file}: ${name}`, () => floatsOf(dataset)) })),
  );
}

/** jsfive fails in many ways where a file is damaged; often it throws a text. */
function ofHdf5<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Error(`Keras weights ${what} cannot be read: no HDF5, or damaged (${reasonOf(error)})`, {
      cause: error,
    });
  }
}

function datasetsOf(group: Group, path = ''): [name: string, dataset: Dataset][] {
  return group.keys.flatMap((key) => {
    const item = group.get(key);
    const name = path === '' ? key : `${path}/${key}`;
    return item instanceof Group ? datasetsOf(item, name) : [[name, item]];
  });
}

function namedWeights(all: KerasWeight[]): KerasWeights {
  const byPath = new Map<string, KerasWeight>();
  // Layers of a pointwise branch are numbered through the whole program.
  const order = (name: string) => Number(/conv2d_(\d+)\//.exec(name)?.[1] ?? 0);
  const layers = new Map<string, number[]>();
  for (const { name } of all) {
    const branch = pointwise[name.split('/')[0]];
    if (branch === undefined) continue;
    layers.set(
      branch,
      [...new Set([...(layers.get(branch) ?? []), order(name)])].sort((a, b) => a - b),
    );
  }
  for (const weight of all) {
    const path = attributeOf(weight.name, (branch) => layers.get(branch)!.indexOf(order(weight.name)));
    if (path !== undefined) byPath.set(path, weight);
  }
  return { all, find: (path) => byPath.get(path) };
}

/** @param name Such as `Preprocessor/PreprocessCompressPostprocess/Preprocessor/encoder_block_0/conv_1/kernel:0`. */
function attributeOf(name: string, layerOf: (branch: string) => number): string | undefined {
  const [group] = name.split('/');
  const leaf = name.split('/').at(-1)!.replace(/:0$/, '');
  if (group === 'EncodeDecodeIntra') return `intra_compression_layer/${leaf}`;
  if (group in pointwise) return `${pointwise[group]}/layer_with_weights-${layerOf(pointwise[group])}/${leaf}`;
  if (group in branches) {
    const block = /\/(encoder|decoder)_block_(\d+)\/conv_(\d+)\//.exec(name);
    const layer = block ? `_${block[1]}_blocks/${block[2]}/_block_layers/${block[3]}` : '_output_layer';
    return `${branches[group]}/${layer}/${leaf}`;
  }
  return own[leaf];
}

function floatsOf({ dtype, shape, value }: Dataset): StoredTensor {
  if (dtype !== '<f4') throw new Error(`it must be float32, its type is ${dtype}`);
  return { shape: [...shape], values: Float32Array.from(value as ArrayLike<number>) };
}
