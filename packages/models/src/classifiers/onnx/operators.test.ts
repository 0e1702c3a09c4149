import { startEngine, tf } from '@sandwich/engine';
import { checkGradient } from '@sandwich/engine/testing';
import { loadOnnxRuntime, type OnnxAttribute, OnnxGraph, type OnnxValue } from '@sandwich/onnx';
import { beforeAll, describe, expect, it } from 'vitest';
import { OnnxNetwork } from './onnx-network.js';
import { operators } from './operators/operators.js';

beforeAll(async () => {
  await startEngine();
});

/** Numbers between -1 and 1 of which no two are equal, in no order. */
const scatter = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => (((i * 7 + 3) % (count + 1)) + 0.35) / (count + 1) - 0.5).map((x) => 2 * x);

interface Trial {
  shape: number[];
  /** Adds nodes. @returns the output */
  build(graph: OnnxGraph, x: OnnxValue): OnnxValue;
}

const integers = (graph: OnnxGraph, ...values: number[]) => graph.constant(values, [values.length], 'int64');
const floats = (graph: OnnxGraph, shape: number[]) =>
  graph.constant(scatter(shape.reduce((a, b) => a * b, 1)).map((x) => x + 0.1), shape); // biome-ignore format: one line
const number = (graph: OnnxGraph, value: number) => graph.constant([value], []);

/** A node of one input, or of further constants of some shapes. */
const node =
  (operator: string, attributes: Record<string, OnnxAttribute> = {}, ...constants: number[][]): Trial['build'] =>
  (graph, x) =>
    graph.node(operator, [x, ...constants.map((shape) => floats(graph, shape))], attributes);

const image = [2, 4, 6, 5];
const matrix = [3, 4];

