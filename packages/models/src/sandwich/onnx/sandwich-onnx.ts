import { OnnxGraph, type OnnxValue } from '@sandwich/onnx';
import { largestSample } from '@sandwich/pictures';
import type { Sandwich } from '../sandwich.js';
import { addCompanding, addExpansion, addExponent } from './companding-onnx.js';
import { addLogStep } from './log-step-onnx.js';
import { addSymmetricPadding } from './pad-symmetric-onnx.js';
import { addProcessor } from './processor-onnx.js';
import { addBicubicReduction, addLanczosEnlargement } from './resize-onnx.js';
import { addInt64, addMultiple } from './sizes-onnx.js';

const toNchw = (graph: OnnxGraph, x: OnnxValue) => graph.node('Transpose', [x], { perm: [0, 3, 1, 2] });
const toNhwc = (graph: OnnxGraph, x: OnnxValue) => graph.node('Transpose', [x], { perm: [0, 2, 3, 1] });

/** What a user of the file must know of both models. */
const describe = (model: Sandwich): Record<string, string> => ({
  image_range: `0 to ${largestSample(8 + model.truncateBits)}`,
  bottleneck_range: '0 to 255',
  size_multiple: `${model.sizeMultiple}`,
  downsample_factor: `${model.downsampleFactor}`,
  ...(model.conditionOn === 'step' && { condition_on: model.conditionOn }),
  ...(model.companding && { companding: 'exponent' }),
});

/**
 * What happens before the codec, as an ONNX model: `Sandwich.preprocess`, then clipped to [0, 255] and rounded, halves
 * to even.
 *
 * Input `images` [N,H,W,inputChannels], float32 in [0, 2^(8 + truncateBits) - 1], any H and W, and, for networks that are conditioned on
 * it, `step` [1], float32, the quantiser step of the codec, and, for networks behind a companding curve, `exponent` [1], float32. Outputs `bottleneck`
 * [N,H',W',bottleneckChannels], uint8, for an encoder, and the same before clipping and rounding, `bottleneck_float`.
 *
 * @param metadata Texts for readers of the file.
 * @returns The bytes of an .onnx file.
 */
export function preProcessorOnnx(model: Sandwich, metadata: Record<string, string> = {}): Uint8Array {
  const { pre, inputChannels, bottleneckChannels, downsampleFactor, truncateBits, sizeMultiple } = model;
  const graph = new OnnxGraph('pre-processor');
  const images = graph.input('images', ['N', 'H', 'W', inputChannels]);
  const condition = model.conditionOn === 'step' ? addLogStep(graph) : undefined;
  const planes = toNchw(graph, images);
  const levels = model.companding ? addCompanding(graph, planes, addExponent(graph), model.peak) : planes;
  let x = addSymmetricPadding(graph, levels, sizeMultiple);
  if (pre) x = addProcessor(graph, x, pre, 'pre', condition);
  if (downsampleFactor > 1 && !pre?.packs) x = addBicubicReduction(graph, x, bottleneckChannels, downsampleFactor);
  if (truncateBits > 0 && !model.companding)
    x = graph.node('Floor', [graph.node('Div', [x, graph.constant([2 ** truncateBits], [])])]);
  const bottleneck = toNhwc(graph, x);
  const clipped = graph.node('Clip', [bottleneck, graph.constant([0], []), graph.constant([255], [])]);
  const shape = ['N', 'bottleneck_height', 'bottleneck_width', bottleneckChannels];
  graph.output('bottleneck', graph.cast(graph.node('Round', [clipped]), 'uint8'), shape, 'uint8');
  graph.output('bottleneck_float', bottleneck, shape);
  return graph.encode({ ...describe(model), ...metadata });
}

/**
 * What happens after the codec, as an ONNX model: `Sandwich.postprocess`.
 *
 * Inputs `decoded` [N,H',W',bottleneckChannels], float32 in [0, 255], and `size`, int64 [height, width] of the images that were
 * coded, and `step` and `exponent` as for the pre-processor; running it fails at the node `decoded_fits_size` if they do not belong together. Output `prediction`
 * [N,height,width,outputChannels], float32, about [0, 2^(8 + truncateBits) - 1], neither clipped nor rounded.
 *
 * @param metadata Texts for readers of the file.
 * @returns The bytes of an .onnx file.
 */
export function postProcessorOnnx(model: Sandwich, metadata: Record<string, string> = {}): Uint8Array {
  const { post, loopFilter, bottleneckChannels, outputChannels, downsampleFactor, truncateBits, sizeMultiple } = model;
  const graph = new OnnxGraph('post-processor');
  const shape = ['N', 'bottleneck_height', 'bottleneck_width', bottleneckChannels];
  const decoded = graph.input('decoded', shape);
  const size = graph.input('size', [2], 'int64');
  const condition = model.conditionOn === 'step' ? addLogStep(graph) : undefined;
  const exponent = model.companding ? addExponent(graph) : undefined;
  let x = addSizeCheck(graph, toNchw(graph, decoded), size, sizeMultiple, downsampleFactor);
  if (loopFilter) {
    // 0 stands for the size that is there already.
    const planes = graph.node('Reshape', [x, addInt64(graph, [-1, 1, 0, 0])]);
    const filtered = addProcessor(graph, planes, loopFilter, 'loopFilter', condition);
    x = graph.node('Reshape', [filtered, addInt64(graph, [-1, bottleneckChannels, 0, 0])]);
  }
  if (truncateBits > 0 && !model.companding) {
    const scaled = graph.node('Mul', [x, graph.constant([2 ** truncateBits], [])]);
    x = graph.node('Add', [scaled, graph.constant([2 ** truncateBits / 2], [])]);
  }
  if (downsampleFactor > 1 && !post?.packs) x = addLanczosEnlargement(graph, x, bottleneckChannels, downsampleFactor);
  if (post) x = addProcessor(graph, x, post, 'post', condition);
  const cropped = graph.node('Slice', [x, addInt64(graph, [0, 0]), size, addInt64(graph, [2, 3])]);
  const light = exponent ? addExpansion(graph, cropped, exponent, model.peak) : cropped;
  graph.output('prediction', toNhwc(graph, light), ['N', 'height', 'width', outputChannels]);
  return graph.encode({ ...describe(model), ...metadata });
}

/**
 * Makes the runtime refuse a bottleneck that is not that of images of this size: ONNX has no assertions, yet it cannot add
 * zeros of another height or width.
 */
function addSizeCheck(graph: OnnxGraph, x: OnnxValue, size: OnnxValue, multiple: number, factor: number): OnnxValue {
  const expected = graph.node('Div', [addMultiple(graph, size, multiple), addInt64(graph, [factor])]);
  const shape = graph.node('Concat', [addInt64(graph, [1, 1]), expected], { axis: 0 });
  const zeros = graph.node('Expand', [graph.constant([0], [1, 1, 1, 1]), shape]);
  return graph.node('Add', [x, zeros], {}, 'decoded_fits_size');
}
