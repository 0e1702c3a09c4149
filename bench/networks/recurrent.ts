import { tf } from '@sandwich/engine';
import { layersNetwork, type Network } from './network.js';
import { uniform } from './values.js';

const { layers } = tf;
const UNITS = 24;
const LENGTH = 25;
const FEATURES = 8;

function regression(batch: number, layer: tf.layers.Layer): Network {
  const model = tf.sequential({ layers: [layer, layers.dense({ name: 'head', units: 1 })] });
  return layersNetwork(
    model,
    { x: uniform('series', [batch, LENGTH, FEATURES]), target: uniform('target', [batch, 1]) },
    (output, { target }) => tf.losses.meanSquaredError(target, output),
  );
}

const settings = {
  units: UNITS,
  inputShape: [LENGTH, FEATURES] as [number, number],
  recurrentActivation: 'sigmoid' as const,
};

/** Keras's long short-term memory (Hochreiter and Schmidhuber, 1997). */
export const lstm = (batch: number): Network =>
  regression(batch, layers.lstm({ ...settings, name: 'lstm', unitForgetBias: true }));

/** Keras's gated recurrent unit (Cho et al., 2014). */
export const gru = (batch: number): Network => regression(batch, layers.gru({ ...settings, name: 'gru' }));
