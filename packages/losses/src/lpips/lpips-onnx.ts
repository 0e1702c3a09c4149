import type { StoredTensor } from '@sandwich/engine';
import { OnnxGraph, type OnnxValue } from '@sandwich/onnx';
import { backbones, inputDeviation, inputMean, type Layer, type LpipsNet, NORM_EPSILON } from './backbones.js';
import type { LpipsWeights } from './lpips-weights.js';

/** Adds the network to a graph. @returns its features at each tap, of length 1 in each pixel */
function addFeatures(
  graph: OnnxGraph,
  images: OnnxValue,
  net: LpipsNet,
  { convolutions }: Pick<LpipsWeights, 'convolutions'>,
): OnnxValue[] {
  const stored = ({ values, shape }: StoredTensor, name: string) => graph.constant(values, shape, 'float', name);
  const perChannel = (values: ArrayLike<number>) => graph.constant(values, [1, values.length, 1, 1]);
  const weights = Object.fromEntries(
    Object.entries(convolutions).map(([name, { kernel, bias }]) => [
      name,
      [stored(kernel, `${name}.weight`), stored(bias, `${name}.bias`)],
    ]),
  );
  const mean = perChannel(inputMean);
  const deviation = perChannel(inputDeviation);
  const epsilon = graph.constant([NORM_EPSILON], []);
  const channelAxis = graph.constant([1], [1], 'int64');

  const convolve = (x: OnnxValue, { name, stride, padding }: Extract<Layer, { op: 'convolution' }>) =>
    graph.node('Relu', [
      graph.node('Conv', [x, ...weights[name]], { strides: [stride, stride], pads: new Array(4).fill(padding) }),
    ]);
  const normalized = (features: OnnxValue) => {
    const norm = graph.node('ReduceL2', [features, channelAxis], { keepdims: 1 });
    return graph.node('Div', [features, graph.node('Add', [norm, epsilon])]);
  };

  const nchw = graph.node('Transpose', [images], { perm: [0, 3, 1, 2] });
  const taps: OnnxValue[] = [];
  let x = graph.node('Div', [graph.node('Sub', [nchw, mean]), deviation]);
  for (const layer of backbones[net]) {
    if (layer.op === 'convolution') x = convolve(x, layer);
    else if (layer.op === 'maxPool')
      x = graph.node('MaxPool', [x], {
        kernel_shape: [layer.size, layer.size],
        strides: [2, 2],
        ceil_mode: layer.roundUp ? 1 : 0,
      });
    else if (layer.op === 'fire') {
      const squeezed = convolve(x, layer.squeeze);
      x = graph.node(
        'Concat',
        layer.expand.map((expand) => convolve(squeezed, expand)),
        { axis: 1 },
      );
    } else taps.push(normalized(x));
  }
  return taps;
}

/** Names of the features at the taps of a network, the finest first. */
export const featureNames = (heads: number): string[] => Array.from({ length: heads }, (_, i) => `features${i}`);

/**
 * The half of LPIPS that looks at the reference, as an ONNX model: input `images` [N,H,W,3] in [0, 255], outputs `features0` [N,C,H',W']
 * and so on.
 *
 * @returns the bytes of an .onnx file
 */
export function lpipsFeaturesOnnx(net: LpipsNet, weights: LpipsWeights): Uint8Array {
  const graph = new OnnxGraph(`lpips-${net}-features`);
  const images = graph.input('images', ['N', 'H', 'W', 3]);
  const names = featureNames(weights.heads.length);
  for (const [i, features] of addFeatures(graph, images, net, weights).entries()) {
    const channels = weights.heads[i].values.length;
    graph.output(names[i], features, ['N', channels, `H${i}`, `W${i}`]);
  }
  return graph.encode();
}

/**
 * The other half: inputs `features0` [1,C,H',W'] and so on of a reference, and `images` [N,H,W,3] in [0, 255]; outputs `distance` [N], its
 * terms `layers` [N,layers], and the maps of which those are the means, `map0` [N,1,H',W'] and so on.
 *
 * @returns the bytes of an .onnx file
 */
export function lpipsOnnx(net: LpipsNet, weights: LpipsWeights): Uint8Array {
  const { heads } = weights;
  const graph = new OnnxGraph(`lpips-${net}`);
  const others = featureNames(heads.length).map((name, i) =>
    graph.input(name, [1, heads[i].values.length, `H${i}`, `W${i}`]),
  );
  const images = graph.input('images', ['N', 'H', 'W', 3]);
  const channelAxis = graph.constant([1], [1], 'int64');
  const spatialAxes = graph.constant([2, 3], [2], 'int64');
  const distances = addFeatures(graph, images, net, weights).map((features, i) => {
    const difference = graph.node('Sub', [features, others[i]]);
    const head = graph.constant(heads[i].values, [1, heads[i].values.length, 1, 1]);
    const weighted = graph.node('Conv', [graph.node('Mul', [difference, difference]), head]);
    graph.output(`map${i}`, weighted, ['N', 1, `H${i}`, `W${i}`]);
    return graph.node('ReduceMean', [weighted, spatialAxes], { keepdims: 0 });
  });
  const layers = graph.node('Concat', distances, { axis: 1 });
  graph.output('layers', layers, ['N', distances.length]);
  graph.output('distance', graph.node('ReduceSum', [layers, channelAxis], { keepdims: 0 }), ['N']);
  return graph.encode();
}
