// TFJS takes its fused ops apart while gradients are recorded (convolution, sum, activation: three kernels, and all of
// their results stay alive until the way back) and refuses dilations and broadcast batches. Here they stay one kernel: the
// activations are such that their slope follows from the result, which is kept alone.

import { tf } from '../tf.js';
import type { ConvolutionAttributes } from './composed-convolution.js';
import { conv2dGradients, depthwiseGradients } from './convolution.js';
import { hasKernel, runKernel, sumTo } from './gradient.js';
import { matMulGradients } from './matrices.js';

type Activation = NonNullable<Parameters<typeof tf.fused.matMul>[0]['activation']>;

/** dy times the slope of the activation where its result is y. Those without an entry are left to TFJS. */
const slopes: Partial<Record<Activation, (dy: tf.Tensor, y: tf.Tensor, leakyreluAlpha: number) => tf.Tensor>> = {
  linear: (dy) => dy,
  relu: (dy, y) => (hasKernel('ReluGrad') ? runKernel('ReluGrad', { dy, y }) : tf.mul(dy, tf.step(y))),
  relu6: (dy, y) => tf.mul(dy, tf.cast(tf.logicalAnd(tf.greater(y, 0), tf.less(y, 6)), 'float32')),
  elu: (dy, y) => runKernel('EluGrad', { dy, y }),
  sigmoid: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  leakyrelu: (dy, y, alpha) => tf.where(tf.greater(y, 0), dy, tf.mul(dy, alpha)),
};

/**
 * dy times the slope of an activation, and the gradient of a bias: the sum of that over all axes but the last. Where an
 * engine has a kernel for both, that reads the images once; it has no gradient of its own.
 */
function slopeAndBias(dy: tf.Tensor, y: tf.Tensor, bias: tf.Tensor, activation: Activation): tf.Tensor[] | null {
  const differentiated = tf.engine().state.gradientDepth > 0;
  const perChannel = bias.rank === 1 && y.rank > 1 && bias.size === y.shape.at(-1);
  if (activation !== 'relu' || differentiated || !perChannel || !hasKernel('BiasReluGrad')) return null;
  return tf.engine().runKernel('BiasReluGrad', { dy, y }) as tf.Tensor[];
}

interface Options {
  bias?: tf.Tensor | tf.TensorLike;
  activation?: Activation;
  leakyreluAlpha?: number;
}

interface FusedOp<O extends Options> {
  op(options: O): tf.Tensor;
  /** The two tensors that are multiplied. */
  operands(options: O): [tf.Tensor, tf.Tensor];
  withOperands(options: O, operands: tf.Tensor[]): O;
  gradients(dy: tf.Tensor, operands: tf.Tensor[], options: O): (() => tf.Tensor)[];
}

/** What `tf.customGrad` calls; that one computes all gradients, this one those that are asked for. */
interface Recorder {
  runKernelFunc(recorded: {
    inputs: Record<number, tf.Tensor>;
    forwardFunc(backend: unknown, save: tf.GradSaveFunc): tf.Tensor;
    backwardsFunc(dy: tf.Tensor, saved: tf.Tensor[]): Record<number, () => tf.Tensor>;
  }): tf.Tensor;
}

/** Runs TFJS's op as it runs while no gradients are recorded. */
function withoutTape<T>(run: () => T): T {
  const { state } = tf.engine();
  const depth = state.gradientDepth;
  state.gradientDepth = 0;
  try {
    return run();
  } finally {
    state.gradientDepth = depth;
  }
}

const toTensor = (x: tf.Tensor | tf.TensorLike): tf.Tensor => (x instanceof tf.Tensor ? x : tf.tensor(x));

function fuse<O extends Options>({ op, operands, withOperands, gradients }: FusedOp<O>) {
  return (options: O): tf.Tensor => {
    const { activation = 'linear', leakyreluAlpha = 0.2 } = options;
    const slope = slopes[activation];
    const recorded = tf.engine().state.gradientDepth > 0;
    const monotonic = activation !== 'leakyrelu' || leakyreluAlpha > 0;
    if (!recorded || !slope || !monotonic) return op(options);
    const bias = options.bias == null ? [] : [toTensor(options.bias)];
    const [a, b] = operands(options);
    const engine = tf.engine() as unknown as Recorder;
    return engine.runKernelFunc({
      inputs: { ...[a, b, ...bias] },
      forwardFunc: (_, save) => {
        const y = withoutTape(() => op({ ...withOperands(options, [a, b]), bias: bias[0], leakyreluAlpha }));
        save([a, b, y, ...bias]);
        return y;
      },
      backwardsFunc: (dy, [a, b, y, ...bias]) => {
        const both = bias.length > 0 ? slopeAndBias(dy, y, bias[0], activation) : null;
        const incoming = both ? both[0] : slope(dy, y, leakyreluAlpha);
        const toBias = bias.map((tensor) => () => both?.[1] ?? sumTo(incoming, tensor.shape));
        return { ...[...gradients(incoming, [a, b], options), ...toBias] };
      },
    });
  };
}

type Convolution = Parameters<typeof tf.fused.conv2d>[0];
type MatMul = Parameters<typeof tf.fused.matMul>[0];

const convolution = (
  op: (options: Convolution) => tf.Tensor,
  gradientsOf: typeof conv2dGradients,
): FusedOp<Convolution> => ({
  op,
  operands: ({ x, filter }) => [toTensor(x), toTensor(filter)],
  withOperands: (options, [x, filter]) => ({ ...options, x: x as tf.Tensor4D, filter: filter as tf.Tensor4D }),
  gradients: (dy, [x, filter], { strides, pad, dataFormat = 'NHWC', dilations, dimRoundingMode }) => {
    const attributes = { strides, pad, dataFormat, dilations, dimRoundingMode } as ConvolutionAttributes;
    const batch = (t: tf.Tensor) => (t.rank === 3 ? tf.expandDims<tf.Tensor4D>(t, 0) : (t as tf.Tensor4D));
    const { x: dx, filter: dw } = gradientsOf(batch(dy), batch(x), filter as tf.Tensor4D, attributes);
    return [() => tf.reshape(dx(), x.shape), dw];
  },
});

const matMul = (op: (options: MatMul) => tf.Tensor): FusedOp<MatMul> => ({
  op,
  operands: ({ a, b }) => [toTensor(a), toTensor(b)],
  withOperands: (options, [a, b]) => ({ ...options, a, b }),
  gradients: (dy, [a, b], { transposeA = false, transposeB = false }) => {
    const { a: da, b: db } = matMulGradients(dy, a, b, { transposeA, transposeB });
    return [da, db];
  },
});

let fused = false;

/** Replaces the functions of `tf.fused`. Idempotent. Where TFJS was bundled as ES modules they cannot be replaced. */
export function keepFused(): void {
  if (fused || !Object.getOwnPropertyDescriptor(tf.fused, 'conv2d')?.writable) return;
  fused = true;
  const { conv2d, depthwiseConv2d, matMul: matMulOfTfjs } = tf.fused;
  Object.assign(tf.fused, {
    conv2d: fuse(convolution(conv2d, conv2dGradients)),
    depthwiseConv2d: fuse(convolution(depthwiseConv2d as (options: Convolution) => tf.Tensor, depthwiseGradients)),
    matMul: fuse(matMul(matMulOfTfjs)),
  });
}
