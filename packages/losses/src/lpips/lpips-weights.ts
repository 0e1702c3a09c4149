import { createHash } from 'node:crypto';
import { readTensors, type StoredTensor } from '@sandwich/engine';
import { backbones, convolutionsOf, type LpipsNet } from './backbones.js';

/** Where weights of LPIPS come from. */
export interface LpipsWeightsOptions {
  net: LpipsNet;
  /** A .safetensors file: `backbone.features.*` of torchvision (OIHW), `lin.lin*.model.1.weight` of LPIPS v0.1. */
  weights: string;
  /** SHA-256 of the weights' bytes in the network's order. Default: the published weights'; null for weights of your own. */
  sha256?: string | null;
}

/** Weights of one convolution of a backbone. */
export interface ConvolutionWeights {
  /** OIHW. */
  kernel: StoredTensor;
  bias: StoredTensor;
}

/** All weights of one network of LPIPS. */
export interface LpipsWeights {
  /** By the name of the convolution in torchvision. */
  convolutions: Record<string, ConvolutionWeights>;
  /** Weight of each channel, one tensor a tap. */
  heads: StoredTensor[];
}

/** Hashes of torchvision's weights with the heads of LPIPS v0.1. Not known for VGG. */
const PUBLISHED: Partial<Record<LpipsNet, string>> = {
  alex: 'd35548de7be601b33a9e8583d227dd0a60df4f941f0c15480e03741a429a13ba',
  squeeze: 'a906599d03b946e64875853d573b35601330a4c2dc471df42d4a5b27ff5e56fe',
};

const kernelName = (name: string): string => `backbone.features.${name}.weight`;
const biasName = (name: string): string => `backbone.features.${name}.bias`;
const headName = (index: number): string => `lin.lin${index}.model.1.weight`;

/** Names and shapes of all tensors of a network, in its order. */
export function lpipsShapes(net: LpipsNet): Record<string, number[]> {
  const layers = backbones[net];
  const convolutions = layers.flatMap(convolutionsOf);
  const taps = layers.filter((layer) => layer.op === 'tap');
  return Object.fromEntries([
    ...convolutions.flatMap(({ name, inputs, outputs, size }) => [
      [kernelName(name), [outputs, inputs, size, size]],
      [biasName(name), [outputs]],
    ]),
    ...taps.map(({ channels }, i) => [headName(i), [channels]]),
  ]);
}

function digest(tensors: Record<string, StoredTensor>, net: LpipsNet): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(lpipsShapes(net))) {
    const { values } = tensors[name];
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

/**
 * Reads and checks the weights of LPIPS.
 *
 * @throws Error naming the file and what is wrong with it: not there, truncated, not safetensors, missing or foreign
 * tensors, other shapes, values that are not finite, or another checksum.
 */
export async function readLpipsWeights({ net, weights, sha256 }: LpipsWeightsOptions): Promise<LpipsWeights> {
  if (!Object.hasOwn(backbones, net))
    throw new Error(`LPIPS: unknown net '${net}'; known are ${Object.keys(backbones).join(', ')}`);
  const tensors = await readTensors(weights, {
    shapes: lpipsShapes(net),
    owner: net,
    title: 'LPIPS weights',
    remedy: 'data/make-lpips-weights.py makes it',
  });
  const expected = sha256 === undefined ? PUBLISHED[net] : (sha256 ?? undefined);
  const actual = digest(tensors, net);
  if (expected !== undefined && actual !== expected)
    throw new Error(
      `LPIPS weights ${weights} cannot be used for ${net}: the SHA-256 of its values is ${actual}, expected ${expected}; ` +
        'pass sha256: null for weights of your own',
    );
  const taps = backbones[net].filter((layer) => layer.op === 'tap');
  return {
    convolutions: Object.fromEntries(
      backbones[net]
        .flatMap(convolutionsOf)
        .map(({ name }) => [name, { kernel: tensors[kernelName(name)], bias: tensors[biasName(name)] }]),
    ),
    heads: taps.map((_, i) => tensors[headName(i)]),
  };
}
