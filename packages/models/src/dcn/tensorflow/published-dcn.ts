import { tf } from '@sandwich/engine';
import { codebookRange, type DcnArchitecture, resolveDcnArchitecture } from '../architecture.js';
import { Dcn } from '../dcn.js';
import { convolutionsOf, decoderLayers, encoderLayers } from '../network/layers.js';
import { type GraphConstant, type GraphNode, readFrozenGraph } from './frozen-graph.js';

/** Weights of a published DCN by path, as `Dcn.parameters`, and what it is built from. */
export interface PublishedDcn {
  architecture: DcnArchitecture;
  weights: Record<string, GraphConstant>;
}

const fail = (reason: string): never => {
  throw new Error(`the graph is no DCN as published: ${reason}`);
};

/** The nodes by name, and what can be asked of them. */
class Graph {
  readonly #nodes: Map<string, GraphNode>;

  constructor(readonly nodes: readonly GraphNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.name, node]));
  }

  /** @throws Error when there is no such node */
  node(name: string): GraphNode {
    return this.#nodes.get(name) ?? fail(`it has no node ${name}`);
  }

  /** The constant that a name stands for, through nodes that pass it on. */
  constant(name: string): GraphConstant | undefined {
    let node = this.#nodes.get(name);
    for (let steps = 0; node?.op === 'Identity' && steps < this.nodes.length; steps++)
      node = this.#nodes.get(node.inputs[0]);
    return node?.constant;
  }

  /** Kernel and bias of each convolution, in the graph's order. */
  convolutions(): { name: string; kernel: GraphConstant; bias: GraphConstant }[] {
    const sums = this.nodes.filter(({ op }) => ['BiasAdd', 'Add', 'AddV2'].includes(op));
    return this.nodes
      .filter(({ op }) => op === 'Conv2D')
      .map(({ name, inputs, texts }) => {
        if ((texts.data_format ?? 'NHWC') !== 'NHWC')
          fail(`the convolution ${name} is of the format ${texts.data_format}`);
        const kernel = this.constant(inputs[1]) ?? fail(`the kernel of ${name} is no constant`);
        const sum = sums.find((each) => each.inputs[0] === name && this.constant(each.inputs[1])?.shape.length === 1);
        const bias = sum ? this.constant(sum.inputs[1]) : undefined;
        return { name, kernel, bias: bias ?? fail(`the convolution ${name} has no bias`) };
      });
  }

  /** The number that the latent is multiplied by: between the last convolution of the encoder and the node of the latent. */
  scale(latent: string): GraphConstant | undefined {
    let node: GraphNode | undefined = this.node(latent);
    for (let steps = 0; node && steps < this.nodes.length; steps++) {
      if (['Conv2D', 'BiasAdd', 'Add', 'AddV2'].includes(node.op)) return undefined;
      if (node.op === 'Mul') {
        const numbers = node.inputs.map((input) => this.constant(input));
        const number = numbers.find((each) => each?.values.length === 1);
        if (number) return number;
      }
      node = this.#nodes.get(node.inputs[0]);
    }
    return undefined;
  }
}

/** Bits of a symbol whose codebook has these values. @throws Error when they are not the integers of a codebook */
function bitsOf({ values }: GraphConstant): number {
  const bits = Math.log2(values.length);
  const [lowest, highest] = Number.isInteger(bits) ? codebookRange({ bits }) : [0, -1];
  const fits = highest - lowest + 1 === values.length && values.every((value, i) => value === lowest + i);
  return fits
    ? bits
    : fail(`its codebook is ${Array.from(values).slice(0, 4).join(', ')} ... of ${values.length} values`);
}

/**
 * Reads a DCN of l3ic from its frozen graph (`.pb`): the nodes `x_<scope>`, `<scope>/latent` and `<scope>/optimization/entropy/Const`, whose scope is
 * `twitterdcn` as published, are checked; kernels and biases are those of its convolutions in the graph's order, encoder first.
 *
 * @throws Error when the bytes are no graph, or a graph of something else, with the node or the shape that does not fit
 */
export function readPublishedDcn(bytes: Uint8Array): PublishedDcn {
  const graph = new Graph(readFrozenGraph(bytes));
  const input = graph.nodes.find(({ name, op }) => op === 'Placeholder' && name.startsWith('x_'));
  if (!input) return fail('it has no input x_twitterdcn');
  const scope = input.name.slice('x_'.length);
  const scale = graph.scale(`${scope}/latent`);
  const codebook = graph.constant(graph.node(`${scope}/optimization/entropy/Const`).name);
  const bits = bitsOf(codebook ?? fail(`${scope}/optimization/entropy/Const holds no numbers`));
  const found = graph.convolutions();
  const encoders = encoderLayers(1).flatMap(convolutionsOf).length;
  const features = found[encoders - 1]?.kernel.shape[3] ?? fail(`it has ${found.length} convolutions`);
  const architecture = resolveDcnArchitecture({ features, bits, scaleLatent: scale !== undefined });
  const wanted = [
    ...encoderLayers(features)
      .flatMap(convolutionsOf)
      .map((layer) => ({ ...layer, path: `encoder/${layer.name}` })),
    ...decoderLayers(features)
      .flatMap(convolutionsOf)
      .map((layer) => ({ ...layer, path: `decoder/${layer.name}` })),
  ];
  if (found.length !== wanted.length) fail(`it has ${found.length} convolutions, and a DCN ${wanted.length}`);
  const weights: Record<string, GraphConstant> = scale ? { scale: { shape: [], values: scale.values } } : {};
  for (const [i, { path, size, inputs, outputs }] of wanted.entries()) {
    const { name, kernel, bias } = found[i];
    const shape = [size, size, inputs, outputs];
    if (`${kernel.shape}` !== `${shape}`)
      fail(`the kernel of ${name} has the shape [${kernel.shape}], that of ${path} [${shape}]`);
    if (`${bias.shape}` !== `${outputs}`)
      fail(`the bias of ${name} has the shape [${bias.shape}], that of ${path} [${outputs}]`);
    weights[`${path}/kernel`] = kernel;
    weights[`${path}/bias`] = bias;
  }
  return { architecture, weights };
}

/** A DCN with published weights. The engine must have been started. */
export function buildPublishedDcn({ architecture, weights }: PublishedDcn): Dcn {
  const dcn = new Dcn(architecture);
  tf.tidy(() => {
    for (const [path, variable] of Object.entries(dcn.parameters)) {
      variable.assign(tf.tensor(weights[path].values, variable.shape));
    }
  });
  return dcn;
}
