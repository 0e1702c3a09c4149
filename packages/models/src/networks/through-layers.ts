import { tf } from '@sandwich/engine';

/** Runs layers one after the other. What a layer takes is freed when it is done, where no gradient needs it. */
export function throughLayers<Layer>(
  layers: readonly Layer[],
  x: tf.Tensor4D,
  apply: (layer: Layer, x: tf.Tensor4D) => tf.Tensor4D,
): tf.Tensor4D {
  return tf.tidy(() => {
    let net = x;
    for (const layer of layers) {
      const made = tf.tidy(() => apply(layer, net));
      if (net !== x) net.dispose();
      net = made;
    }
    return net;
  });
}
