import type { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { scalarOf } from './kernel.js';

/** What a fused kernel is told about its activation. */
export interface ActivationAttributes {
  activation?: tf.backend_util.Activation;
  leakyreluAlpha?: number;
}

/** x above zero, alpha x below. */
export function prelu(backend: TorchBackend, x: Handle, alpha: Handle): Handle {
  const negative = backend.call('lt.Scalar', x, 0);
  return backend.call('where.self', negative, backend.call('mul.Tensor', x, alpha), x);
}

/** Applies the activation of a fused kernel to a result of its own, in place where ATen can. */
export function activate(
  backend: TorchBackend,
  x: Handle,
  { activation = 'linear', leakyreluAlpha }: ActivationAttributes,
  preluWeights: Handle | null,
): Handle {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return backend.call('relu_', x);
    case 'relu6':
      return backend.call('clamp_', x, 0, 6);
    case 'elu':
      return backend.call('elu_', x);
    case 'sigmoid':
      return backend.call('sigmoid_', x);
    case 'leakyrelu':
      return backend.call('leaky_relu_', x, scalarOf(leakyreluAlpha!, 'float32'));
    case 'prelu':
      return prelu(backend, x, preluWeights!);
    default:
      throw new Error(`activation ${activation} is not known`);
  }
}
