import protobuf from 'protobufjs';

/** The numbers of element types in ONNX files. */
export const onnxTypes: Record<OnnxType, number> = { float: 1, uint8: 2, int64: 7 };

/** Element types of tensors. */
export type OnnxType = 'float' | 'uint8' | 'int64';

/** Kinds of ONNX attributes. */
export const attributeKinds = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;

/** A field: name, number and type, which is `repeated` if it begins with that word. */
type FieldSpec = readonly [name: string, id: number, type: string];

// The part of ONNX's messages that networks need. Names and numbers are those of https://onnx.ai, version 3 and later.
const messages: Record<string, FieldSpec[]> = {
  ModelProto: [
    ['ir_version', 1, 'int64'],
    ['producer_name', 2, 'string'],
    ['graph', 7, 'GraphProto'],
    ['opset_import', 8, 'repeated OperatorSetIdProto'],
    ['metadata_props', 14, 'repeated StringStringEntryProto'],
  ],
  OperatorSetIdProto: [
    ['domain', 1, 'string'],
    ['version', 2, 'int64'],
  ],
  StringStringEntryProto: [
    ['key', 1, 'string'],
    ['value', 2, 'string'],
  ],
  GraphProto: [
    ['node', 1, 'repeated NodeProto'],
    ['name', 2, 'string'],
    ['initializer', 5, 'repeated TensorProto'],
    ['input', 11, 'repeated ValueInfoProto'],
    ['output', 12, 'repeated ValueInfoProto'],
  ],
  NodeProto: [
    ['input', 1, 'repeated string'],
    ['output', 2, 'repeated string'],
    ['name', 3, 'string'],
    ['op_type', 4, 'string'],
    ['attribute', 5, 'repeated AttributeProto'],
    ['domain', 7, 'string'],
  ],
  AttributeProto: [
    ['name', 1, 'string'],
    ['f', 2, 'float'],
    ['i', 3, 'int64'],
    ['s', 4, 'bytes'],
    ['t', 5, 'TensorProto'],
    ['floats', 7, 'repeated float'],
    ['ints', 8, 'repeated int64'],
    ['type', 20, 'int32'],
  ],
  TensorProto: [
    ['dims', 1, 'repeated int64'],
    ['data_type', 2, 'int32'],
    ['float_data', 4, 'repeated float'],
    ['int32_data', 5, 'repeated int32'],
    ['int64_data', 7, 'repeated int64'],
    ['name', 8, 'string'],
    ['raw_data', 9, 'bytes'],
    ['double_data', 10, 'repeated double'],
    ['data_location', 14, 'int32'],
  ],
  ValueInfoProto: [
    ['name', 1, 'string'],
    ['type', 2, 'TypeProto'],
  ],
  TypeProto: [['tensor_type', 1, 'TensorTypeProto']],
  TensorTypeProto: [
    ['elem_type', 1, 'int32'],
    ['shape', 2, 'TensorShapeProto'],
  ],
  TensorShapeProto: [['dim', 1, 'repeated DimensionProto']],
  // One of the two is set.
  DimensionProto: [
    ['dim_value', 1, 'int64'],
    ['dim_param', 2, 'string'],
  ],
};

const namespace = new protobuf.Root();
for (const [name, fields] of Object.entries(messages)) {
  const type = new protobuf.Type(name);
  for (const [field, id, spec] of fields) {
    const [repeated, scalar] = spec.startsWith('repeated ') ? ['repeated', spec.slice(9)] : [undefined, spec];
    type.add(new protobuf.Field(field, id, scalar, repeated));
  }
  namespace.add(type);
}

/** Writes and reads ONNX models as protocol buffers; fields are called as in ONNX. */
export const ModelProto = namespace.lookupType('ModelProto');
