import type { StoredTensor } from '@sandwich/engine';
import { growUNet } from '@sandwich/unets';

type Stored = Record<string, StoredTensor>;

/**
 * Weights of another sandwich, in which U-Nets that are shallower than those of this one are replaced by deeper ones that make the same.
 *
 * @param weights by path, as in `Sandwich.parameters`
 * @param fresh those of this one
 */
export function growNetworks(weights: Stored, fresh: Stored): Stored {
  const grown = { ...weights };
  for (const network of ['pre/unet/', 'post/unet/', 'loopFilter/unet/']) {
    const deeper = growUNet(below(network, weights), below(network, fresh));
    for (const [path, tensor] of Object.entries(deeper ?? {})) grown[network + path] = tensor;
  }
  return grown;
}

function below(folder: string, tensors: Stored): Stored {
  const inside = Object.entries(tensors).filter(([path]) => path.startsWith(folder));
  return Object.fromEntries(inside.map(([path, tensor]) => [path.slice(folder.length), tensor]));
}
