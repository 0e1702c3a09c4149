import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

// Written with Python's struct and json as the format's description says: metadata {k: v}, a: F32 [2, 2], b: I32 [3].
const written = Uint8Array.from(
  Buffer.from(
    'oAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6IHsiayI6ICJ2In0sICJhIjogeyJkdHlwZSI6ICJGMzIiLCAic2hhcGUiOiBbMiwgMl0sICJkYXRhX29mZnNldHMiOiBbMCwgMTZdfSwgImIiOiB7ImR0eXBlIjogIkkzMiIsICJzaGFwZSI6IFszXSwgImRhdGFfb2Zmc2V0cyI6IFsxNiwgMjhdfX0gICAgAACAPwAAAMAAAAA/GA2PTQEAAAD+////////fw==',
    'base64',
  ),
);
const content = {
  metadata: { k: 'v' },
  tensors: {
    a: { shape: [2, 2], values: new Float32Array([1, -2, 0.5, 3e8]) },
    b: { shape: [3], values: new Int32Array([1, -2, 2 ** 31 - 1]) },
  },
};

describe('safetensors', () => {
  it('reads what another writer wrote', () => {
    expect(decodeSafetensors(written)).toEqual(content);
  });

  it('reads a view of a larger buffer, such as readFile gives', () => {
    expect(decodeSafetensors(Buffer.concat([Buffer.alloc(8), written]).subarray(8))).toEqual(content);
  });

  it('reads what it writes', () => {
    expect(decodeSafetensors(encodeSafetensors(content))).toEqual(content);
  });

  it('refuses damaged and foreign bytes by name', () => {
    expect(() => decodeSafetensors(new Uint8Array(3))).toThrow(/3 bytes do not begin with a safetensors header/);
    expect(() => decodeSafetensors(new TextEncoder().encode('a PNG, say, or some text'))).toThrow(/do not begin/);
    expect(() => decodeSafetensors(written.subarray(0, -1))).toThrow(/b of shape \[3\] claims bytes 16 to 28 of 27/);
    const header = Uint8Array.from(written);
    header[8] = 0x20;
    expect(() => decodeSafetensors(header)).toThrow(/not JSON/);
    const type = Uint8Array.from(written);
    type.set(new TextEncoder().encode('F64'), Buffer.from(written).indexOf('F32'));
    expect(() => decodeSafetensors(type)).toThrow(/a has type F64/);
  });

  /** A file of F32 tensors by name and byte range, one number each four bytes, as the format's description says. */
  const fileOf = (header: string, numbers: number) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    return Buffer.concat([length, Buffer.from(header), Buffer.alloc(4 * numbers)]);
  };
  const entry = (begin: number, end: number) =>
    `{"dtype":"F32","shape":[${(end - begin) / 4}],"data_offsets":[${begin},${end}]}`;

  // The reference implementation (safetensors 0.8.0 of PyPI) refuses each of them, with the words beside it.
  it.each([
    // invalid offset for tensor `a`; duplicate field `shape`
    ['a name twice', fileOf(`{"a":${entry(0, 4)},"a":${entry(4, 8)}}`, 2), 'the header names a twice'],
    ['a name twice, escaped', fileOf(`{"a":${entry(0, 4)},"\\u0061":${entry(4, 8)}}`, 2), 'the header names a twice'],
    [
      'a field twice',
      fileOf('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 1),
      'names shape twice',
    ],
    // invalid offset for tensor `b`
    [
      'tensors that overlap',
      fileOf(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 3),
      'b begins at byte 4, before the end of a at 8',
    ],
    [
      'one range for two',
      fileOf(`{"a":${entry(0, 4)},"b":${entry(0, 4)}}`, 1),
      'b begins at byte 0, before the end of a at 4',
    ],
    ['a hole', fileOf(`{"b":${entry(8, 12)},"a":${entry(0, 4)}}`, 3), 'bytes 4 to 8, before b, belong to no tensor'],
    ['a hole at the beginning', fileOf(`{"a":${entry(4, 8)}}`, 2), 'bytes 0 to 4, before a, belong to no tensor'],
    // incomplete metadata, file not fully covered
    ['trailing bytes', fileOf(`{"a":${entry(0, 4)}}`, 2), '4 bytes after a, the last, belong to no tensor'],
    ['no tensor, but bytes', fileOf('{}', 1), '4 bytes after the header, the last, belong to no tensor'],
    // invalid type: integer `1`, expected a string
    ['metadata that are no texts', fileOf('{"__metadata__":{"k":1}}', 0), '__metadata__ must hold texts only'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  it('reads tensors in any order, empty ones, and names that look like JSON', () => {
    const names = ['{"a":1}', 'b\\"a": ', ''];
    const header = `{${JSON.stringify(names[0])}:${entry(4, 8)},${JSON.stringify(names[1])}:${entry(0, 4)},"":${entry(4, 4)},"__metadata__":{"a":"{\\"a\\":1,\\"a\\":2}"}}`;
    const { tensors, metadata } = decodeSafetensors(fileOf(header, 2));
    expect(Object.keys(tensors)).toEqual(names);
    expect(tensors[''].values).toHaveLength(0);
    expect(metadata).toEqual({ a: '{"a":1,"a":2}' });
    expect(decodeSafetensors(fileOf('{"__metadata__":null}', 0))).toEqual({ tensors: {}, metadata: {} });
  });

  // numpy: float16 [2] of 1/3 and -65504, written as above.
  const half = Buffer.concat([
    Buffer.from('4000000000000000', 'hex'),
    Buffer.from('{"a": {"dtype": "F16", "shape": [2], "data_offsets": [0, 4]}}   '),
    Buffer.from('5535fffb', 'hex'),
  ]);

  it('reads and writes float16', () => {
    const { tensors } = decodeSafetensors(half);
    expect(tensors).toEqual({ a: { shape: [2], values: new Float32Array([0.333251953125, -65504]) } });
    const values = new Float32Array([1 / 3, -65510]);
    const bytes = encodeSafetensors({ tensors: { a: { shape: [2], values } }, metadata: {} }, { floats: 'F16' });
    expect(Buffer.from(bytes.subarray(-4)).toString('hex')).toBe('5535fffb');
    expect(decodeSafetensors(bytes).tensors).toEqual(tensors);
    expect(() => decodeSafetensors(half.subarray(0, -1))).toThrow(/a of shape \[2\] claims bytes 0 to 4 of 3/);
    values[1] = 70000;
    expect(() =>
      encodeSafetensors({ tensors: { a: { shape: [2], values } }, metadata: {} }, { floats: 'F16' }),
    ).toThrow('encodeSafetensors: a: 70000 (value 1) is beyond float16, whose largest value is 65504');
  });

  it('refuses shapes that do not fit their values', () => {
    const tensors = { a: { shape: [3], values: new Float32Array(2) } };
    expect(() => encodeSafetensors({ tensors, metadata: {} })).toThrow(/a has shape \[3\] and 2 values/);
  });
});
