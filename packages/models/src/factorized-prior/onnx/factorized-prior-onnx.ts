import { type tf, valuesOf } from '@sandwich/engine';
import { OnnxGraph, type OnnxValue } from '@sandwich/onnx';
import type { FactorizedPrior } from '../factorized-prior.js';
import { gdnFactors } from '../network/gdn.js';
import { LATENT_STRIDE, type Layer, PADDING } from '../network/layers.js';
import type { Transform } from '../network/transform.js';

const PADS = [PADDING, PADDING, PADDING, PADDING];

/** Adds what `Transform.apply` computes, [N,C,H,W], sides multiples of the strides. */
function addTransform(graph: OnnxGraph, input: OnnxValue, transform: Transform, prefix: string): OnnxValue {
  const constant = (path: string, make: () => tf.Tensor, shape: number[]) =>
    graph.constant(valuesOf(make), shape, 'float', `${prefix}/${path}`);
  const strided = (x: OnnxValue, layer: Exclude<Layer, { kind: 'gdn' }>): OnnxValue => {
    const [weight, bias] = ['weight', 'bias'].map((part) => transform.parameters[`${layer.name}/${part}`]);
    const [rows, columns, ...channels] = weight.shape;
    const weights = [
      constant(`${layer.name}/weight`, () => weight.transpose([3, 2, 0, 1]), [...channels.toReversed(), rows, columns]),
      constant(`${layer.name}/bias`, () => bias.clone(), bias.shape),
    ];
    if (layer.kind === 'down') return graph.node('Conv', [x, ...weights], { strides: [2, 2], pads: PADS });
    const attributes = { strides: [2, 2], pads: PADS, output_padding: [1, 1] };
    return graph.node('ConvTranspose', [x, ...weights], attributes);
  };
  const apply = (x: OnnxValue, layer: Layer): OnnxValue => {
    if (layer.kind !== 'gdn') return strided(x, layer);
    const { name, channels } = layer;
    const stored = transform.normalization(name);
    const gamma = constant(`${name}/gamma`, () => gdnFactors(stored).gamma, [channels, channels, 1, 1]);
    const beta = constant(`${name}/beta`, () => gdnFactors(stored).beta, [channels]);
    const norm = graph.node('Sqrt', [graph.node('Conv', [graph.node('Mul', [x, x]), gamma, beta])]);
    return graph.node(layer.direction === 'divide' ? 'Div' : 'Mul', [x, norm]);
  };
  return transform.layers.reduce(apply, input);
}

const DESCRIPTION = { image_range: '0 to 255', size_multiple: `${LATENT_STRIDE}` };

/** Medians of the channels, as [1, channels, 1, 1]. */
const mediansOf = (graph: OnnxGraph, { bottleneck }: FactorizedPrior): OnnxValue =>
  graph.constant(
    valuesOf(() => bottleneck.medians()),
    [1, bottleneck.channels, 1, 1],
    'float',
    'medians',
  );

/**
 * The analysis as an ONNX model. Input `images` [N,H,W,3], float32 in [0, 255], sides multiples of 16. Outputs `latent` [N,H/16,W/16,latentChannels], before it
 * is rounded, and `levels`, its whole distances from the medians, which a range coder codes.
 */
export function factorizedPriorEncoderOnnx(prior: FactorizedPrior, metadata: Record<string, string> = {}): Uint8Array {
  const graph = new OnnxGraph('encoder');
  const images = graph.node('Transpose', [graph.input('images', ['N', 'H', 'W', 3])], { perm: [0, 3, 1, 2] });
  const latent = addTransform(graph, graph.node('Div', [images, graph.constant([255], [])]), prior.analysis, 'g_a');
  const levels = graph.node('Round', [graph.node('Sub', [latent, mediansOf(graph, prior)])]);
  for (const [name, value] of Object.entries({ latent, levels })) {
    const last = graph.node('Transpose', [value], { perm: [0, 2, 3, 1] });
    graph.output(name, last, ['N', 'h', 'w', prior.architecture.latentChannels]);
  }
  return graph.encode({ ...DESCRIPTION, ...metadata });
}

/** The synthesis as an ONNX model. Input `levels` [N,h,w,latentChannels], output `decoded` [N,16h,16w,3], float32 in [0, 255], not rounded. */
export function factorizedPriorDecoderOnnx(prior: FactorizedPrior, metadata: Record<string, string> = {}): Uint8Array {
  const graph = new OnnxGraph('decoder');
  const input = graph.input('levels', ['N', 'h', 'w', prior.architecture.latentChannels]);
  const levels = graph.node('Transpose', [input], { perm: [0, 3, 1, 2] });
  const latent = graph.node('Add', [levels, mediansOf(graph, prior)]);
  const decoded = graph.node('Mul', [addTransform(graph, latent, prior.synthesis, 'g_s'), graph.constant([255], [])]);
  const last = graph.node('Transpose', [decoded], { perm: [0, 2, 3, 1] });
  const limits = [0, 255].map((value) => graph.constant([value], []));
  graph.output('decoded', graph.node('Clip', [last, ...limits]), ['N', 'H', 'W', 3]);
  return graph.encode({ ...DESCRIPTION, ...metadata });
}
