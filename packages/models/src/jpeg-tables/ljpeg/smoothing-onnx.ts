import { dctBasis } from '@sandwich/codec-proxy';
import { OnnxGraph, type OnnxValue } from '@sandwich/onnx';
import { addNetwork } from '../../networks/network-onnx.js';
import { fileTables } from '../file-tables.js';
import { LARGEST_TOLD } from './attention.js';
import type { LearnedJpeg } from './learned-jpeg.js';
import { BLOCK, publishedMatrices } from './published-transform.js';

const CHANNELS = 3;
const transposed = (matrix: readonly (readonly number[])[]) => matrix[0].map((_, i) => matrix.map((row) => row[i]));

/** The DCT of 8x8 blocks as kernels of a convolution by colour, [192, 1, 8, 8]. */
const dctKernels = (): Float32Array => {
  const kernels = new Float32Array(CHANNELS * BLOCK * BLOCK);
  for (let i = 0; i < kernels.length; i++) {
    const [frequency, pixel] = [(i >> 6) % BLOCK, i % BLOCK];
    kernels[i] = dctBasis[pixel * BLOCK + frequency];
  }
  return kernels;
};

/** Factors of coefficients by the small network, [N, 192, h, w]. */
function smallFactors(graph: OnnxGraph, system: LearnedJpeg, coefficients: OnnxValue): OnnxValue {
  const scalar = (value: number) => graph.constant([value], []);
  const { luma, chroma } = fileTables(system.tables.stepValues());
  const perChannel = (values: number[]) => graph.constant(values, [1, CHANNELS * BLOCK, 1, 1]);
  const steps = perChannel([...Array.from(luma), ...Array.from(chroma), ...Array.from(chroma)]);
  const magnitudes = graph.node('Abs', [graph.node('Div', [coefficients, steps])]);
  const told = graph.node('Mul', [graph.node('Min', [magnitudes, scalar(LARGEST_TOLD)]), scalar(4 / LARGEST_TOLD)]);
  const distance = graph.node('Sub', [magnitudes, graph.node('Round', [magnitudes])]);
  const features = graph.node('Concat', [told, graph.node('Mul', [distance, scalar(2)])], { axis: 1 });
  const shrinkage = addNetwork(graph, features, system.attention!.network, 'attention');
  const ac = perChannel(Array.from({ length: CHANNELS * BLOCK }, (_, i) => (i % BLOCK === 0 ? 0 : 1)));
  const share = graph.node('Div', [graph.node('Mul', [shrinkage, ac]), graph.node('Max', [magnitudes, scalar(1)])]);
  return graph.node('Sub', [scalar(1), share]);
}

/** Factors of coefficients by VGG19, [N, 192, h, w]. @param images [N, 3, H, W] */
function vgg19Factors(graph: OnnxGraph, system: LearnedJpeg, images: OnnxValue): OnnxValue {
  const unit = graph.node('Div', [images, graph.constant([255], [])]);
  const map = addNetwork(graph, unit, system.attention!.network, 'attention');
  const taken = (table: 0 | 1) => Array.from({ length: BLOCK }, (_, frequency) => 2 * frequency + table);
  const indices = [...taken(0), ...taken(1), ...taken(1)];
  return graph.node('Gather', [map, graph.constant(indices, [indices.length], 'int64')], { axis: 1 });
}

/**
 * The smoothing of a system with attention as an ONNX model, for its tables as they are. Input `images` [N,H,W,3], float32 in [0, 255], sides
 * multiples of 8. Outputs `smoothed`, of that shape, to be rounded to 8 bits, and `factors` [N,192,H/8,W/8], those of the 64 coefficients of Y by
 * vertical and then horizontal frequency, of Cb and of Cr.
 */
export function smoothingOnnx(system: LearnedJpeg, metadata: Record<string, string> = {}): Uint8Array {
  const graph = new OnnxGraph('smoothing');
  const input = graph.input('images', ['N', 'H', 'W', CHANNELS]);
  const images = graph.node('Transpose', [input], { perm: [0, 3, 1, 2] });
  const mix = (x: OnnxValue, matrix: number[][], offset: number[]) => {
    const kernel = graph.constant(transposed(matrix).flat(), [CHANNELS, CHANNELS, 1, 1]);
    return graph.node('Conv', [x, kernel, graph.constant(offset, [CHANNELS])]);
  };
  const kernels = graph.constant(dctKernels(), [CHANNELS * BLOCK, 1, 8, 8]);
  const blocks = { strides: [8, 8], group: CHANNELS };
  const { ycbcrFromRgb, rgbFromYcbcr } = publishedMatrices;
  const centred = mix(images, ycbcrFromRgb, [-128, 0, 0]);
  const coefficients = graph.node('Conv', [centred, kernels], blocks);
  const factors =
    system.attention!.name === 'small'
      ? smallFactors(graph, system, coefficients)
      : vgg19Factors(graph, system, images);
  const smoothed = graph.node('ConvTranspose', [graph.node('Mul', [coefficients, factors]), kernels], blocks);
  const rgb = mix(smoothed, rgbFromYcbcr, [128, 128, 128]);
  const clipped = graph.node('Clip', [rgb, graph.constant([0], []), graph.constant([255], [])]);
  graph.output('smoothed', graph.node('Transpose', [clipped], { perm: [0, 2, 3, 1] }), ['N', 'H', 'W', CHANNELS]);
  graph.output('factors', factors, ['N', CHANNELS * BLOCK, 'h', 'w']);
  return graph.encode({ image_range: '0 to 255', size_multiple: '8', ...metadata });
}
