import { type FileHandle, open } from 'node:fs/promises';

const SIGNATURE_LENGTH = 8;
/** Length and type before a chunk's data, checksum after it. */
const HEAD_LENGTH = 8;
const CHECKSUM_LENGTH = 4;

/**
 * Whether a PNG file has an `acTL` chunk before its image data (PNG 3rd edition, 11.3.6.1), of which libvips says
 * nothing.
 */
export async function isAnimatedPng(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    for (let position = SIGNATURE_LENGTH; ; ) {
      const chunk = await readChunkHead(file, position);
      if (!chunk || chunk.type === 'IDAT') return false;
      if (chunk.type === 'acTL') return true;
      position += HEAD_LENGTH + chunk.length + CHECKSUM_LENGTH;
    }
  } finally {
    await file.close();
  }
}

async function readChunkHead(
  file: FileHandle,
  position: number,
): Promise<{ length: number; type: string } | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_LENGTH), 0, HEAD_LENGTH, position);
  if (bytesRead < HEAD_LENGTH) return undefined;
  return { length: buffer.readUInt32BE(0), type: buffer.toString('latin1', 4) };
}
