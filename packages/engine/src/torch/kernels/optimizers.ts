import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type KernelTable, kernel } from './kernel.js';

/**
 * Attributes of the kernel `Adam`; `rate` and `epsilon`, corrected for the bias of young moments, are either among them or
 * inputs.
 */
export interface AdamAttributes {
  beta1: number;
  beta2: number;
  rate?: number;
  epsilon?: number;
}

function moments(backend: TorchBackend, [, gradient, m, v]: Handle[], { beta1, beta2 }: AdamAttributes): Handle[] {
  return [
    backend.call('add.Tensor', backend.call('mul.Scalar', m, beta1), gradient, 1 - beta1),
    backend.call('addcmul', backend.call('mul.Scalar', v, beta2), gradient, gradient, 1 - beta2),
  ];
}

function composed(backend: TorchBackend, handles: Handle[], attributes: AdamAttributes, factors: Handle[]): Handle[] {
  const [m, v] = moments(backend, handles, attributes);
  const root = backend.call('sqrt', v);
  const [parameter] = handles;
  if (factors.length === 0) {
    const { rate, epsilon } = attributes;
    return [backend.call('addcdiv', parameter, m, backend.call('add_.Scalar', root, epsilon!), -rate!), m, v];
  }
  const [rate, epsilon] = factors;
  const step = backend.call(
    'div.Tensor',
    backend.call('mul.Tensor', m, rate),
    backend.call('add.Tensor', root, epsilon),
  );
  return [backend.call('sub.Tensor', parameter, step), m, v];
}

export const optimizers: KernelTable = {
  /** One step of Adam: the parameter and its two moments after it. */
  Adam: kernel<AdamAttributes>(({ backend, inputs, attributes }) => {
    const { parameter, gradient, m, v, rate, epsilon } = inputs;
    const handles = [parameter, gradient, m, v].map((tensor) => backend.handleOf(tensor));
    const factors = rate ? [rate, epsilon].map((tensor) => backend.handleOf(tensor)) : [];
    const { beta1, beta2 } = attributes;
    const onCpu = () =>
      rate
        ? backend.callMany('sandwich::adam.tensor', ...handles, beta1, beta2, ...factors)
        : backend.callMany('sandwich::adam', ...handles, beta1, beta2, attributes.rate, attributes.epsilon);
    const next = backend.device === 'cpu' ? onCpu() : composed(backend, handles, attributes, factors);
    return next.map((handle) => backend.wrap(handle!, parameter.shape, 'float32'));
  }),
};
