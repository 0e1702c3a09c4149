import { createHash } from 'node:crypto';
import type { System } from '../system.js';

/** What systems of one kind, architecture and weights have in common, and no others. */
export function systemKey({ kind, architecture, parameters, state }: System): string {
  const variables = { ...parameters, ...state };
  const hash = createHash('sha256').update(JSON.stringify([kind, architecture]));
  for (const path of Object.keys(variables).sort()) {
    hash.update(path).update(new Uint8Array(new Float32Array(variables[path].dataSync()).buffer));
  }
  return hash.digest('hex');
}
