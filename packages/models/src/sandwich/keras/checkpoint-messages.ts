import protobuf from 'protobufjs';

// The part of TensorFlow's messages that reading a checkpoint takes. Source: tensorflow/core/protobuf/tensor_bundle.proto,
// trackable_object_graph.proto and framework/tensor_shape.proto.
const { root } = protobuf.parse(
  `syntax = "proto3";
  message BundleHeader { int32 num_shards = 1; int32 endianness = 2; }
  message Dim { int64 size = 1; }
  message Shape { repeated Dim dim = 2; }
  message BundleEntry {
    int32 dtype = 1; Shape shape = 2; int32 shard_id = 3; int64 offset = 4; int64 size = 5; fixed32 crc32c = 6;
  }
  message Child { int32 node_id = 1; string local_name = 2; }
  message Attribute { string name = 1; string full_name = 2; string checkpoint_key = 3; }
  message Node { repeated Child children = 1; repeated Attribute attributes = 2; }
  message ObjectGraph { repeated Node nodes = 1; }`,
  { keepCase: true },
);

export interface BundleHeader {
  num_shards: number;
  /** 0 is little. */
  endianness: number;
}

export interface BundleEntry {
  dtype: number;
  shape: { dim: { size: number }[] };
  shard_id: number;
  offset: number;
  size: number;
  crc32c: number;
}

export interface ObjectGraph {
  nodes: {
    children: { node_id: number; local_name: string }[];
    attributes: { name: string; full_name: string; checkpoint_key: string }[];
  }[];
}

const decoder =
  <Message>(name: string) =>
  (bytes: Uint8Array): Message => {
    const type = root.lookupType(name);
    return type.toObject(type.decode(bytes), { longs: Number, defaults: true, arrays: true }) as Message;
  };

export const decodeBundleHeader = decoder<BundleHeader>('BundleHeader');
export const decodeBundleEntry = decoder<BundleEntry>('BundleEntry');
export const decodeObjectGraph = decoder<ObjectGraph>('ObjectGraph');
