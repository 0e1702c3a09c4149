import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from '@sandwich/engine';

const FORMAT = 'sandwich-weights-1';

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What packed weights are rounded to. */
export type PackedType = 'float16' | 'float32';

/**
 * Weights by path as safetensors.
 *
 * @throws Error naming a weight that float16 cannot hold
 */
export const encodePackedWeights = (weights: Record<string, StoredTensor>, type: PackedType): Uint8Array =>
  encodeSafetensors({ tensors: weights, metadata: { format: FORMAT } }, { floats: type === 'float16' ? 'F16' : 'F32' });

/**
 * Reads and verifies the weights of a packed run, as float32.
 *
 * @param hash SHA-256 of the file, of the run's configuration
 * @throws Error naming the file and what is wrong with it: missing, damaged, of another format
 */
export async function readPackedWeights(file: string, hash: string): Promise<Record<string, StoredTensor>> {
  try {
    const bytes = await readFile(file);
    const found = sha256(bytes);
    if (found !== hash) {
      throw new Error(`its SHA-256 is ${found}, that of the configuration ${hash}: it is damaged or of another run`);
    }
    const { tensors, metadata } = decodeSafetensors(bytes);
    if (metadata.format !== FORMAT) {
      throw new Error(`its format is '${metadata.format ?? 'unknown'}', expected '${FORMAT}'`);
    }
    return tensors;
  } catch (error) {
    throw new Error(`weights ${file} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}
