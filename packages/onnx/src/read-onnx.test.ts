import { describe, expect, it } from 'vitest';
import { OnnxGraph } from './onnx-graph.js';
import { ModelProto } from './onnx-schema.js';
import { readOnnx } from './read-onnx.js';

const encode = (model: object): Uint8Array => ModelProto.encode(model).finish();

/** A model of one constant. */
const withTensor = (tensor: object): Uint8Array =>
  encode({ opset_import: [{ version: 13 }], graph: { initializer: [{ name: 't', ...tensor }] } });

describe('readOnnx', () => {
  it('reads what OnnxGraph writes', () => {
    const graph = new OnnxGraph('g');
    const x = graph.input('x', ['N', 3]);
    const axes = graph.constant([0, -1], [2], 'int64', 'axes');
    graph.output('y', graph.node('Elu', [x, null, axes], { alpha: { float: 0.5 }, k: -1, mode: 'π', pads: [1, 2] }), [
      'N',
    ]);
    const { opset, inputs, outputs, constants, nodes } = readOnnx(graph.encode());
    expect(opset).toBe(18);
    expect(inputs).toEqual([{ name: 'x', type: 1, shape: ['N', 3] }]);
    expect(outputs).toEqual([{ name: 'y', type: 1, shape: ['N'] }]);
    expect(constants.get('axes')).toEqual({ type: 'integer', shape: [2], values: Float64Array.of(0, -1) });
    expect(nodes[0]).toEqual({
      name: 'Elu_2',
      operator: 'Elu',
      domain: '',
      inputs: ['x', '', 'axes'],
      outputs: ['Elu_2'],
      attributes: { alpha: 0.5, k: -1, mode: 'π', pads: [1, 2] },
    });
  });

  it('reads tensors of all types that hold numbers, raw and listed', () => {
    const read = (tensor: object) => {
      const { type, values } = readOnnx(withTensor(tensor)).constants.get('t')!;
      return [type, ...values];
    };
    const raw = (...bytes: number[]) => ({ dims: [2], raw_data: Uint8Array.from(bytes) });
    expect(read({ data_type: 1, ...raw(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0) })).toEqual(['float', 1, -2]);
    expect(read({ data_type: 2, ...raw(1, 255) })).toEqual(['integer', 1, 255]);
    expect(read({ data_type: 3, ...raw(1, 255) })).toEqual(['integer', 1, -1]);
    expect(read({ data_type: 4, ...raw(1, 0, 255, 255) })).toEqual(['integer', 1, 65535]);
    expect(read({ data_type: 5, ...raw(1, 0, 255, 255) })).toEqual(['integer', 1, -1]);
    expect(read({ data_type: 6, dims: [2], int32_data: [7, -8] })).toEqual(['integer', 7, -8]);
    expect(read({ data_type: 7, dims: [1], raw_data: Uint8Array.of(254, 255, 255, 255, 255, 255, 255, 255) })).toEqual([
      'integer',
      -2,
    ]);
    expect(read({ data_type: 7, dims: [], int64_data: [9] })).toEqual(['integer', 9]);
    expect(read({ data_type: 9, ...raw(0, 1) })).toEqual(['boolean', 0, 1]);
    expect(read({ data_type: 11, dims: [1], double_data: [0.5] })).toEqual(['float', 0.5]);
    expect(read({ data_type: 1, dims: [2], float_data: [0.5, 2] })).toEqual(['float', 0.5, 2]);
    expect(read({ data_type: 1, dims: [0] })).toEqual(['float']);
  });

  it('leaves constants out of the inputs', () => {
    const { inputs } = readOnnx(
      encode({
        opset_import: [{ version: 11 }],
        graph: {
          input: [{ name: 'w' }, { name: 'x' }],
          initializer: [{ name: 'w', dims: [1], data_type: 1, float_data: [1] }],
        },
      }),
    );
    expect(inputs).toEqual([{ name: 'x' }]);
  });

  it('says what is wrong', () => {
    const node = (input: string[], output: string[]) => ({ op_type: 'Relu', input, output });
    const withNodes = (...nodes: object[]) =>
      encode({ opset_import: [{ version: 13 }], graph: { input: [{ name: 'x' }], node: nodes } });
    const cases: [Uint8Array, string][] = [
      [new Uint8Array(), '0 bytes are no ONNX model: there is no graph'],
      [new TextEncoder().encode('PK\u0003\u0004 some archive'), 'bytes are no ONNX model'],
      [encode({ graph: {} }), 'there is no version of the operators'],
      [withTensor({ dims: [2], data_type: 1, float_data: [1] }), "the tensor 't' of shape [2] needs 2 values, got 1"],
      [withTensor({ dims: [1], data_type: 1, raw_data: new Uint8Array(3) }), 'needs 1 values, got 0.75; it is damaged'],
      [withTensor({ dims: [-1], data_type: 1 }), "the tensor 't' has the shape [-1]"],
      [withTensor({ dims: [2 ** 40], data_type: 1 }), 'needs 1099511627776 values, got 0'],
      [withTensor({ dims: [1], data_type: 10 }), 'has the element type 10; known are float, uint8, int8'],
      [withTensor({ dims: [1], data_type: 1, data_location: 1 }), 'lies in a file of its own'],
      [
        withNodes(node(['x'], ['y']), node(['z'], ['w'])),
        "the node 'w' (Relu) needs 'z', which nothing before it makes",
      ],
      [withNodes(node(['x'], ['x'])), "the node 'x' (Relu) makes 'x' a second time"],
    ];
    for (const [bytes, reason] of cases) expect(() => readOnnx(bytes)).toThrow(reason);
    const whole = withNodes(node(['x'], ['y']));
    expect(() => readOnnx(whole.subarray(0, whole.length - 9))).toThrow('bytes are no ONNX model');
  });
});
