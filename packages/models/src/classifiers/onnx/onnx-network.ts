import { tf } from '@sandwich/engine';
import { type OnnxModel, type OnnxNode, type OnnxPort, readOnnx } from '@sandwich/onnx';
import { GraphNode, isTensor, type Kernel, type NodeInputs, type Value } from './graph-node.js';
import { type HostArray, hostArray } from './host-arrays.js';
import { operators } from './operators/operators.js';

/** Versions of ONNX's operators that are understood. */
const OPSETS = { least: 11, most: 18 };

const FLOAT = 1;

/** A node that depends on the images. */
interface Step {
  node: OnnxNode;
  kernel: Kernel;
}

const described = ({ name, operator, outputs }: OnnxNode): string => `the node '${name || outputs[0]}' (${operator})`;

/** Does something for a node, and says for which where that fails. */
function forNode<T>(node: OnnxNode, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`${described(node)}: ${(error as Error).message}`, { cause: error });
  }
}

function assertSupported({ opset, nodes }: OnnxModel): void {
  if (opset < OPSETS.least || opset > OPSETS.most) {
    throw new Error(`its operators are of version ${opset}; versions ${OPSETS.least} to ${OPSETS.most} are supported`);
  }
  const missing = nodes.filter(
    ({ operator, domain }) => domain !== '' || (operator !== 'Constant' && !Object.hasOwn(operators, operator)),
  );
  if (missing.length === 0) return;
  const names = new Map(missing.map((node) => [`${node.domain ? `${node.domain}.` : ''}${node.operator}`, node]));
  const listed = [...names].map(([name, { name: node, outputs }]) => `${name} (node '${node || outputs[0]}')`);
  throw new Error(
    `it needs operators that are not supported: ${listed.join(', ')}; supported are Constant, ${Object.keys(operators).sort().join(', ')}`,
  );
}

function constantOf(node: OnnxNode): HostArray {
  const { value, value_float: float, value_floats: floats, value_int: int, value_ints: ints } = node.attributes;
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  if (typeof float === 'number') return hostArray([float], [], 'float');
  if (Array.isArray(floats)) return hostArray(floats, [floats.length], 'float');
  if (typeof int === 'number') return hostArray([int], []);
  if (Array.isArray(ints)) return hostArray(ints);
  throw new Error(`holds no numbers but ${Object.keys(node.attributes).join(', ') || 'nothing'}`);
}

/** A tensor of an array on the host. */
function toTensor({ type, shape, values }: HostArray): tf.Tensor {
  if (type === 'boolean') return tf.tensor(Uint8Array.from(values), [...shape], 'bool');
  return tf.tensor(Float32Array.from(values), [...shape], 'float32');
}

const toHost = (value: Value): HostArray =>
  isTensor(value) ? hostArray(value.dataSync<'float32'>(), value.shape, 'float') : value;

/**
 * The graph of an ONNX model in TensorFlow.js's ops, differentiable to its input. What depends on constants alone is computed once.
 *
 * Integers and truth values are computed on the host: those that depend on the values of the input are refused.
 */
export class OnnxNetwork {
  /** What the graph is given: floats. */
  readonly input: OnnxPort;
  readonly #output: string;
  readonly #constants: Map<string, HostArray>;
  /** Constants of which tensors were asked for. */
  readonly #tensors = new Map<string, tf.Tensor>();
  readonly #owned: { dispose(): void }[] = [];
  readonly #steps: Step[] = [];

  /** @throws Error when the model is damaged, has other inputs than one of floats, or needs what is not supported; it names the node */
  constructor(bytes: Uint8Array) {
    const model = readOnnx(bytes);
    const { inputs, outputs, nodes, opset, constants } = model;
    if (inputs.length !== 1 || inputs[0].type !== FLOAT) {
      const found = inputs.map(({ name, type }) => `'${name}'${type === FLOAT ? '' : ', no float32'}`).join('; ');
      throw new Error(`it must have one input of float32, got ${inputs.length}: ${found || 'none'}`);
    }
    if (outputs.length === 0) throw new Error('it has no output');
    assertSupported(model);
    this.input = inputs[0];
    this.#output = outputs[0].name;
    this.#constants = new Map(constants);
    try {
      for (const node of nodes) forNode(node, () => this.#add(node, opset));
      if (this.#steps.every(({ node }) => !node.outputs.includes(this.#output))) {
        throw new Error(`its output '${this.#output}' does not depend on its input`);
      }
    } catch (error) {
      this.dispose();
      throw error;
    }
    // Those of which only other constants were made.
    this.#releaseTensors();
  }

  /** The output for an input, differentiable. @throws Error naming the node that cannot be computed for it */
  run(input: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const values = new Map<string, Value>([[this.input.name, input]]);
      for (const { node, kernel } of this.#steps) {
        const results = forNode(node, () => [kernel(this.#inputsOf(node, values))].flat());
        for (const [i, name] of node.outputs.entries()) if (name !== '') values.set(name, results[i]);
      }
      const output = values.get(this.#output)!;
      return isTensor(output) ? output : toTensor(output);
    });
  }

  /** Frees the weights. */
  dispose(): void {
    for (const resource of this.#owned.splice(0)) resource.dispose();
    this.#releaseTensors();
  }

  #releaseTensors(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }

  #add(node: OnnxNode, opset: number): void {
    if (node.operator === 'Constant') {
      this.#constants.set(node.outputs[0], constantOf(node));
      return;
    }
    const isConstant = node.inputs.every((name) => name === '' || this.#constants.has(name));
    const own = <T extends { dispose(): void }>(resource: T): T => {
      this.#owned.push(resource);
      return resource;
    };
    const kernel = operators[node.operator](new GraphNode(node, opset, this.#constants, own));
    if (!isConstant) {
      this.#steps.push({ node, kernel });
      return;
    }
    const results: HostArray[] = [];
    tf.tidy(() => {
      results.push(...[kernel(this.#inputsOf(node, new Map()))].flat().map(toHost));
    });
    for (const [i, name] of node.outputs.entries()) if (name !== '') this.#constants.set(name, results[i]);
  }

  #inputsOf({ inputs }: OnnxNode, values: ReadonlyMap<string, Value>): NodeInputs {
    const nameOf = (i: number): string => {
      if (inputs[i]) return inputs[i];
      throw new Error(`input ${i} is missing`);
    };
    const tensor = (i: number): tf.Tensor => {
      const name = nameOf(i);
      const value = values.get(name);
      if (value) return isTensor(value) ? value : toTensor(value);
      const kept = this.#tensors.get(name) ?? tf.keep(toTensor(this.#constants.get(name)!));
      this.#tensors.set(name, kept);
      return kept;
    };
    const isFloat = (i: number) => !values.has(nameOf(i)) && this.#constants.get(nameOf(i))!.type === 'float';
    return {
      count: inputs.length,
      has: (i) => Boolean(inputs[i]),
      tensor,
      value: (i) => values.get(nameOf(i)) ?? (isFloat(i) ? tensor(i) : this.#constants.get(nameOf(i))!),
      host: (i) => {
        const value = values.get(nameOf(i)) ?? this.#constants.get(nameOf(i))!;
        if (!isTensor(value)) return value;
        throw new Error(`its input '${inputs[i]}' depends on the values of the images`);
      },
    };
  }
}
