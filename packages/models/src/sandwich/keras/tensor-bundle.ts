import { readFile } from 'node:fs/promises';
import type { StoredTensor } from '@sandwich/engine';
import { maskedCrc32c } from '@sandwich/files';
import { type BundleEntry, decodeBundleEntry, decodeBundleHeader } from './checkpoint-messages.js';
import { readSortedTable } from './sorted-table.js';

/** TensorFlow's numbers of types. */
const FLOAT = 1;
const STRING = 7;

/** The tensors of a TensorFlow checkpoint: `<prefix>.index` and `<prefix>.data-00000-of-00001`. */
export class TensorBundle {
  private constructor(
    private readonly prefix: string,
    private readonly entries: Map<string, BundleEntry>,
    private readonly shards: Buffer[],
  ) {}

  /** @throws Error naming the file that is missing, damaged or of another kind. */
  static async open(prefix: string): Promise<TensorBundle> {
    const file = `${prefix}.index`;
    try {
      const { num_shards, endianness, entries } = decodeIndex(await readFile(file));
      if (endianness !== 0) throw new Error('it was written on a big-endian machine, which is not supported');
      const count = String(num_shards).padStart(5, '0');
      const shards = await Promise.all(
        Array.from({ length: num_shards }, (_, i) =>
          readFile(`${prefix}.data-${String(i).padStart(5, '0')}-of-${count}`),
        ),
      );
      return new TensorBundle(prefix, entries, shards);
    } catch (error) {
      throw new Error(`TensorFlow checkpoint ${file} cannot be read: ${(error as Error).message}`, { cause: error });
    }
  }

  /** @throws Error when there is none of this name, it is no float32, or it is damaged. */
  floats(key: string): StoredTensor {
    const { entry, bytes } = this.bytesOf(key, FLOAT, 'float32');
    const shape = entry.shape.dim.map(({ size }) => size);
    const values = new Float32Array(new Uint8Array(bytes).buffer);
    if (values.length !== shape.reduce((size, n) => size * n, 1))
      throw new Error(`${this.prefix}: ${key} has shape [${shape}] and ${values.length} values`);
    if (maskedCrc32c(bytes) !== entry.crc32c) throw this.damaged(key);
    return { shape, values };
  }

  /**
   * A scalar string, which follows its length and the length's checksum; the checksum of all covers the length as four bytes.
   *
   * @throws Error when there is none of this name, it is no string, or it is damaged.
   */
  text(key: string): Uint8Array {
    const { entry, bytes } = this.bytesOf(key, STRING, 'a string');
    const checksumAt = bytes.findIndex((byte) => byte < 0x80) + 1;
    const text = bytes.subarray(checksumAt + 4);
    const length = Uint8Array.from([0, 8, 16, 24], (shift) => text.length >>> shift);
    const covered = Buffer.concat([length, bytes.subarray(checksumAt)]);
    if (maskedCrc32c(covered) !== entry.crc32c) throw this.damaged(key);
    return text;
  }

  private damaged(key: string): Error {
    return new Error(`${this.prefix}: the checksum of ${key} is wrong: the file is damaged`);
  }

  private bytesOf(key: string, dtype: number, what: string): { entry: BundleEntry; bytes: Uint8Array } {
    const entry = this.entries.get(key);
    if (!entry) throw new Error(`${this.prefix}: there is no ${key}`);
    if (entry.dtype !== dtype) throw new Error(`${this.prefix}: ${key} must be ${what}, its type is ${entry.dtype}`);
    const { shard_id, offset, size } = entry;
    const shard = this.shards[shard_id];
    if (!shard || offset + size > shard.length)
      throw new Error(`${this.prefix}: ${key} reaches beyond the end of the data: it is truncated`);
    return { entry, bytes: shard.subarray(offset, offset + size) };
  }
}

function decodeIndex(bytes: Uint8Array) {
  const table = readSortedTable(bytes);
  const header = table.get('');
  if (!header) throw new Error('it has no header');
  table.delete('');
  const entries = new Map([...table].map(([key, value]) => [key, decodeBundleEntry(value)]));
  return { ...decodeBundleHeader(header), entries };
}
