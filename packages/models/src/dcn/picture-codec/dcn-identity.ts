import { createHash } from 'node:crypto';
import { toFloat16 } from '@sandwich/engine';
import type { Dcn } from '../dcn.js';

/** The first 8 bytes of the SHA-256 over the weights in float16, little-endian, in the order of their paths: packed weights have the identity of their run. */
export function dcnIdentity({ parameters }: Dcn): Uint8Array {
  const hash = createHash('sha256');
  for (const path of Object.keys(parameters).sort()) {
    const half = toFloat16(parameters[path].dataSync<'float32'>());
    hash.update(new Uint8Array(half.buffer, half.byteOffset, half.byteLength));
  }
  return Uint8Array.from(hash.digest().subarray(0, 8));
}
