import type { tf } from '../../tf.js';
import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import { type KernelTable, kernel } from './kernel.js';

interface BatchNormAttributes {
  epsilon: number;
  /** Part of a moving moment that is kept. */
  momentum: number;
}

interface LayerNormAttributes {
  epsilon: number;
  /** How many of the last axes are normalized. */
  axes: number;
}

const optional = (backend: TorchBackend, tensor: tf.TensorInfo | undefined): Handle | null =>
  tensor ? backend.handleOf(tensor) : null;

/** A view with the channels second, as ATen's images; other tensors than images are one, whose pixels are their rows. */
function asImages(backend: TorchBackend, { shape, ...info }: tf.TensorInfo): Handle {
  const images = backend.handleOf({ ...info, shape: shape.length === 4 ? shape : [1, -1, 1, shape.at(-1)!] });
  return backend.call('permute', images, [0, 3, 1, 2]);
}

function fromImages(backend: TorchBackend, handle: Handle, shape: number[]): Handle {
  const last = backend.call('permute', handle, [0, 2, 3, 1]);
  return shape.length === 4 ? last : backend.call('reshape', last, shape);
}

/** The mean after a step: momentum of the old one and the rest of the new. */
const moved = (backend: TorchBackend, old: tf.TensorInfo, value: Handle, momentum: number): Handle =>
  backend.call('lerp.Scalar', backend.handleOf(old), value, 1 - momentum);

export const moments: KernelTable = {
  BatchNormTraining: kernel<BatchNormAttributes>(({ backend, inputs, attributes: { epsilon, momentum } }) => {
    const { x, scale, offset, movingMean, movingVariance } = inputs;
    const parameters = [scale, offset].map((tensor) => optional(backend, tensor));
    const [y, mean, factor] = backend.callMany(
      'native_batch_norm',
      asImages(backend, x),
      ...parameters,
      ...[null, null, true, 0, epsilon],
    ) as Handle[];
    // factor = (variance + epsilon)^-1/2
    const variance = backend.call('add.Scalar', backend.call('reciprocal', backend.call('square', factor)), -epsilon);
    const shape = movingMean.shape;
    return [
      backend.wrap(fromImages(backend, y, x.shape), x.shape, 'float32'),
      backend.wrap(moved(backend, movingMean, mean, momentum), shape, 'float32'),
      backend.wrap(moved(backend, movingVariance, variance, momentum), shape, 'float32'),
      backend.wrap(mean, shape, 'float32'),
      backend.wrap(factor, shape, 'float32'),
    ];
  }),

  BatchNormTrainingGrad: kernel<BatchNormAttributes>(({ backend, inputs, attributes: { epsilon } }) => {
    const { dy, x, scale, mean, factor } = inputs;
    const [dx, dScale, dOffset] = backend.callMany(
      'native_batch_norm_backward',
      asImages(backend, dy),
      asImages(backend, x),
      optional(backend, scale),
      ...[null, null, backend.handleOf(mean), backend.handleOf(factor), true, epsilon],
      [true, true, true],
    );
    return [
      backend.wrap(fromImages(backend, dx!, x.shape), x.shape, 'float32'),
      backend.wrap(dScale!, mean.shape, 'float32'),
      backend.wrap(dOffset!, mean.shape, 'float32'),
    ];
  }),

  LayerNorm: kernel<LayerNormAttributes>(({ backend, inputs, attributes: { epsilon, axes } }) => {
    const { x, scale, offset } = inputs;
    const parameters = [scale, offset].map((tensor) => optional(backend, tensor));
    const [y, mean, factor] = backend.callMany(
      'native_layer_norm',
      backend.handleOf(x),
      x.shape.slice(-axes),
      ...parameters,
      epsilon,
    ) as Handle[];
    const rows = x.shape.map((size, axis) => (axis < x.shape.length - axes ? size : 1));
    return [
      backend.wrap(y, x.shape, 'float32'),
      backend.wrap(mean, rows, 'float32'),
      backend.wrap(factor, rows, 'float32'),
    ];
  }),

  LayerNormGrad: kernel<Pick<LayerNormAttributes, 'axes'>>(({ backend, inputs, attributes: { axes } }) => {
    const { dy, x, scale, mean, factor } = inputs;
    const shape = x.shape.slice(-axes);
    // ATen has gradients of parameters where there are some: without a scale it gets one of ones.
    const given = scale ? backend.handleOf(scale) : backend.call('ones', shape, 6, null, backend.device);
    const gradients = backend.callMany(
      'native_layer_norm_backward',
      backend.handleOf(dy),
      backend.handleOf(x),
      shape,
      ...[backend.handleOf(mean), backend.handleOf(factor), given, given],
      [true, true, true],
    );
    return gradients.map((handle, i) => backend.wrap(handle!, i === 0 ? x.shape : shape, 'float32'));
  }),
};
