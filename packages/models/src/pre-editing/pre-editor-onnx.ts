import { OnnxGraph } from '@sandwich/onnx';
import { addNetwork } from '../networks/network-onnx.js';
import type { PreEditor } from './pre-editor.js';

/**
 * A pre-editing network as an ONNX model. Input `images` [N,H,W,3], float32 in [0, 255]; output `edited`, of that shape, to be rounded and
 * clipped to 8 bits.
 */
export function preEditorOnnx(system: PreEditor, metadata: Record<string, string> = {}): Uint8Array {
  const graph = new OnnxGraph('pre-editing');
  const input = graph.input('images', ['N', 'H', 'W', 3]);
  const scale = graph.constant([255], []);
  const unit = graph.node('Div', [graph.node('Transpose', [input], { perm: [0, 3, 1, 2] }), scale]);
  const made = addNetwork(graph, unit, system.network, 'network');
  const edited = system.architecture.globalSkip ? graph.node('Add', [unit, made]) : made;
  const output = graph.node('Transpose', [graph.node('Mul', [edited, scale])], { perm: [0, 2, 3, 1] });
  graph.output('edited', output, ['N', 'H', 'W', 3]);
  return graph.encode({ image_range: '0 to 255', ...metadata });
}
