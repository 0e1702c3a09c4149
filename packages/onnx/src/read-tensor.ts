/** A tensor that is stored in a model. */
export interface OnnxTensor {
  readonly type: 'float' | 'integer' | 'boolean';
  readonly shape: readonly number[];
  /** Row by row. Integers beyond 2^53 are rounded. */
  readonly values: Float32Array | Float64Array;
}

/** What is used of ONNX's message. */
export interface TensorProto {
  name?: string;
  dims?: number[];
  data_type?: number;
  float_data?: number[];
  int32_data?: number[];
  int64_data?: number[];
  double_data?: number[];
  raw_data?: Uint8Array;
  data_location?: number;
}

interface ElementType {
  name: string;
  type: OnnxTensor['type'];
  bytes: number;
  read(view: DataView, offset: number): number;
  /** The field in which the values are where they are not raw. */
  field: 'float_data' | 'int32_data' | 'int64_data' | 'double_data';
}

const integer = (
  name: string,
  bytes: number,
  read: ElementType['read'],
  field: ElementType['field'] = 'int32_data',
): ElementType => ({
  name,
  type: 'integer',
  bytes,
  read,
  field,
});

/** By ONNX's numbers of element types. Those that are missing are texts, unsigned integers of more than 16 bits, and floats of 16 bits or fewer. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  1: { name: 'float', type: 'float', bytes: 4, read: (view, at) => view.getFloat32(at, true), field: 'float_data' },
  2: integer('uint8', 1, (view, at) => view.getUint8(at)),
  3: integer('int8', 1, (view, at) => view.getInt8(at)),
  4: integer('uint16', 2, (view, at) => view.getUint16(at, true)),
  5: integer('int16', 2, (view, at) => view.getInt16(at, true)),
  6: integer('int32', 4, (view, at) => view.getInt32(at, true)),
  7: integer('int64', 8, (view, at) => Number(view.getBigInt64(at, true)), 'int64_data'),
  9: { ...integer('bool', 1, (view, at) => view.getUint8(at)), type: 'boolean' },
  11: { name: 'double', type: 'float', bytes: 8, read: (view, at) => view.getFloat64(at, true), field: 'double_data' },
};

const known = Object.values(elementTypes)
  .map(({ name }) => name)
  .join(', ');

/**
 * @param what the tensor is, for messages
 * @throws Error when its values are not there, of another number than its shape says, or of another type
 */
export function readTensor(what: string, tensor: TensorProto): OnnxTensor {
  const refuse = (reason: string): never => {
    throw new Error(`readOnnx: ${what} ${reason}`);
  };
  const { dims: shape = [], data_type: number = 0, raw_data: raw, data_location: location } = tensor;
  const element = elementTypes[number] ?? refuse(`has the element type ${number}; known are ${known}`);
  if (location === 1) refuse('lies in a file of its own; save the model with its weights within');
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) refuse(`has the shape [${shape}]`);
  const count = shape.reduce((size, n) => size * n, 1);
  const listed = tensor[element.field] ?? [];
  const there = raw ? raw.length / element.bytes : listed.length;
  if (there !== count) refuse(`of shape [${shape}] needs ${count} values, got ${there}; it is damaged`);
  const values = element.type === 'float' ? new Float32Array(count) : new Float64Array(count);
  if (raw && element.bytes === values.BYTES_PER_ELEMENT && element.type === 'float') {
    new Uint8Array(values.buffer).set(raw);
  } else if (raw) {
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    for (let i = 0; i < count; i++) values[i] = element.read(view, i * element.bytes);
  } else values.set(listed);
  return { type: element.type, shape, values };
}
