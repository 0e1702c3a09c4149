import type { FileHandle } from 'node:fs/promises';

/** Gives bytes of a file, fewer at its end. */
export type ByteSource = (position: number, length: number) => Promise<Buffer>;

export const bytesOf =
  (bytes: Buffer): ByteSource =>
  async (position, length) =>
    bytes.subarray(position, position + length);

export const fileBytes =
  (file: FileHandle): ByteSource =>
  async (position, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
