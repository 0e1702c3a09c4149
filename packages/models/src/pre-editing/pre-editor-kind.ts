import type { Picture } from '@sandwich/pictures';
import { type EvaluationRequest, registerKind, resolveStoredSettings, type SystemKind } from '@sandwich/trainer';
import { orDispose } from '../training/or-dispose.js';
import { PreEditor } from './pre-editor.js';
import { preEditorCodec } from './pre-editor-codec.js';
import { preEditorContests } from './pre-editor-contest.js';
import { openPreEditorObjective } from './pre-editor-objective.js';
import { preEditorOnnx } from './pre-editor-onnx.js';
import { checkPreEditorSettings, preEditorSettings } from './pre-editor-settings.js';

/** What can be done with a trained pre-editing network. */
export const preEditorKind: SystemKind<PreEditor> = registerKind<PreEditor>({
  name: 'pre-editing',
  module: '@sandwich/models',
  build: (architecture) => new PreEditor(architecture),
  async objective({ architecture, settings, data }) {
    const known = { settings: preEditorSettings, checkSettings: checkPreEditorSettings };
    const resolved = resolveStoredSettings(known, settings);
    const system = new PreEditor(architecture);
    return orDispose(system, openPreEditorObjective(system, resolved, data));
  },
  facts({ network, architecture: { batchNorm, globalSkip } }) {
    const count = Object.values(network.parameters).reduce((sum, { size }) => sum + size, 0);
    return [
      { label: 'Network', value: `${count.toLocaleString('en')} parameters` },
      { label: 'Makes', value: globalSkip ? 'the change of a picture' : 'the edited picture' },
      {
        label: 'Batch normalisation',
        value: batchNorm === 'batch' ? 'of batches' : 'with the statistics of the start',
      },
    ];
  },
  contenders: (system, ask) => preEditorContests(system, ask as EvaluationRequest<Picture>),
  exports: {
    folder: 'onnx',
    files: (system, origin) => ({ 'pre-editing.onnx': preEditorOnnx(system, origin) }),
  },
  codec: preEditorCodec,
});
