import type { tf } from '../../tf.js';
import { type KernelTable, kernel } from './kernel.js';

function checkMode({ alignCorners, halfPixelCenters }: tf.ResizeBilinearAttrs): void {
  if (!alignCorners && !halfPixelCenters) {
    throw new Error('neither alignCorners nor halfPixelCenters is set: that legacy grid is not supported');
  }
}

export const resize: KernelTable = {
  ResizeBilinear: kernel<tf.ResizeBilinearAttrs>(({ backend, inputs: { images }, attributes }) => {
    checkMode(attributes);
    const nchw = backend.call('permute', backend.handleOf(images), [0, 3, 1, 2]);
    const resized = backend.call('upsample_bilinear2d', nchw, attributes.size, attributes.alignCorners);
    const shape = [images.shape[0], ...attributes.size, images.shape[3]];
    return backend.wrap(backend.call('permute', resized, [0, 2, 3, 1]), shape, images.dtype);
  }),

  ResizeBilinearGrad: kernel<tf.ResizeBilinearAttrs>(({ backend, inputs: { images, dy }, attributes }) => {
    checkMode(attributes);
    const [batch, height, width, channels] = images.shape;
    const dx = backend.call(
      'upsample_bilinear2d_backward',
      backend.call('permute', backend.handleOf(dy), [0, 3, 1, 2]),
      dy.shape.slice(1, 3),
      [batch, channels, height, width],
      attributes.alignCorners,
    );
    return backend.wrap(backend.call('permute', dx, [0, 2, 3, 1]), images.shape, dy.dtype);
  }),
};
