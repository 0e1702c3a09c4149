import { attributeKinds, ModelProto } from './onnx-schema.js';
import { type OnnxTensor, readTensor, type TensorProto } from './read-tensor.js';

/** An attribute of a node; texts are UTF-8. */
export type ReadAttribute = number | string | number[] | OnnxTensor;

/** A node of a graph that was read: an operator, from values by name to values by name. */
export interface OnnxNode {
  /** May be empty. */
  readonly name: string;
  /** Such as `Conv`. */
  readonly operator: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Empty names stand for optional inputs that are left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, ReadAttribute>>;
}

/** An input or output of a graph. */
export interface OnnxPort {
  readonly name: string;
  /** The number of an element type: 1 is float. Undefined for what is no tensor. */
  readonly type?: number;
  /** Sizes, or the name of one that is known only when the graph runs (empty where it has none); undefined where nothing is said. */
  readonly shape?: readonly (number | string)[];
}

/** A model that was read. */
export interface OnnxModel {
  /** The version of ONNX's own operators. */
  readonly opset: number;
  /** What the graph must be given; constants are none of them. */
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  /** Tensors that are stored in the model, by name. */
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** In an order in which each comes after what it depends on. */
  readonly nodes: readonly OnnxNode[];
}

interface PortProto {
  name: string;
  type?: {
    tensor_type?: { elem_type?: number; shape?: { dim?: { dim_value?: number; dim_param?: string }[] } };
  };
}

interface AttributeProto {
  name: string;
  type?: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: TensorProto;
  floats?: number[];
  ints?: number[];
}

interface NodeProto {
  name?: string;
  op_type?: string;
  domain?: string;
  input?: string[];
  output?: string[];
  attribute?: AttributeProto[];
}

interface Model {
  opset_import?: { domain?: string; version?: number }[];
  graph?: {
    node?: NodeProto[];
    initializer?: TensorProto[];
    input?: PortProto[];
    output?: PortProto[];
  };
}

function portOf({ name, type }: PortProto): OnnxPort {
  const tensor = type?.tensor_type;
  if (!tensor) return { name };
  const shape = tensor.shape?.dim?.map(({ dim_value: value, dim_param: param }) => value ?? param ?? '');
  return { name, type: tensor.elem_type, ...(tensor.shape && { shape: shape ?? [] }) };
}

/** @returns undefined for kinds that only control flow and strings need */
function attributeOf({ name, type, f, i, s, t, floats, ints }: AttributeProto): ReadAttribute | undefined {
  if (type === attributeKinds.float) return f ?? 0;
  if (type === attributeKinds.int) return i ?? 0;
  if (type === attributeKinds.string) return new TextDecoder().decode(s ?? new Uint8Array());
  if (type === attributeKinds.tensor) return readTensor(`attribute ${name}`, t ?? {});
  if (type === attributeKinds.floats) return floats ?? [];
  if (type === attributeKinds.ints) return ints ?? [];
  return undefined;
}

function nodeOf({ name = '', op_type: operator = '', domain = '', input, output, attribute }: NodeProto): OnnxNode {
  const attributes = (attribute ?? []).flatMap((each) => {
    const value = attributeOf(each);
    return value === undefined ? [] : [[each.name, value] as const];
  });
  return {
    name,
    operator,
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs: input ?? [],
    outputs: output ?? [],
    attributes: Object.fromEntries(attributes),
  };
}

function decode(bytes: Uint8Array): Model {
  try {
    return ModelProto.toObject(ModelProto.decode(bytes), { longs: Number }) as Model;
  } catch (error) {
    throw new Error(`readOnnx: ${bytes.length} bytes are no ONNX model: ${(error as Error).message}`, { cause: error });
  }
}

/** @throws Error when a node depends on what no earlier one makes, or makes what there is already */
function assertOrdered({ inputs, constants, nodes }: OnnxModel): void {
  const known = new Set([...inputs.map(({ name }) => name), ...constants.keys()]);
  for (const { name, operator, inputs: needed, outputs } of nodes) {
    const what = `the node '${name || outputs[0]}' (${operator})`;
    const missing = needed.find((each) => each !== '' && !known.has(each));
    if (missing !== undefined) throw new Error(`readOnnx: ${what} needs '${missing}', which nothing before it makes`);
    for (const output of outputs) {
      if (output !== '' && known.has(output)) throw new Error(`readOnnx: ${what} makes '${output}' a second time`);
      known.add(output);
    }
  }
}

/**
 * Reads the graph of an ONNX model: its nodes, and the tensors that are stored in it.
 *
 * Source: https://github.com/onnx/onnx/blob/main/docs/IR.md
 *
 * @param bytes of an .onnx file
 * @throws Error when the bytes are truncated or no ONNX model, a tensor is damaged, of a type without numbers, float16, or in a file of its own,
 * or the nodes are in no order
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const { opset_import: opsets, graph } = decode(bytes);
  const version = opsets?.find(({ domain = '' }) => domain === '' || domain === 'ai.onnx')?.version;
  if (!graph || version === undefined) {
    const missing = graph ? 'version of the operators' : 'graph';
    throw new Error(`readOnnx: ${bytes.length} bytes are no ONNX model: there is no ${missing}`);
  }
  const constants = new Map(
    (graph.initializer ?? []).map((tensor) => [tensor.name ?? '', readTensor(`the tensor '${tensor.name}'`, tensor)]),
  );
  const model = {
    opset: version,
    inputs: (graph.input ?? []).filter(({ name }) => !constants.has(name)).map(portOf),
    outputs: (graph.output ?? []).map(portOf),
    constants,
    nodes: (graph.node ?? []).map(nodeOf),
  };
  assertOrdered(model);
  return model;
}
