import { attributeKinds, ModelProto, type OnnxType, onnxTypes } from './onnx-schema.js';

/** A value that flows through a graph: an input, a constant or an output of a node. */
export interface OnnxValue {
  readonly name: string;
}

/** Whole numbers and texts as they are; numbers of floating point wrapped, since ONNX tells them apart. */
export type OnnxAttribute = number | readonly number[] | string | { float: number } | { floats: readonly number[] };

/** Sizes of a tensor; a text names one that is known only when the graph runs. */
export type OnnxShape = readonly (number | string)[];

/** Operators as of this version of ONNX's default domain, and the file format that goes with it. */
const OPSET = 18;
const IR_VERSION = 8;

const product = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

function attributeProto(name: string, attribute: OnnxAttribute): object {
  const wrong = (what: unknown) =>
    new TypeError(
      `OnnxGraph: attribute ${name} holds ${what}; wrap numbers that are not whole as { float } or { floats }`,
    );
  if (typeof attribute === 'string')
    return { name, type: attributeKinds.string, s: new TextEncoder().encode(attribute) };
  if (typeof attribute === 'number') {
    if (!Number.isSafeInteger(attribute)) throw wrong(attribute);
    return { name, type: attributeKinds.int, i: attribute };
  }
  if ('float' in attribute) return { name, type: attributeKinds.float, f: attribute.float };
  if ('floats' in attribute) return { name, type: attributeKinds.floats, floats: attribute.floats };
  const bad = attribute.find((value) => !Number.isSafeInteger(value));
  if (bad !== undefined) throw wrong(bad);
  return { name, type: attributeKinds.ints, ints: attribute };
}

const valueInfo = (name: string, shape: OnnxShape, type: OnnxType): object => ({
  name,
  type: {
    tensor_type: {
      elem_type: onnxTypes[type],
      shape: { dim: shape.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size })) },
    },
  },
});

/**
 * Builds an ONNX model node by node and writes it as the bytes of an .onnx file (IR version 8, operator set 18).
 *
 * @example
 * const graph = new OnnxGraph('double');
 * const x = graph.input('x', ['N', 3]);
 * graph.output('y', graph.node('Mul', [x, graph.constant([2], [])]), ['N', 3]);
 * await writeFile('double.onnx', graph.encode());
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #names = new Set<string>();
  readonly #inputs: object[] = [];
  readonly #outputs: object[] = [];
  readonly #constants: object[] = [];
  readonly #nodes: object[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws Error when the name is taken. */
  input(name: string, shape: OnnxShape, type: OnnxType = 'float'): OnnxValue {
    const value = this.#define(name);
    this.#inputs.push(valueInfo(name, shape, type));
    return value;
  }

  /**
   * A tensor that is stored in the model: float32, or int64 for shapes and axes.
   *
   * @throws Error when shape and values disagree.
   */
  constant(
    values: ArrayLike<number>,
    shape: readonly number[],
    type: Exclude<OnnxType, 'uint8'> = 'float',
    name?: string,
  ): OnnxValue {
    if (product(shape) !== values.length)
      throw new Error(`OnnxGraph: a constant of shape [${shape}] needs ${product(shape)} values, got ${values.length}`);
    const value = this.#define(name ?? this.#fresh('constant'));
    const raw = type === 'float' ? Float32Array.from(values) : BigInt64Array.from(Array.from(values, BigInt));
    this.#constants.push({
      name: value.name,
      dims: shape,
      data_type: onnxTypes[type],
      raw_data: new Uint8Array(raw.buffer),
    });
    return value;
  }

  /**
   * Adds an operator with one output.
   *
   * @param operator such as `Conv`, see https://onnx.ai/onnx/operators
   * @param inputs `null` for an optional one that is left out
   * @param name of its output, and of the node in error messages; default one that is free
   * @throws Error when an input is not a value of this graph, or the name is taken.
   */
  node(
    operator: string,
    inputs: readonly (OnnxValue | null)[],
    attributes: Record<string, OnnxAttribute> = {},
    name?: string,
  ): OnnxValue {
    for (const input of inputs) if (input) this.#check(input);
    const value = this.#define(name ?? this.#fresh(operator));
    this.#nodes.push({
      input: inputs.map((input) => input?.name ?? ''),
      output: [value.name],
      name: value.name,
      op_type: operator,
      attribute: Object.entries(attributes).map(([key, attribute]) => attributeProto(key, attribute)),
    });
    return value;
  }

  /** The same values in another type. */
  cast(value: OnnxValue, type: OnnxType): OnnxValue {
    return this.node('Cast', [value], { to: onnxTypes[type] });
  }

  /** Makes a value an output of the model, under a name of its own. */
  output(name: string, value: OnnxValue, shape: OnnxShape, type: OnnxType = 'float'): void {
    this.#check(value);
    this.#define(name);
    this.#nodes.push({ input: [value.name], output: [name], name, op_type: 'Identity' });
    this.#outputs.push(valueInfo(name, shape, type));
  }

  /**
   * The bytes of an .onnx file.
   *
   * @param metadata texts for readers of the file, such as its licence
   */
  encode(metadata: Record<string, string> = {}): Uint8Array {
    return ModelProto.encode({
      ir_version: IR_VERSION,
      producer_name: 'sandwich',
      opset_import: [{ domain: '', version: OPSET }],
      metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph: {
        name: this.#name,
        node: this.#nodes,
        initializer: this.#constants,
        input: this.#inputs,
        output: this.#outputs,
      },
    }).finish();
  }

  #define(name: string): OnnxValue {
    if (this.#names.has(name)) throw new Error(`OnnxGraph: there is a value '${name}' already`);
    this.#names.add(name);
    return { name };
  }

  #fresh(prefix: string): string {
    return `${prefix}_${this.#names.size}`;
  }

  #check({ name }: OnnxValue): void {
    if (!this.#names.has(name)) throw new Error(`OnnxGraph: '${name}' is no value of the graph ${this.#name}`);
  }
}
