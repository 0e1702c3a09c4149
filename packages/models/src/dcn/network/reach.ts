import { convolutionsOf, type Layer } from './layers.js';

/**
 * How far around a pixel of its input or output a network looks, in pixels of the picture.
 *
 * @param scale pixels of the picture that are one place of the network's input: 1 for an encoder, 8 for a decoder
 */
export function reachOf(layers: readonly Layer[], scale: number): number {
  let reach = 0;
  for (const layer of layers) {
    for (const { size, stride } of convolutionsOf(layer)) {
      reach += Math.floor(size / 2) * scale;
      scale *= stride;
    }
    if (layer.kind === 'depth-to-space') scale /= 2;
  }
  return reach;
}
