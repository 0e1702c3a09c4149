import { createHash } from 'node:crypto';
import { type Parameters, toFloat16 } from '@sandwich/engine';

/** The first 8 bytes of the SHA-256 over weights in float16, little-endian, in the order of their paths: packed weights have the identity of their run. */
export function weightsIdentity(parameters: Parameters): Uint8Array {
  const hash = createHash('sha256');
  for (const path of Object.keys(parameters).sort()) {
    const half = toFloat16(parameters[path].dataSync<'float32'>());
    hash.update(new Uint8Array(half.buffer, half.byteOffset, half.byteLength));
  }
  return Uint8Array.from(hash.digest().subarray(0, 8));
}
