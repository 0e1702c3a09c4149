import { maskedCrc32c } from '@sandwich/files';

/**
 * One record of a TFRecord file: length (uint64, little-endian), its masked CRC-32C, the data, its masked CRC-32C.
 * Source: TensorFlow, `lib/io/record_writer.h`.
 */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(12 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}
