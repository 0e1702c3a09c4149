import { codecOfFile, codecs } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

/** Decodes a file of any of the codecs, by how it begins. @throws Error when it is of none of them, or damaged */
export async function decodeAny(bytes: Uint8Array): Promise<Picture<Uint8Array>> {
  const name = codecOfFile(bytes) ?? 'jpeg';
  return (await codecs[name]()).decode(bytes);
}
