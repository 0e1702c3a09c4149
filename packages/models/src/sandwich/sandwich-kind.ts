import { subsamplingOf } from '@sandwich/codec-proxy';
import { encoders } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { type EvaluationRequest, registerKind, resolveStoredSettings, type SystemKind } from '@sandwich/trainer';
import { type DistortionWeights, namedDistortions } from '../training/distortions.js';
import { orDispose } from '../training/or-dispose.js';
import { buildSandwich, missingFromArchitecture } from './build-sandwich.js';
import { codecFiles } from './codec-files.js';
import { sandwichContenders } from './contenders/contenders.js';
import { postProcessorOnnx, preProcessorOnnx } from './onnx/sandwich-onnx.js';
import { networkIdentity } from './picture-codec/network-identity.js';
import { SandwichCodec } from './picture-codec/sandwich-codec.js';
import type { Sandwich } from './sandwich.js';
import type { SandwichArchitecture } from './sandwich-architecture.js';
import { openSandwichObjective } from './training/open-sandwich-objective.js';
import { checkSandwichSettings, commonSettings } from './training/sandwich-settings.js';

const CHANNELS_SHOWN: Record<number, string> = {
  1: '1 channel',
  2: '2 channels, of which the first is shown',
  3: '3 channels, shown as red, green and blue',
};

/** How the bottleneck is coded, of which the networks have learned what to expect. */
function codecOf({ proxy: { files }, bottleneckChannels }: Sandwich): Record<string, string> {
  if (!files) return {};
  const { layout } = files;
  const lies = layout.convertToYuv
    ? `YUV ${subsamplingOf(layout)}`
    : `grayscale${bottleneckChannels > 1 ? `, ${bottleneckChannels} files` : ''}`;
  const step = files.flatStep?.();
  if (step !== undefined) return { codec: `baseline JPEG, ${lies}, flat tables`, quantizer_step: `${step}` };
  if (!files.tables) return {};
  const { luma, chroma } = files.tables();
  const text = (table: ArrayLike<number>) => Array.from(table).join(' ');
  return { codec: `baseline JPEG, ${lies}`, luma_table: text(luma), chroma_table: text(chroma) };
}

/** @throws Error when it is no architecture of a sandwich */
function checked(architecture: SandwichArchitecture): SandwichArchitecture {
  if (typeof architecture !== 'object' || architecture?.proxy === undefined) {
    throw new Error('it is without a codec proxy');
  }
  return architecture;
}

/** What can be done with a trained sandwich. */
export const sandwichKind: SystemKind<Sandwich> = registerKind<Sandwich>({
  name: 'sandwich',
  module: '@sandwich/models',
  build: (architecture) => buildSandwich(checked(architecture)),
  missing: (architecture) => missingFromArchitecture(checked(architecture)),
  async objective({ architecture, settings, description, data }) {
    const { distortion = { mse: 1 } } = description as { distortion?: DistortionWeights };
    const mix = namedDistortions(distortion);
    const known = { settings: commonSettings, checkSettings: checkSandwichSettings };
    const resolved = resolveStoredSettings(known, settings);
    const model = buildSandwich(architecture);
    return orDispose(model, openSandwichObjective(model, resolved, mix, data));
  },
  pictures(model) {
    // Says if there are no files to measure.
    codecFiles(model);
    return { bitDepth: 8 + model.truncateBits, light: model.architecture.light };
  },
  facts({ bottleneckChannels, downsampleFactor, conditionOn, companding }) {
    const channels = CHANNELS_SHOWN[bottleneckChannels] ?? `${bottleneckChannels} channels, of which three are shown`;
    const size = downsampleFactor > 1 ? `, 1/${downsampleFactor} of the width and height` : '';
    return [
      { label: 'Bottleneck', value: `${channels}${size}` },
      ...(conditionOn === 'step'
        ? [{ label: 'Condition', value: 'the quantiser step: one network for all rates' }]
        : []),
      ...(companding ? [{ label: 'Companding curve', value: 'a power of each picture, sent in a byte' }] : []),
    ];
  },
  takesFractionalSteps: ({ companding }) => companding,
  codecs: Object.keys(encoders),
  contenders: (model, ask) => sandwichContenders(model, ask as EvaluationRequest<Picture>),
  exports: {
    folder: 'onnx',
    files(model, origin) {
      const metadata = { network: networkIdentity(model), ...origin, ...codecOf(model) };
      return { 'pre.onnx': preProcessorOnnx(model, metadata), 'post.onnx': postProcessorOnnx(model, metadata) };
    },
  },
  codec: (system) => new SandwichCodec(system),
});
