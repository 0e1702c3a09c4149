import { tf } from '@sandwich/engine';
import type { OnnxNode } from '@sandwich/onnx';
import type { HostArray } from './host-arrays.js';

/** What flows through a graph: floats that may depend on the images are tensors, integers and truth values are on the host. */
export type Value = tf.Tensor | HostArray;

export const isTensor = (value: Value): value is tf.Tensor => value instanceof tf.Tensor;

/** What a node is given when the graph runs. */
export interface NodeInputs {
  /** How many there are, those left out in between included. */
  readonly count: number;
  has(i: number): boolean;
  value(i: number): Value;
  /** As a tensor, from wherever. */
  tensor(i: number): tf.Tensor;
  /** On the host. @throws Error when it depends on the images */
  host(i: number): HostArray;
}

/** Computes the outputs of a node. */
export type Kernel = (inputs: NodeInputs) => Value | Value[];

/** What an operator is prepared from, before the graph runs. */
export class GraphNode {
  constructor(
    private readonly node: OnnxNode,
    /** The version of ONNX's operators. */
    readonly opset: number,
    private readonly constants: ReadonlyMap<string, HostArray>,
    /** Takes what is to be disposed of with the graph. */
    readonly own: <T extends { dispose(): void }>(resource: T) => T,
  ) {}

  /** How many outputs are asked for. */
  get outputs(): number {
    return this.node.outputs.length;
  }

  /** An input that is a constant. */
  constant(i: number): HostArray | undefined {
    return this.constants.get(this.node.inputs[i] ?? '');
  }

  /** @throws Error when the input is no constant */
  required(i: number, what: string): HostArray {
    const constant = this.constant(i);
    if (!constant) throw new Error(`its ${what} must be constants`);
    return constant;
  }

  has(attribute: string): boolean {
    return Object.hasOwn(this.node.attributes, attribute);
  }

  number(attribute: string, otherwise: number): number {
    return this.of('number', attribute) ?? otherwise;
  }

  text(attribute: string, otherwise: string): string {
    return this.of('string', attribute) ?? otherwise;
  }

  numbers(attribute: string): number[] | undefined {
    const value = this.node.attributes[attribute];
    if (value === undefined || Array.isArray(value)) return value;
    throw new Error(`its attribute ${attribute} is no list of numbers`);
  }

  /** A tensor as attribute. */
  array(attribute: string): HostArray | undefined {
    const value = this.node.attributes[attribute];
    if (value === undefined || (typeof value === 'object' && 'values' in value)) return value as HostArray | undefined;
    throw new Error(`its attribute ${attribute} is no tensor`);
  }

  private of(type: 'number', attribute: string): number | undefined;
  private of(type: 'string', attribute: string): string | undefined;
  private of(type: 'number' | 'string', attribute: string): unknown {
    const value = this.node.attributes[attribute];
    if (value === undefined || typeof value === type) return value;
    throw new Error(`its attribute ${attribute} is no ${type === 'number' ? 'number' : 'text'}`);
  }
}

/** Prepares the kernel of a node. */
export type Operator = (node: GraphNode) => Kernel;

/** An axis counted from the front. @throws RangeError when there is none */
export function axisOf(axis: number, rank: number): number {
  if (axis >= -rank && axis < Math.max(rank, 1)) return axis < 0 ? axis + rank : axis;
  throw new RangeError(`there is no axis ${axis} among ${rank}`);
}
