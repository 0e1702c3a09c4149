import { tf } from '@sandwich/engine';
import { choices, uniform, weight } from './values.js';

/** A network in training, with the batch on which each step is made. */
export interface Network {
  batch: Record<string, tf.Tensor>;
  loss(batch: Record<string, tf.Tensor>): tf.Scalar;
}

/** Gives each kernel of a model of layers the values that follow from its name; vectors stay as the layer initialized them. */
export function initialize(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    const values = layer.weights.map((variable) => {
      const { shape } = variable;
      if (shape.length < 2) return variable.read();
      const isDepthwise = layer.getClassName() === 'DepthwiseConv2D';
      const fanIn = isDepthwise ? shape[0]! * shape[1]! : undefined;
      return weight(variable.originalName, shape as number[], fanIn);
    });
    if (values.length > 0) layer.setWeights(values);
  }
}

/** A model of layers as a network: its weights follow from their names. */
export function layersNetwork(
  model: tf.LayersModel,
  batch: Record<string, tf.Tensor>,
  loss: (output: tf.Tensor, batch: Record<string, tf.Tensor>) => tf.Tensor,
): Network {
  initialize(model);
  return {
    batch,
    loss: (given) => loss(model.apply(given.x, { training: true }) as tf.Tensor, given) as tf.Scalar,
  };
}

/** Ten classes of images [batch, side, side, 3] told by the mean of the last features, with softmax cross entropy. */
export function classifier(batch: number, input: tf.SymbolicTensor, features: tf.SymbolicTensor): Network {
  const pooled = tf.layers.globalAveragePooling2d({}).apply(features);
  const logits = tf.layers.dense({ name: 'head', units: 10 }).apply(pooled) as tf.SymbolicTensor;
  const labels = choices('labels', [batch], 10) as tf.Tensor1D;
  const [, ...size] = input.shape as number[];
  return layersNetwork(
    tf.model({ inputs: input, outputs: logits }),
    { x: uniform('images', [batch, ...size]), labels: tf.oneHot(labels, 10) },
    (output, { labels }) => tf.losses.softmaxCrossEntropy(labels, output),
  );
}
