import type { StoredTensor } from '@sandwich/engine';
import { restoreParameters } from '@sandwich/trainer';
import type { Sandwich } from '../sandwich.js';
import type { KerasWeight, KerasWeights } from './keras-weights.js';

const sides = { pre: 'preprocessor', post: 'postprocessor' } as const;
type Side = keyof typeof sides;

/** Variables of the published model that have no part in what the networks compute. */
const bookkeeping = [
  'num_mlp_layers',
  'gamma',
  '_configuration',
  'intra_compression_layer/use_jpeg_rate_model',
  'intra_compression_layer/run_jpeg_one_channel_at_a_time',
  'intra_compression_layer/run_jpeg_with_downsampled_chroma',
];

/**
 * Where the published Keras model (`PreprocessCompressPostprocess`) keeps what has this path here, as names of attributes.
 * Kernels have the same layout, [height, width, inputs, outputs].
 *
 * @param path Such as `pre/unet/encoder0/conv1/kernel`.
 * @param mlpLayers Layers of the pointwise branches.
 * @returns undefined where it has nothing of the kind.
 */
function publishedPath(path: string, mlpLayers: number): string | undefined {
  if (path === 'proxy/qstep') return 'intra_compression_layer/qstep';
  const [, side, rest] = /^(pre|post)\/(.*)$/.exec(path) ?? [];
  if (side === undefined) return undefined;
  const name = sides[side as Side];
  const [, coder, block, layer, leaf] = /^unet\/(encoder|decoder)(\d+)\/conv(\d+)\/(\w+)$/.exec(rest) ?? [];
  if (coder) return `_unet_${name}/_${coder}_blocks/${block}/_block_layers/${layer}/${leaf}`;
  const [, branch, part] = /^(unet\/output|mlp\/hidden|mlp\/output|scaler)\/?(\w*)$/.exec(rest) ?? [];
  if (branch === 'unet/output') return `_unet_${name}/_output_layer/${part}`;
  if (branch === 'mlp/hidden') return `_mlp_${name}/layer_with_weights-0/${part}`;
  if (branch === 'mlp/output') return `_mlp_${name}/layer_with_weights-${mlpLayers - 1}/${part}`;
  return branch && `_unet_${name}_scaler`;
}

/**
 * Puts the weights of the published Keras model into a model of the same networks.
 *
 * @throws Error naming every weight that is missing, left over, of another shape or another value than the model's; nothing is
 * changed then.
 */
export function assignPublishedWeights(model: Sandwich, published: KerasWeights): void {
  const differences: string[] = [];
  const used = new Set<KerasWeight>();
  const take = (path: string): KerasWeight | undefined => {
    const weight = published.find(path);
    if (weight) used.add(weight);
    return weight;
  };
  const scalar = (path: string): number | undefined => take(path)?.read().values[0];

  for (const path of bookkeeping) take(path);
  if (model.loopFilter)
    differences.push(
      'the loop filter cannot be imported: the published one works on gray levels, with black beyond the borders',
    );
  const minQstep = scalar('intra_compression_layer/min_qstep');
  const codec = model.proxy.describe();
  if (minQstep !== undefined && minQstep !== codec?.minQstep)
    differences.push(`min_qstep is ${minQstep}, the model has ${codec?.minQstep ?? 'a codec without one'}`);

  const stored: Record<string, StoredTensor> = {};
  for (const [path, { shape }] of Object.entries(model.parameters)) {
    const where = publishedPath(path, model.architecture.mlpLayers);
    if (where === undefined) continue;
    const weight = take(where);
    const tensor = weight?.read();
    if (!tensor) differences.push(`${where} (here ${path}, [${shape}]) is missing`);
    else if (tensor.shape.join() !== shape.join())
      differences.push(`${where} has shape [${tensor.shape}], ${path} here has [${shape}]`);
    else stored[path] = tensor;
  }
  for (const side of Object.keys(sides) as Side[]) {
    const on = scalar(`_unet_${sides[side]}_switch`) ?? 1;
    const scaler = scalar(`_unet_${sides[side]}_scaler`) ?? 1;
    const ours = stored[`${side}/scaler`];
    if (ours) ours.values[0] *= on;
    else if (model[side]?.unet && on * scaler !== 1)
      differences.push(`_unet_${sides[side]}_scaler times its switch is ${on * scaler}, the model has 1, fixed`);
  }
  for (const weight of published.all)
    if (!used.has(weight)) differences.push(`${weight.name} has no counterpart in the model`);
  if (differences.length > 0) throw new Error(`the weights do not fit the model: ${differences.join('; ')}`);
  restoreParameters(model.parameters, stored);
}
