import { tf } from '../../tf.js';
import { type KernelTable, kernel } from './kernel.js';

const { computeOutShape, prepareSplitSize } = tf.backend_util;

export const joining: KernelTable = {
  Concat: kernel<tf.ConcatAttrs>(({ backend, inputs, attributes }) => {
    const tensors = Object.values(inputs);
    const axis = tf.util.parseAxisParam(attributes.axis, tensors[0].shape)[0];
    const shapes = tensors.map((tensor) => tensor.shape);
    tf.backend_util.assertParamsConsistent(shapes, axis);
    // ATen lets the empty tensor of rank 1 pass for any shape.
    const handles = tensors.map((tensor) => backend.handleOf(tensor));
    return backend.wrap(backend.call('cat', handles, axis), computeOutShape(shapes, axis), tensors[0].dtype);
  }),
  Pack: kernel<tf.PackAttrs>(({ backend, inputs, attributes }) => {
    const tensors = Object.values(inputs);
    const { dtype } = tensors[0];
    const axis = attributes.axis < 0 ? attributes.axis + tensors[0].shape.length + 1 : attributes.axis;
    if (tensors.some((tensor) => tensor.dtype !== dtype)) throw new Error('all tensors must have the same type');
    const handles = tensors.map((tensor) => backend.handleOf(tensor));
    const shape = [...tensors[0].shape];
    shape.splice(axis, 0, tensors.length);
    return backend.wrap(backend.call('stack', handles, axis), shape, dtype);
  }),
  Unpack: kernel<tf.UnpackAttrs>(({ backend, inputs: { value }, attributes }) => {
    const axis = tf.util.parseAxisParam(attributes.axis, value.shape)[0];
    const shape = value.shape.filter((_, i) => i !== axis);
    const parts = backend.callMany('unbind.int', backend.handleOf(value), axis);
    return parts.map((part) => backend.wrap(part!, shape, value.dtype));
  }),
  SplitV: kernel<tf.SplitVAttrs>(({ backend, inputs: { x }, attributes }) => {
    const axis = tf.util.parseAxisParam(attributes.axis, x.shape)[0];
    const sizes = prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits, axis);
    const parts = backend.callMany('split_with_sizes', backend.handleOf(x), sizes, axis);
    return parts.map((part, i) => {
      const shape = [...x.shape];
      shape[axis] = sizes[i];
      return backend.wrap(part!, shape, x.dtype);
    });
  }),
};
