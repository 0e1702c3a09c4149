import type { Parameters } from '@sandwich/engine';
import { OnnxGraph, type OnnxValue } from '@sandwich/onnx';
import { codebookRange } from '../architecture.js';
import { type Dcn, LATENT_STRIDE } from '../dcn.js';
import { type ConvolutionLayer, convolutionsOf, type Layer, LEAKY_SLOPE } from '../network/layers.js';
import type { Network } from '../network/network.js';

/** Adds what `Network.apply` computes, [N,C,H,W], sides multiples of the network's strides. */
function addNetwork(graph: OnnxGraph, input: OnnxValue, { layers, parameters }: Network, name: string): OnnxValue {
  const leaky = (x: OnnxValue) => graph.node('LeakyRelu', [x], { alpha: { float: LEAKY_SLOPE } });
  const convolve = (x: OnnxValue, layer: ConvolutionLayer) => {
    const weights = ['kernel', 'bias'].map((part) => addWeights(graph, parameters, `${layer.name}/${part}`, name));
    const total = layer.size - layer.stride;
    const [before, after] = [Math.floor(total / 2), Math.ceil(total / 2)];
    const pads = [before, before, after, after];
    const y = graph.node('Conv', [x, ...weights], { strides: [layer.stride, layer.stride], pads });
    return layer.leaky ? leaky(y) : y;
  };
  const apply = (x: OnnxValue, layer: Layer): OnnxValue => {
    if (layer.kind === 'convolution') return convolve(x, layer);
    if (layer.kind === 'depth-to-space') return graph.node('DepthToSpace', [x], { blocksize: 2, mode: 'DCR' });
    const begin = layer.activateFirst ? leaky(x) : x;
    return graph.node('Add', [x, convolutionsOf(layer).reduce(convolve, begin)]);
  };
  return layers.reduce(apply, input);
}

/** Kernels are kept as [outputs, inputs, height, width]. */
function addWeights(graph: OnnxGraph, parameters: Parameters, path: string, network: string): OnnxValue {
  const weights = parameters[path];
  const kept = weights.rank === 4 ? weights.transpose([3, 2, 0, 1]) : weights.clone();
  try {
    return graph.constant(kept.dataSync<'float32'>(), kept.shape, 'float', `${network}/${path}`);
  } finally {
    kept.dispose();
  }
}

const describe = ({ architecture }: Dcn): Record<string, string> => {
  const [low, high] = codebookRange(architecture);
  return { image_range: '0 to 255', size_multiple: `${LATENT_STRIDE}`, codebook: `${low} to ${high}` };
};

/** The gains of the channels at the input `rate`: hat functions around the trained rates share out their logarithms; see `GainUnits`. */
function addGains(
  graph: OnnxGraph,
  { architecture, parameters }: Dcn,
  side: 'encoder' | 'decoder',
): OnnxValue | undefined {
  const logs = parameters[`gain/${side}`];
  if (!logs) return undefined;
  const { rates } = architecture;
  const scalar = (value: number) => graph.constant([value], []);
  const rate = graph.node('Clip', [graph.input('rate', []), scalar(0), scalar(1)]);
  const place = graph.node('Mul', [rate, scalar(rates - 1)]);
  const trained = graph.constant(
    Array.from({ length: rates }, (_, i) => i),
    [1, rates],
  );
  const far = graph.node('Abs', [graph.node('Sub', [place, trained])]);
  const shares = graph.node('Relu', [graph.node('Sub', [scalar(1), far])]);
  const table = graph.constant(logs.dataSync<'float32'>(), logs.shape, 'float', `gain/${side}`);
  return graph.node('Exp', [graph.node('MatMul', [shares, table])]);
}

/**
 * The encoder as an ONNX model. Input `images` [N,H,W,3], float32 in [0, 255], sides multiples of 8. Outputs `latent` [N,H/8,W/8,features], before it is
 * quantised, and `quantized`, the nearest entries of the codebook. A network of a range of rates has a second input, `rate`, a float32,
 * which is clipped to 0 to 1.
 */
export function dcnEncoderOnnx(dcn: Dcn, metadata: Record<string, string> = {}): Uint8Array {
  const { features } = dcn.architecture;
  const graph = new OnnxGraph('encoder');
  const scalar = (value: number) => graph.constant([value], []);
  const images = graph.node('Transpose', [graph.input('images', ['N', 'H', 'W', 3])], { perm: [0, 3, 1, 2] });
  const centred = graph.node('Sub', [graph.node('Div', [images, scalar(127.5)]), scalar(1)]);
  const net = graph.node('Transpose', [addNetwork(graph, centred, dcn.encoder, 'encoder')], { perm: [0, 2, 3, 1] });
  const { scale } = dcn.parameters;
  const scaled = scale ? graph.node('Mul', [net, scalar(scale.dataSync()[0])]) : net;
  const gains = addGains(graph, dcn, 'encoder');
  const latent = gains ? graph.node('Mul', [scaled, gains]) : scaled;
  const nearest = graph.node('Ceil', [graph.node('Sub', [latent, scalar(0.5)])]);
  const shape = ['N', 'h', 'w', features];
  graph.output('quantized', graph.node('Clip', [nearest, ...codebookRange(dcn.architecture).map(scalar)]), shape);
  graph.output('latent', latent, shape);
  return graph.encode({ ...describe(dcn), ...metadata });
}

/** The decoder as an ONNX model. Input `quantized` [N,h,w,features], output `decoded` [N,8h,8w,3], float32 in [0, 255], not rounded. It has the input `rate` where the encoder does. */
export function dcnDecoderOnnx(dcn: Dcn, metadata: Record<string, string> = {}): Uint8Array {
  const graph = new OnnxGraph('decoder');
  const scalar = (value: number) => graph.constant([value], []);
  const quantized = graph.input('quantized', ['N', 'h', 'w', dcn.architecture.features]);
  const gains = addGains(graph, dcn, 'decoder');
  const latent = gains ? graph.node('Mul', [quantized, gains]) : quantized;
  const net = addNetwork(graph, graph.node('Transpose', [latent], { perm: [0, 3, 1, 2] }), dcn.decoder, 'decoder');
  const values = graph.node('Mul', [graph.node('Add', [net, scalar(1)]), scalar(127.5)]);
  const clipped = graph.node('Clip', [
    graph.node('Transpose', [values], { perm: [0, 2, 3, 1] }),
    scalar(0),
    scalar(255),
  ]);
  graph.output('decoded', clipped, ['N', 'H', 'W', 3]);
  return graph.encode({ ...describe(dcn), ...metadata });
}
