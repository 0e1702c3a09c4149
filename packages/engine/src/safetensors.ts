import { open } from 'node:fs/promises';
import { fromFloat16, toFloat16 } from './float16.js';

// The safetensors file format: eight bytes of header length (little-endian), a JSON header that maps each name to type,
// shape and byte range, then the values. https://github.com/huggingface/safetensors

/** A named array. */
export interface StoredTensor {
  shape: number[];
  values: Float32Array | Int32Array;
}

/** What a file holds: tensors by name, and texts by key. */
export interface TensorFile {
  tensors: Record<string, StoredTensor>;
  metadata: Record<string, string>;
}

const MAX_HEADER_BYTES = 100_000_000;

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Values as they are stored, and the name of their type. */
function stored(name: string, { shape, values }: StoredTensor, floats: 'F32' | 'F16') {
  if (sizeOf(shape) !== values.length) {
    throw new Error(`encodeSafetensors: ${name} has shape [${shape.join(', ')}] and ${values.length} values`);
  }
  if (values instanceof Int32Array) return { dtype: 'I32', values };
  if (floats === 'F32') return { dtype: 'F32', values };
  try {
    return { dtype: 'F16', values: toFloat16(values) };
  } catch (error) {
    throw new Error(`encodeSafetensors: ${name}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Writes tensors (float32 or int32) and texts as safetensors bytes.
 *
 * @param floats the type that floats are stored as: F32 (default), or F16, to which they are rounded, halves to even.
 * @throws Error when a shape and its values disagree, or a value is beyond float16.
 */
export function encodeSafetensors(
  { tensors, metadata }: TensorFile,
  { floats = 'F32' }: { floats?: 'F32' | 'F16' } = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const arrays: (Float32Array | Int32Array | Uint16Array)[] = [];
  let end = 0;
  for (const [name, tensor] of Object.entries(tensors)) {
    const { dtype, values } = stored(name, tensor, floats);
    header[name] = { dtype, shape: tensor.shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
    arrays.push(values);
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + end).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let offset = 8 + padded;
  for (const values of arrays) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return bytes;
}

interface HeaderEntry {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function readTensor(name: string, entry: HeaderEntry, data: Uint8Array): StoredTensor {
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'I32') {
    throw new Error(`decodeSafetensors: ${name} has type ${String(dtype)}; F32, F16 and I32 are supported`);
  }
  if (!Array.isArray(shape) || !shape.every(isCount) || !Array.isArray(offsets) || !offsets.every(isCount)) {
    throw new Error(`decodeSafetensors: the header of ${name} is malformed`);
  }
  const [begin, end] = offsets;
  if (end > data.length || end - begin !== (dtype === 'F16' ? 2 : 4) * sizeOf(shape)) {
    throw new Error(
      `decodeSafetensors: ${name} of shape [${shape.join(', ')}] claims bytes ${begin} to ${end} of ${data.length}; the file is truncated or damaged`,
    );
  }
  const place = data.byteOffset + begin;
  const { buffer, byteOffset, byteLength } =
    place % 4 === 0 ? data.subarray(begin, end) : new Uint8Array(data.subarray(begin, end));
  if (dtype === 'F16') return { shape, values: fromFloat16(new Uint16Array(buffer, byteOffset, byteLength / 2)) };
  const length = byteLength / 4;
  const isFloat = dtype === 'F32';
  return {
    shape,
    values: isFloat ? new Float32Array(buffer, byteOffset, length) : new Int32Array(buffer, byteOffset, length),
  };
}

interface Header {
  metadata: Record<string, string>;
  entries: Record<string, HeaderEntry>;
  /** Where the values begin. */
  dataOffset: number;
}

/** @param size that of the file */
function headerLengthOf(prefix: Uint8Array, size: number): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = prefix.length >= 8 ? Number(view.getBigUint64(0, true)) : Number.NaN;
  if (length <= MAX_HEADER_BYTES && 8 + length <= size) return length;
  throw new Error(`decodeSafetensors: ${size} bytes do not begin with a safetensors header`);
}

/** JSON.parse keeps the last of several values of one key. */
function requireUniqueKeys(json: string): void {
  const objects: Set<string>[] = [];
  for (const [token, key] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (key !== undefined) {
      const name: string = JSON.parse(key);
      if (objects.at(-1)?.has(name)) throw new Error(`decodeSafetensors: the header names ${name} twice`);
      objects.at(-1)?.add(name);
    }
  }
}

function parseHeader(bytes: Uint8Array): Header {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    throw new Error(`decodeSafetensors: the header is not JSON (${(error as Error).message})`, { cause: error });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new Error('decodeSafetensors: the header is not an object');
  }
  requireUniqueKeys(text);
  const { __metadata__, ...entries } = header as Record<string, unknown>;
  const metadata = __metadata__ ?? {};
  if (typeof metadata !== 'object' || Object.values(metadata).some((value) => typeof value !== 'string'))
    throw new Error('decodeSafetensors: __metadata__ must hold texts only');
  return {
    metadata: metadata as Record<string, string>,
    entries: entries as Record<string, HeaderEntry>,
    dataOffset: 8 + bytes.length,
  };
}

/**
 * Reads the header of a safetensors file alone: its texts by key, and nothing of its values but that they are all there.
 *
 * @throws Error naming what is wrong when the file is missing, truncated or of another format
 */
export async function readSafetensorsHeader(file: string): Promise<Pick<TensorFile, 'metadata'>> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const read = async (length: number, position: number) => {
      const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    const { metadata, entries, dataOffset } = parseHeader(await read(headerLengthOf(await read(8, 0), size), 8));
    const ends = Object.values(entries).map(
      (entry) => (entry?.data_offsets as number[] | undefined)?.[1] ?? Number.NaN,
    );
    const end = dataOffset + Math.max(0, ...ends);
    if (!(end <= size))
      throw new Error(`decodeSafetensors: its values end at byte ${end}, the file at ${size}; it is truncated`);
    return { metadata };
  } finally {
    await handle.close();
  }
}

/** Each byte belongs to one tensor, as the format demands: what does not was written by mistake, or to hide something. */
function requireWhole(entries: Record<string, HeaderEntry>, length: number): void {
  const ranges = Object.entries(entries)
    .map(([name, { data_offsets }]) => ({ name, range: data_offsets as [number, number] }))
    .sort((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
  let [reached, last] = [0, 'the header'];
  for (const { name, range } of ranges) {
    const [begin, end] = range;
    if (begin < reached)
      throw new Error(`decodeSafetensors: ${name} begins at byte ${begin}, before the end of ${last} at ${reached}`);
    if (begin > reached)
      throw new Error(`decodeSafetensors: bytes ${reached} to ${begin}, before ${name}, belong to no tensor`);
    [reached, last] = [end, name];
  }
  if (reached < length)
    throw new Error(`decodeSafetensors: ${length - reached} bytes after ${last}, the last, belong to no tensor`);
}

/**
 * Reads safetensors bytes; F16 comes back as float32, which holds all its values. Tensors of aligned F32 and I32 are views
 * of the bytes, which must not be changed while they are used.
 *
 * @throws Error naming what is wrong when the bytes are truncated, damaged, of another format, or hold other types than
 * F32, F16 and I32; when a name occurs twice, tensors overlap, or bytes belong to none.
 */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const length = headerLengthOf(bytes, bytes.length);
  const { metadata, entries, dataOffset } = parseHeader(bytes.subarray(8, 8 + length));
  const data = bytes.subarray(dataOffset);
  const tensors = Object.entries(entries).map(([name, entry]) => [
    name,
    readTensor(name, entry ?? ({} as HeaderEntry), data),
  ]);
  requireWhole(entries, data.length);
  return { tensors: Object.fromEntries(tensors), metadata };
}
