import { GraphDef } from './graph-messages.js';

const DT_FLOAT = 1;
/** Numbers of all constants together at most, as one stored number can stand for all of a constant: 128 MiB. */
const LARGEST_GRAPH = 2 ** 25;

/** A constant of 32-bit floats. */
export interface GraphConstant {
  shape: number[];
  values: Float32Array;
}

/** A node of a graph, in the graph's order. */
export interface GraphNode {
  name: string;
  op: string;
  /** Names of nodes; those that only order work are left out, and so is which of several outputs is meant. */
  inputs: string[];
  /** Texts among its attributes, such as `data_format`. */
  texts: Record<string, string>;
  /** What a `Const` of 32-bit floats holds. */
  constant?: GraphConstant;
}

interface TensorProto {
  dtype?: number;
  tensor_shape?: { dim?: { size?: number }[] };
  tensor_content?: Uint8Array;
  float_val?: number[];
}

interface NodeDef {
  name?: string;
  op?: string;
  input?: string[];
  attr?: { key: string; value?: { s?: Uint8Array; tensor?: TensorProto } }[];
}

/**
 * Values as bytes, or one by one, of which the last one stands for all that follow it.
 *
 * @param room for so many numbers
 * @throws Error when they do not fit the shape or the room
 */
function constantOf(name: string, proto: TensorProto, room: number): GraphConstant {
  const shape = (proto.tensor_shape?.dim ?? []).map(({ size = 0 }) => size);
  const size = shape.reduce((product, side) => product * side, 1);
  if (!shape.every((side) => side >= 0) || !(size <= room))
    throw new Error(
      `the constant ${name} of the shape [${shape}] is larger than this reads, ${LARGEST_GRAPH} numbers in all constants`,
    );
  const bytes = proto.tensor_content ?? new Uint8Array();
  const listed = proto.float_val ?? [];
  const fits = bytes.length > 0 ? bytes.length === 4 * size : listed.length > 0 && listed.length <= size;
  if (!fits && size > 0) {
    throw new Error(
      `the constant ${name} of the shape [${shape}] holds ${bytes.length} bytes and ${listed.length} numbers`,
    );
  }
  if (bytes.length > 0) return { shape, values: new Float32Array(Uint8Array.from(bytes).buffer) };
  const values = new Float32Array(size).fill(listed[listed.length - 1] ?? 0);
  values.set(listed.slice(0, size));
  return { shape, values };
}

function nodeOf({ name = '', op = '', input = [], attr = [] }: NodeDef, room: number): GraphNode {
  const tensor = attr.find(({ key }) => key === 'value')?.value?.tensor;
  const texts = attr.flatMap(({ key, value }) => (value?.s ? [[key, new TextDecoder().decode(value.s)] as const] : []));
  return {
    name,
    op,
    inputs: input.filter((each) => !each.startsWith('^')).map((each) => each.replace(/:\d+$/, '')),
    texts: Object.fromEntries(texts),
    ...(op === 'Const' && tensor?.dtype === DT_FLOAT && { constant: constantOf(name, tensor, room) }),
  };
}

/**
 * Reads a frozen graph of TensorFlow (`.pb`): a `GraphDef` whose variables have become constants.
 *
 * @returns its nodes in the order in which they stand there, which is the one in which they were made
 * @throws Error when the bytes are no such graph, or a constant of floats is damaged
 */
export function readFrozenGraph(bytes: Uint8Array): GraphNode[] {
  let nodes: NodeDef[];
  try {
    nodes = (GraphDef.toObject(GraphDef.decode(bytes), { longs: Number }) as { node?: NodeDef[] }).node ?? [];
  } catch (error) {
    throw new Error(`these ${bytes.length} bytes are no graph of TensorFlow: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!nodes.some(({ op }) => op))
    throw new Error(`these ${bytes.length} bytes are no graph of TensorFlow: it has no nodes`);
  let room = LARGEST_GRAPH;
  return nodes.map((each) => {
    const node = nodeOf(each, room);
    room -= node.constant?.values.length ?? 0;
    return node;
  });
}
