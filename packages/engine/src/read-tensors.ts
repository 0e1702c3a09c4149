import { readFile } from 'node:fs/promises';
import { decodeSafetensors, type StoredTensor } from './safetensors.js';

/** What a file of weights must hold. */
export interface ExpectedTensors {
  /** Shapes by the names of the tensors, all of float32. */
  shapes: Readonly<Record<string, readonly number[]>>;
  /** What the weights are for, such as `resnet20`. */
  owner: string;
  /** What the file is called in errors, such as `LPIPS weights`. */
  title: string;
  /** What to do where there is no such file. */
  remedy?: string;
}

/** What is wrong with a file's tensors, or nothing. */
function complaints(tensors: Record<string, StoredTensor>, { shapes, owner }: ExpectedTensors): string[] {
  const foreign = Object.keys(tensors).filter((name) => !Object.hasOwn(shapes, name));
  const found = Object.entries(shapes).flatMap(([name, shape]) => {
    if (!Object.hasOwn(tensors, name)) return [`${name} of shape [${shape}] is missing`];
    const tensor = tensors[name];
    if (`${tensor.shape}` !== `${shape}`) return [`${name} has shape [${tensor.shape}], expected [${shape}]`];
    if (!(tensor.values instanceof Float32Array)) return [`${name} is not float32`];
    return tensor.values.every(Number.isFinite) ? [] : [`${name} holds values that are not finite`];
  });
  return [...found, ...foreign.map((name) => `${name} is not part of ${owner}`)];
}

/**
 * Reads the weights of a network from a .safetensors file.
 *
 * @throws Error naming the file and what is wrong with it: not there, truncated, not safetensors, missing or foreign tensors, other shapes
 * (both are told), or values that are not finite.
 */
export async function readTensors(file: string, expected: ExpectedTensors): Promise<Record<string, StoredTensor>> {
  const { title, owner, remedy } = expected;
  const refuse = (reason: string, cause?: unknown): never => {
    throw new Error(`${title} ${file} cannot be used for ${owner}: ${reason}`, { cause });
  };
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT'
      ? refuse(`there is no such file${remedy === undefined ? '' : `; ${remedy}`}`, error)
      : refuse(error.message, error),
  );
  let tensors: Record<string, StoredTensor> = {};
  try {
    tensors = decodeSafetensors(bytes).tensors;
  } catch (error) {
    refuse((error as Error).message, error);
  }
  const [first, ...more] = complaints(tensors, expected);
  if (first !== undefined) refuse(more.length > 0 ? `${first}, and ${more.length} more complaints` : first);
  return tensors;
}
