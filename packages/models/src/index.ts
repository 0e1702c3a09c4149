/**
 * Whole systems: the sandwich of networks around a codec.
 *
 * @module @sandwich/models
 */

export { balancedQstep } from './sandwich/balanced-qstep.js';
export { buildSandwich, missingFromArchitecture } from './sandwich/build-sandwich.js';
export { codecFiles } from './sandwich/codec-files.js';
export type { ColorTransform } from './sandwich/color-transform.js';
export { type Configuration, type ConfigurationThresholds, scheduledConfiguration } from './sandwich/configuration.js';
export {
  annexKSettings,
  type CodecSetting,
  flatSettings,
  qualitySettings,
  scaledSettings,
} from './sandwich/contenders/codec-setting.js';
export { sandwichContenders } from './sandwich/contenders/contenders.js';
export { type SandwichCoderOptions, sandwichCoder } from './sandwich/contenders/sandwich-coder.js';
export { withoutNetworks } from './sandwich/contenders/without-networks.js';
export { initialQstep } from './sandwich/initial-qstep.js';
export { receiverOnnx, senderOnnx } from './sandwich/onnx/sandwich-onnx.js';
export { phasePlanes } from './sandwich/phase-planes.js';
export type { Processor, ProcessorOptions } from './sandwich/processor.js';
export { Sandwich, type SandwichOutputs } from './sandwich/sandwich.js';
export type { SandwichArchitecture, UNetArchitecture } from './sandwich/sandwich-architecture.js';
export type { SandwichOptions } from './sandwich/sandwich-options.js';
export { postprocessInTiles, preprocessInTiles, type TileOptions } from './sandwich/tiles.js';
