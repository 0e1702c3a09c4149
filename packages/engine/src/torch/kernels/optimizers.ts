import { type KernelTable, kernel } from './kernel.js';

/** Attributes of the kernel `Adam`. */
export interface AdamAttributes {
  beta1: number;
  beta2: number;
}

export const optimizers: KernelTable = {
  /** One step of Adam for all parameters: see `adamSteps`, whose order its inputs have. */
  Adam: kernel<AdamAttributes>(({ backend, inputs, attributes: { beta1, beta2 } }) => {
    const tensors = Object.values(inputs);
    const handles = tensors.map((tensor) => backend.handleOf(tensor));
    const count = (tensors.length - 2) / 3;
    const lists = [0, 1, 2].map((kind) => handles.slice(kind * count, (kind + 1) * count));
    const next = backend.callMany('sandwich::adam', ...lists, beta1, beta2, ...handles.slice(-2));
    return next.map((handle, i) => backend.wrap(handle!, tensors[i % count].shape, 'float32'));
  }),
  /** See `subtractEach`. */
  SubtractEach: kernel(({ backend, inputs }) => {
    const tensors = Object.values(inputs);
    const handles = tensors.map((tensor) => backend.handleOf(tensor));
    const count = tensors.length / 2;
    const results = backend.callMany('_foreach_sub.List', handles.slice(0, count), handles.slice(count), 1);
    return results.map((handle, i) => backend.wrap(handle!, tensors[i].shape, 'float32'));
  }),
};
