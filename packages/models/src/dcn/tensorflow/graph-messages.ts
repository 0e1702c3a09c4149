import protobuf from 'protobufjs';

// The part of TensorFlow's messages that frozen graphs need. Source: tensorflow/core/framework, graph.proto and those that it imports.
const { root } = protobuf.parse(
  `syntax = "proto3";
  message GraphDef { repeated NodeDef node = 1; }
  message NodeDef { string name = 1; string op = 2; repeated string input = 3; repeated Attribute attr = 5; }
  message Attribute { string key = 1; AttrValue value = 2; }
  message AttrValue { bytes s = 2; TensorProto tensor = 8; }
  message TensorProto { int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4; repeated float float_val = 5; }
  message Shape { repeated Dim dim = 2; }
  message Dim { int64 size = 1; }`,
  { keepCase: true },
);

/** A graph of TensorFlow. */
export const GraphDef = root.lookupType('GraphDef');
