import { codebookRange } from '../architecture.js';
import type { Dcn } from '../dcn.js';
import { convolutionsOf } from '../network/layers.js';

// A writer of its own, by the wire format alone: it shares nothing with the reader.

const varint = (value: number): Buffer =>
  value < 128 ? Buffer.of(value) : Buffer.concat([Buffer.of((value % 128) | 128), varint(Math.floor(value / 128))]);
const integer = (field: number, value: number): Buffer => Buffer.concat([varint(8 * field), varint(value)]);
const bytes = (field: number, value: Uint8Array | string): Buffer => {
  const data = Buffer.from(value as Uint8Array);
  return Buffer.concat([varint(8 * field + 2), varint(data.length), data]);
};
const message = (field: number, ...parts: Buffer[]): Buffer => bytes(field, Buffer.concat(parts));
const attribute = (key: string, ...value: Buffer[]): Buffer => message(5, bytes(1, key), message(2, ...value));

/** A node with its inputs and attributes. */
export const node = (name: string, op: string, inputs: string[] = [], ...attributes: Buffer[]): Buffer =>
  message(1, bytes(1, name), bytes(2, op), ...inputs.map((input) => bytes(3, input)), ...attributes);

/** A constant of floats; those that are all equal are stored as one number. */
export function constant(name: string, shape: readonly number[], values: Float32Array): Buffer {
  const dims = shape.map((size) => message(2, integer(1, size)));
  const isOne = values.every((value) => value === values[0]);
  const data = isOne
    ? bytes(5, Buffer.from(values.slice(0, 1).buffer))
    : bytes(4, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  const tensor = message(8, integer(1, 1), message(2, ...dims), data);
  return node(name, 'Const', [], attribute('dtype', integer(6, 1)), attribute('value', tensor));
}

/** The text attribute `data_format`. */
export const dataFormat = (format: string): Buffer => attribute('data_format', bytes(2, format));

/** The frozen graph of a DCN, with the names of the published ones. */
export function frozenGraph(dcn: Dcn, format = 'NHWC'): Buffer {
  const values = (path: string) => dcn.parameters[path].dataSync<'float32'>();
  const nodes: Buffer[] = [node('x_twitterdcn', 'Placeholder')];
  let made = 0;
  let last = 'x_twitterdcn';
  for (const part of ['encoder', 'decoder'] as const) {
    for (const { name } of dcn[part].layers.flatMap(convolutionsOf)) {
      const scope = `twitterdcn/${part}/conv2d${made++ === 0 ? '' : `_${made - 1}`}`;
      for (const kind of ['kernel', 'bias']) {
        const path = `${part}/${name}/${kind}`;
        nodes.push(constant(`${scope}/${kind}`, dcn.parameters[path].shape, values(path)));
        nodes.push(node(`${scope}/${kind}/read`, 'Identity', [`${scope}/${kind}`]));
      }
      nodes.push(node(`${scope}/Conv2D`, 'Conv2D', [last, `${scope}/kernel/read`], dataFormat(format)));
      nodes.push(node(`${scope}/BiasAdd`, 'BiasAdd', [`${scope}/Conv2D`, `${scope}/bias/read`], dataFormat(format)));
      last = `${scope}/BiasAdd`;
    }
    if (part === 'decoder') break;
    if (dcn.parameters.scale) {
      nodes.push(constant('twitterdcn/encoder/latent_scaling', [], values('scale')));
      nodes.push(node('twitterdcn/encoder/mul', 'Mul', ['twitterdcn/encoder/latent_scaling', `${last}:0`]));
      last = 'twitterdcn/encoder/mul';
    }
    nodes.push(node('twitterdcn/latent', 'Identity', [last, '^x_twitterdcn']));
    const [low, high] = codebookRange(dcn.architecture);
    const codebook = Float32Array.from({ length: high - low + 1 }, (_, i) => low + i);
    nodes.push(constant('twitterdcn/optimization/entropy/Const', [codebook.length], codebook));
    last = 'twitterdcn/latent';
  }
  return Buffer.concat([...nodes, node('y', 'ClipByValue', [last])]);
}
