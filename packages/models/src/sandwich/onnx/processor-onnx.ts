import type { tf } from '@sandwich/engine';
import type { OnnxGraph, OnnxValue } from '@sandwich/onnx';
import type { SinMlp } from '@sandwich/unets';
import { DetailPacker, DetailUnpacker } from '../processor/detail-packing.js';
import type { Processor } from '../processor/processor.js';
import { addColorCarrier } from './color-carrier-onnx.js';
import { addDepthToSpace, addDetailPacking } from './detail-packing-onnx.js';
import { addKernel } from './kernel-onnx.js';
import { addPhasePlanes } from './phase-planes-onnx.js';
import { addUNet } from './unet-onnx.js';

/**
 * Adds what `Processor.apply` computes.
 *
 * @param x [N,C,H,W], H and W multiples of the processor's `sizeMultiple`.
 * @param name Path of the processor's weights, which are called so in the graph, such as `pre`.
 * @param condition `addLogStep`, where the U-Net is conditioned on the quantiser step
 * @returns [N,C',H,W]
 */
export function addProcessor(
  graph: OnnxGraph,
  x: OnnxValue,
  processor: Processor,
  name: string,
  condition?: OnnxValue,
): OnnxValue {
  const { mlp, code, unet, unetEnabled, scaler, withPhasePlanes, parameters } = processor;
  const scalar = (value: number) => graph.constant([value], []);
  const convolve = (input: OnnxValue, path: string) =>
    graph.node(
      'Conv',
      [
        input,
        addKernel(graph, parameters[`${path}/kernel`], `${name}/${path}/kernel`),
        addVector(graph, parameters[`${path}/bias`], `${name}/${path}/bias`),
      ],
      { pads: new Array(4).fill((parameters[`${path}/kernel`].shape[0] - 1) / 2) },
    );

  /** What the condition makes of a convolution's channels. */
  const modulate = (h: OnnxValue, path: string) => {
    const vector = (kind: 'scale' | 'shift') => {
      const variable = parameters[`${path}/${kind}`];
      return graph.constant(
        variable.dataSync<'float32'>(),
        [1, variable.shape[0]!, 1, 1],
        'float',
        `${name}/${path}/${kind}`,
      );
    };
    const gain = graph.node('Add', [graph.node('Mul', [vector('scale'), condition!]), scalar(1)]);
    return graph.node('Add', [graph.node('Mul', [h, gain]), graph.node('Mul', [vector('shift'), condition!])]);
  };

  const white = scalar(processor.white);
  const gray = scalar((128 / 255) * processor.white);
  const normalized = graph.node('Div', [graph.node('Sub', [x, gray]), white]);

  const pointwise = (mlp: SinMlp): OnnxValue => {
    const hidden =
      'hidden/kernel' in mlp.parameters ? graph.node('Sin', [convolve(normalized, 'mlp/hidden')]) : normalized;
    if ('output/kernel' in mlp.parameters) return convolve(hidden, 'mlp/output');
    if (!mlp.fixed) return hidden;
    const [inputs, outputs] = [mlp.fixed.length, mlp.fixed[0].length];
    const transposed = mlp.fixed[0].map((_, j) => mlp.fixed!.map((row) => row[j]));
    return graph.node('Conv', [hidden, graph.constant(transposed.flat(), [outputs, inputs, 1, 1])]);
  };
  let y = code ? addCode(graph, normalized, code, name) : pointwise(mlp!);

  if (unet && unetEnabled) {
    const seen = code instanceof DetailPacker ? graph.node('SpaceToDepth', [normalized], { blocksize: 2 }) : normalized;
    const input = withPhasePlanes ? addPhasePlanes(graph, seen) : seen;
    const paths = Object.keys(unet.parameters);
    const made = addUNet(graph, input, paths, (h, path) => {
      const convolved = convolve(h, `unet/${path}`);
      return condition ? modulate(convolved, `unet/${path}`) : convolved;
    });
    const spatial = code instanceof DetailUnpacker ? addDepthToSpace(graph, made) : made;
    const scaled = scaler ? graph.node('Mul', [addVector(graph, scaler, `${name}/scaler`), spatial]) : spatial;
    y = graph.node('Add', [y, scaled]);
  }
  return graph.node('Add', [graph.node('Mul', [y, white]), gray]);
}

const addCode = (graph: OnnxGraph, x: OnnxValue, code: NonNullable<Processor['code']>, name: string): OnnxValue =>
  code instanceof DetailPacker || code instanceof DetailUnpacker
    ? addDetailPacking(graph, x, code, `${name}/details`)
    : addColorCarrier(graph, x, code, `${name}/carrier`);

const addVector = (graph: OnnxGraph, variable: tf.Variable, name: string): OnnxValue =>
  graph.constant(variable.dataSync<'float32'>(), variable.shape, 'float', name);