const trials: Record<string, Trial> = {
  'Add, broadcast': { shape: image, build: node('Add', {}, [4, 1, 1]) },
  AveragePool: { shape: image, build: node('AveragePool', { kernel_shape: [2, 3], strides: [2, 1] }) },
  'AveragePool, padded': {
    shape: image,
    build: node('AveragePool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  },
  'AveragePool, padding counted': {
    shape: image,
    build: node('AveragePool', { kernel_shape: [3, 3], pads: [1, 0, 1, 1], count_include_pad: 1 }),
  },
  'AveragePool, rounded up': {
    shape: [1, 2, 6, 7],
    build: node('AveragePool', { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
  },
  BatchNormalization: {
    shape: image,
    build: (graph, x) =>
      graph.node(
        'BatchNormalization',
        [x, floats(graph, [4]), floats(graph, [4]), floats(graph, [4]), graph.constant([0.5, 1, 2, 3], [4])],
        { epsilon: { float: 0.01 } },
      ),
  },
  Cast: { shape: matrix, build: (graph, x) => graph.cast(x, 'float') },
  Clip: { shape: matrix, build: (graph, x) => graph.node('Clip', [x, number(graph, -0.25), number(graph, 0.52)]) },
  'Clip, from below': { shape: matrix, build: (graph, x) => graph.node('Clip', [x, number(graph, 0)]) },
  'Clip, from above': { shape: matrix, build: (graph, x) => graph.node('Clip', [x, null, number(graph, 0)]) },
  Concat: { shape: image, build: (graph, x) => graph.node('Concat', [x, graph.node('Relu', [x])], { axis: -3 }) },
  'ConstantOfShape, Where, Equal, Expand': {
    shape: [1, 2, 3],
    build: (graph, x) => {
      // How torch exports an expansion to [4,-1,-1].
      const wanted = integers(graph, 4, -1, -1);
      const ones = graph.node('ConstantOfShape', [integers(graph, 3)]);
      const whole = graph.node('Add', [graph.cast(ones, 'int64'), integers(graph, 1)]);
      const isOpen = graph.node('Equal', [wanted, graph.node('Mul', [whole, integers(graph, -1)])]);
      return graph.node('Expand', [x, graph.node('Where', [isOpen, whole, wanted])]);
    },
  },
  Conv: { shape: image, build: node('Conv', { strides: [2, 2], pads: [1, 1, 1, 1] }, [3, 4, 3, 3], [3]) },
  'Conv, uneven': {
    shape: image,
    build: node('Conv', { strides: [2, 1], pads: [0, 1, 1, 2] }, [3, 4, 2, 3]),
  },
  'Conv, dilated': { shape: image, build: node('Conv', { pads: [2, 1, 2, 1], dilations: [2, 1] }, [3, 4, 3, 3]) },
  'Conv, depthwise': {
    shape: image,
    build: node('Conv', { group: 4, strides: [2, 2], pads: [1, 1, 1, 1] }, [8, 1, 3, 3], [8]),
  },
  'Conv, grouped': { shape: image, build: node('Conv', { group: 2, pads: [1, 1, 1, 1] }, [6, 2, 3, 3], [6]) },
  'Conv, as large as the images': {
    shape: image,
    build: node('Conv', { auto_pad: 'SAME_UPPER', strides: [2, 2] }, [3, 4, 3, 2]),
  },
  'Conv, SAME_LOWER': {
    shape: image,
    build: node('Conv', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, [3, 4, 3, 2]),
  },
  'Conv, VALID': { shape: image, build: node('Conv', { auto_pad: 'VALID' }, [3, 4, 3, 3]) },
  Div: { shape: matrix, build: node('Div', {}, [4]) },
  Dropout: { shape: matrix, build: (graph, x) => graph.node('Dropout', [graph.node('Tanh', [x])]) },
  Erf: { shape: matrix, build: node('Erf') },
  Flatten: { shape: image, build: node('Flatten', { axis: 2 }) },
  Gather: {
    shape: image,
    build: (graph, x) => graph.node('Gather', [x, integers(graph, 3, -1, 0)], { axis: 2 }),
  },
  'Gather, one': {
    shape: image,
    build: (graph, x) => graph.node('Gather', [x, graph.constant([-2], [], 'int64')], { axis: 1 }),
  },
  Gemm: { shape: matrix, build: node('Gemm', { alpha: { float: 0.5 }, beta: { float: 2 } }, [4, 5], [5]) },
  'Gemm, transposed': { shape: matrix, build: node('Gemm', { transA: 1, transB: 1 }, [2, 3]) },
  GlobalAveragePool: { shape: image, build: node('GlobalAveragePool') },
  GlobalMaxPool: { shape: image, build: node('GlobalMaxPool') },
  HardSigmoid: { shape: matrix, build: node('HardSigmoid', { alpha: { float: 0.6 }, beta: { float: 0.4 } }) },
  HardSwish: {
    shape: matrix,
    build: (graph, x) => graph.node('HardSwish', [graph.node('Mul', [x, number(graph, 4.4)])]),
  },
  Identity: { shape: matrix, build: (graph, x) => graph.node('Identity', [graph.node('Tanh', [x])]) },
  LayerNormalization: { shape: image, build: node('LayerNormalization', { axis: -2 }, [6, 5], [6, 5]) },
  LogSoftmax: { shape: image, build: node('LogSoftmax', { axis: 1 }) },
  MatMul: { shape: [2, 3, 4], build: node('MatMul', {}, [4, 2]) },
  'MatMul, batches': { shape: [2, 3, 4], build: node('MatMul', {}, [5, 1, 4, 2]) },
  'MatMul, vectors': {
    shape: [4],
    build: (graph, x) => {
      const row = graph.node('MatMul', [x, floats(graph, [4, 3])]);
      return graph.node('MatMul', [floats(graph, [2, 5, 3]), row]);
    },
  },
  MaxPool: { shape: image, build: node('MaxPool', { kernel_shape: [2, 2], strides: [2, 2] }) },
  'MaxPool, padded': {
    shape: image,
    build: node('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  },
  'MaxPool, rounded up': {
    shape: [1, 2, 6, 7],
    build: node('MaxPool', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  },
  Mul: { shape: matrix, build: node('Mul', {}, [3, 1]) },
  Pad: {
    shape: matrix,
    build: (graph, x) => graph.node('Pad', [x, integers(graph, 1, -1, 0, 2), number(graph, 0.7)]),
  },
  'Pad, reflected': {
    shape: matrix,
    build: (graph, x) => graph.node('Pad', [x, integers(graph, 1, 2, 0, 1)], { mode: 'reflect' }),
  },
  'Pow, square': { shape: matrix, build: (graph, x) => graph.node('Pow', [x, number(graph, 2)]) },
  'Pow, of what is positive': {
    shape: matrix,
    build: (graph, x) => graph.node('Pow', [graph.node('Add', [x, number(graph, 2)]), number(graph, 1.5)]),
  },
  ReduceMax: { shape: image, build: (graph, x) => graph.node('ReduceMax', [x, integers(graph, -1)], { keepdims: 0 }) },
  ReduceMean: { shape: image, build: (graph, x) => graph.node('ReduceMean', [x, integers(graph, 1, 3)]) },
  'ReduceSum, all': { shape: image, build: node('ReduceSum', { keepdims: 0 }) },
  Relu: { shape: matrix, build: node('Relu') },
  'Reshape, by the shape': {
    shape: image,
    build: (graph, x) => {
      // How torch exports x.reshape(x.shape[0], -1, 5).
      const shape = graph.node('Shape', [x]);
      const first = graph.node('Gather', [shape, graph.constant([0], [], 'int64')]);
      const joined = graph.node('Concat', [graph.node('Unsqueeze', [first, integers(graph, 0)]), integers(graph, -1, 5)], { axis: 0 }); // biome-ignore format: one line
      return graph.node('Reshape', [x, joined]);
    },
  },
  'Reshape, zero': { shape: image, build: (graph, x) => graph.node('Reshape', [x, integers(graph, 0, 0, -1)]) },
  'Shape, Slice, Div': {
    shape: image,
    build: (graph, x) => {
      const last = graph.node('Slice', [graph.node('Shape', [x]), integers(graph, 1), integers(graph, 2)]);
      const half = graph.node('Div', [graph.node('Sub', [last, integers(graph, 1)]), integers(graph, 2)]);
      return graph.node('Slice', [x, integers(graph, 0), half, integers(graph, 1)]);
    },
  },
  Sigmoid: { shape: matrix, build: node('Sigmoid') },
  Slice: {
    shape: image,
    build: (graph, x) =>
      graph.node('Slice', [x, integers(graph, 1, -4), integers(graph, 2 ** 53, -1), integers(graph, 1, -1)]),
  },
  'Slice, steps': {
    shape: image,
    build: (graph, x) =>
      graph.node('Slice', [x, integers(graph, 0, -1), integers(graph, 6, -9), integers(graph, 2, 3), integers(graph, 2, -2)]), // biome-ignore format: one line
  },
  Softmax: { shape: image, build: node('Softmax', { axis: 1 }) },
  Split: {
    shape: image,
    build: (graph, x) => {
      const parts = graph.node('Split', [x, integers(graph, 4)], { axis: 1 });
      return graph.node('Relu', [parts]);
    },
  },
  Sqrt: { shape: matrix, build: (graph, x) => graph.node('Sqrt', [graph.node('Add', [x, number(graph, 2)])]) },
  Squeeze: { shape: [3, 1, 4, 1], build: (graph, x) => graph.node('Squeeze', [x, integers(graph, -1)]) },
  'Squeeze, all': { shape: [3, 1, 4, 1], build: node('Squeeze') },
  Sub: { shape: matrix, build: (graph, x) => graph.node('Sub', [floats(graph, [4]), x]) },
  Tanh: { shape: matrix, build: node('Tanh') },
  Transpose: { shape: image, build: node('Transpose', { perm: [2, 0, 3, 1] }) },
  'Transpose, backwards': { shape: image, build: node('Transpose') },
  Unsqueeze: { shape: matrix, build: (graph, x) => graph.node('Unsqueeze', [x, integers(graph, 0, -1)]) },
  'Where, of tensors': {
    shape: matrix,
    build: (graph, x) => {
      const isOne = graph.node('Equal', [integers(graph, 1, 0, 1, 2), integers(graph, 1)]);
      return graph.node('Where', [isOne, x, floats(graph, [3, 1])]);
    },
  },
};

function modelOf({ shape, build }: Trial): Uint8Array {
  const graph = new OnnxGraph('trial');
  graph.output('y', build(graph, graph.input('x', shape)), ['?']);
  return graph.encode();
}

describe('operators', () => {
  it('are all tried', () => {
    const tried = new Set(Object.keys(trials).flatMap((name) => name.match(/[A-Z]\w+/g) ?? []));
    expect(Object.keys(operators).filter((name) => !tried.has(name))).toEqual([]);
  });

  it.each(Object.entries(trials))('%s', async (_, trial) => {
    const bytes = modelOf(trial);
    const { shape } = trial;
    const values = Float32Array.from(scatter(shape.reduce((a, b) => a * b, 1)));
    const { InferenceSession, Tensor } = await loadOnnxRuntime();
    const session = await InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 3 });
    const { y } = await session.run({ x: new Tensor('float32', values, shape) });
    const expected = { shape: [...y.dims], values: Array.from(y.data as Float32Array) };
    await session.release();

    const before = tf.memory().numTensors;
    const network = new OnnxNetwork(bytes);
    tf.tidy(() => {
      const x = tf.tensor(values, shape);
      const found = network.run(x);
      expect(found.shape).toEqual(expected.shape);
      const numbers = found.dataSync();
      for (const [i, value] of expected.values.entries()) expect(numbers[i]).toBeCloseTo(value, 5);
      checkGradient((at: tf.Tensor) => network.run(at), x, { step: 0.01, tolerance: 2e-3, direction: 'gradient' });
    });
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
