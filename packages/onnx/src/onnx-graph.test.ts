import { describe, expect, it } from 'vitest';
import { loadOnnxRuntime } from './load-onnx-runtime.js';
import { OnnxGraph } from './onnx-graph.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function run(graph: OnnxGraph, x: number[], shape: number[]) {
  const { InferenceSession, Tensor } = await loadOnnxRuntime();
  const session = await InferenceSession.create(graph.encode());
  const { y } = await session.run({ x: new Tensor('float32', Float32Array.from(x), shape) });
  await session.release();
  return { shape: y.dims, values: Array.from(y.data as Float32Array) };
}

describe('OnnxGraph', () => {
  it('writes the bytes of an ONNX model', () => {
    const graph = new OnnxGraph('g');
    const x = graph.input('x', ['N', 3]);
    graph.output('y', graph.node('Elu', [x], { alpha: { float: 0.5 }, k: -1 }), ['N', 3]);
    // By hand from onnx.proto: ir_version 8, producer "sandwich", then the graph, then the operator set 18.
    const elu = `0a0178${'1205456c755f31'}${'1a05456c755f31'}${'2203456c75'}${'2a0f0a05616c706861150000003fa00101'}${'2a110a016b18ffffffffffffffffff01a00102'}`;
    const identity = `0a05456c755f31${'120179'}${'1a0179'}${'22084964656e74697479'}`;
    const type = '120f0a0d08011209' + '0a0312014e' + '0a020803';
    const message = (tag: string, body: string) => tag + (body.length / 2).toString(16).padStart(2, '0') + body;
    const content = [
      message('0a', elu),
      message('0a', identity),
      '120167',
      message('5a', `0a0178${type}`),
      message('62', `0a0179${type}`),
    ].join('');
    expect(content.length / 2).toBe(0x84);
    expect(hex(graph.encode())).toBe(
      `0808${message('12', Buffer.from('sandwich').toString('hex'))}3a8401${content}42040a001012`,
    );
  });

  it('is run by ONNX Runtime, with sizes known only then', async () => {
    const graph = new OnnxGraph('affine');
    const x = graph.input('x', ['N', 2]);
    const product = graph.node('MatMul', [x, graph.constant([1, 2, 3, 4, 5, 6], [2, 3])]);
    graph.output('y', graph.node('Add', [product, graph.constant([0.5], [])]), ['N', 3]);
    expect(await run(graph, [1, 10, 0, 1], [2, 2])).toEqual({
      shape: [2, 3],
      values: [41.5, 52.5, 63.5, 4.5, 5.5, 6.5],
    });
  });

  it('has the attributes and optional inputs of convolutions, pools and resizing', async () => {
    const graph = new OnnxGraph('layers');
    const x = graph.input('x', [1, 1, 'H', 'W']);
    const sum = graph.node('Conv', [x, graph.constant([1, 1, 1, 1], [1, 1, 2, 2])], { pads: [0, 0, 1, 1] });
    const pooled = graph.node('MaxPool', [sum], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 });
    const scales = graph.constant([1, 1, 2, 1], [4]);
    const resized = graph.node('Resize', [pooled, null, scales], {
      mode: 'nearest',
      nearest_mode: 'floor',
      coordinate_transformation_mode: 'asymmetric',
    });
    const padded = graph.node('Pad', [resized, graph.constant([0, 0, 0, 0, 0, 0, 0, 1], [8], 'int64')]);
    graph.output('y', padded, [1, 1, 'H2', 'W2']);
    // 2x2 sums of 1..9, zeros beyond: 12 16 9 / 24 28 15 / 15 17 9; maxima of 2x2, rounding up: 28 15 / 17 9.
    expect(await run(graph, [1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3])).toEqual({
      shape: [1, 1, 4, 3],
      values: [28, 15, 0, 28, 15, 0, 17, 9, 0, 17, 9, 0],
    });
  });

  it('says what is wrong', () => {
    const graph = new OnnxGraph('g');
    const x = graph.input('x', [1]);
    expect(() => graph.input('x', [2])).toThrow("OnnxGraph: there is a value 'x' already");
    expect(() => graph.output('x', x, [1])).toThrow("there is a value 'x' already");
    expect(() => graph.node('Relu', [{ name: 'z' }])).toThrow("OnnxGraph: 'z' is no value of the graph g");
    expect(() => graph.output('y', { name: 'z' }, [1])).toThrow("'z' is no value");
    expect(() => graph.constant([1, 2], [3])).toThrow('a constant of shape [3] needs 3 values, got 2');
    expect(() => graph.node('Elu', [x], { alpha: 0.5 })).toThrow('attribute alpha holds 0.5; wrap numbers');
    expect(() => graph.node('Elu', [x], { pads: [1, 0.5] })).toThrow('attribute pads holds 0.5');
  });
});
