import { einsum } from '../einsum.js';
import type { ConvolutionAttributes } from '../gradients/composed-convolution.js';
import { runOnHost } from '../run-on-host.js';
import { tf } from '../tf.js';
import { slid } from './convolution.js';
import { composed, type Inputs, inputsOf, type WasmKernel, type WasmKernelTable } from './kernel.js';

interface Fused {
  activation: 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';
  leakyreluAlpha: number;
}

/** What a fused kernel does after its product. */
function finish(product: tf.Tensor, { bias, preluActivationWeights }: Inputs, { activation, leakyreluAlpha }: Fused) {
  const y = bias ? tf.add(product, bias) : product;
  if (activation === 'linear') return y;
  if (activation === 'prelu') return tf.prelu(y, preluActivationWeights);
  return activation === 'leakyrelu' ? tf.leakyRelu(y, leakyreluAlpha) : tf[activation](y);
}

const withAnyBias = (name: string, convolve: typeof tf.conv2d | typeof tf.depthwiseConv2d): WasmKernel => ({
  why: 'refuses a bias of another rank than 1; wrong where the convolution is',
  onHost: 'then',
  make: (original) => (call) => {
    const inputs = inputsOf(call);
    const attributes = call.attrs as unknown as ConvolutionAttributes & Fused;
    const { strides, pad, dilations, dataFormat, dimRoundingMode } = attributes;
    const rank = (inputs.bias as tf.Tensor | undefined)?.shape.length ?? 1;
    if (rank === 1 || dataFormat === 'NCHW') return slid(name)(original)(call);
    return tf.tidy(() =>
      finish(
        convolve(inputs.x, inputs.filter, strides, pad, 'NHWC', dilations ?? 1, dimRoundingMode),
        inputs,
        attributes,
      ),
    );
  },
});

/** As many products as can be added up one after another in single precision. */
const LONGEST = 4096;

/** A product over a long axis, by blocks of it, whose products are added up by themselves. */
function blockwise({ a, b }: Inputs, { transposeA, transposeB }: tf.BatchMatMulAttrs): tf.Tensor {
  const [axisA, axisB] = [transposeA ? -2 : -1, transposeB ? -1 : -2].map((axis) => axis + a.shape.length);
  const length = a.shape[axisA];
  const part = (x: tf.Tensor, axis: number, begin: number) =>
    tf.slice(
      x,
      x.shape.map((_, i) => (i === axis ? begin : 0)),
      x.shape.map((size, i) => (i === axis ? Math.min(LONGEST, length - begin) : size)),
    );
  const products: tf.Tensor[] = [];
  for (let begin = 0; begin < length; begin += LONGEST)
    products.push(tf.matMul(part(a, axisA, begin), part(b, axisB, begin), transposeA, transposeB));
  return tf.sum(tf.stack(products), 0);
}

export const matrices: WasmKernelTable = {
  BatchMatMul: {
    // The packed form of b is kept for b's data, whatever shape it has by then. A copy has data of its own.
    why: 'wrong: reads and writes beyond the ends of a reshaped matrix and of empty ones; refuses integers',
    onHost: 'then',
    make: (original) => (call) => {
      const { a, b } = inputsOf(call);
      if (a.dtype !== 'float32' || a.size === 0 || b.size === 0) return runOnHost('BatchMatMul', call as never);
      const attributes = call.attrs as unknown as tf.BatchMatMulAttrs;
      if (a.shape.at(attributes.transposeA ? -2 : -1)! > LONGEST)
        return tf.tidy(() => blockwise(inputsOf(call), attributes));
      const { dataIdMap } = call.backend as { dataIdMap: tf.DataStorage<tf.TensorInfo> };
      if (tf.util.arraysEqual(dataIdMap.get(b.dataId).shape, b.shape)) return original(call);
      const copy = tf.tensor(b.dataSync(), b.shape);
      try {
        return original({ ...call, inputs: { a, b: copy } });
      } finally {
        copy.dispose();
      }
    },
  },
  _FusedMatMul: {
    why: 'wrong: bias of a transposed product',
    make: () =>
      composed<tf._FusedMatMulAttrs & Fused>((inputs, attributes) =>
        finish(tf.matMul(inputs.a, inputs.b, attributes.transposeA, attributes.transposeB), inputs, attributes),
      ),
  },
  FusedConv2D: withAnyBias('FusedConv2D', tf.conv2d),
  FusedDepthwiseConv2D: withAnyBias('FusedDepthwiseConv2D', tf.depthwiseConv2d),
  Einsum: {
    why: 'missing',
    make: () => composed<tf.EinsumAttrs>((inputs, { equation }) => einsum(equation, Object.values(inputs))),
  },
};
