import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type KernelTable, kernel } from './kernel.js';

/** Attributes of the kernel `Adam`; `rate` and `epsilon` are corrected for the bias of young moments. */
export interface AdamAttributes {
  beta1: number;
  beta2: number;
  rate: number;
  epsilon: number;
}

function composed(backend: TorchBackend, handles: Handle[], { beta1, beta2, rate, epsilon }: AdamAttributes): Handle[] {
  const [parameter, gradient, m, v] = handles;
  const nextM = backend.call('add.Tensor', backend.call('mul.Scalar', m, beta1), gradient, 1 - beta1);
  const nextV = backend.call('addcmul', backend.call('mul.Scalar', v, beta2), gradient, gradient, 1 - beta2);
  const root = backend.call('add_.Scalar', backend.call('sqrt', nextV), epsilon);
  return [backend.call('addcdiv', parameter, nextM, root, -rate), nextM, nextV];
}

export const optimizers: KernelTable = {
  /** One step of Adam: the parameter and its two moments after it. */
  Adam: kernel<AdamAttributes>(({ backend, inputs: { parameter, gradient, m, v }, attributes }) => {
    const handles = [parameter, gradient, m, v].map((tensor) => backend.handleOf(tensor));
    const { beta1, beta2, rate, epsilon } = attributes;
    const next =
      backend.device === 'cpu'
        ? backend.callMany('sandwich::adam', ...handles, beta1, beta2, rate, epsilon)
        : composed(backend, handles, attributes);
    return next.map((handle) => backend.wrap(handle!, parameter.shape, 'float32'));
  }),
};
