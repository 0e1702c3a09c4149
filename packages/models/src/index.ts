/**
 * Whole systems: the sandwich of networks around a codec.
 *
 * @module @sandwich/models
 */

export { balancedQstep } from './balanced-qstep.js';
export { buildSandwich, missingFromArchitecture } from './build-sandwich.js';
export type { ColorTransform } from './color-transform.js';
export { type Configuration, type ConfigurationThresholds, scheduledConfiguration } from './configuration.js';
export { initialQstep } from './initial-qstep.js';
export { receiverOnnx, senderOnnx } from './onnx/sandwich-onnx.js';
export { phasePlanes } from './phase-planes.js';
export type { Processor, ProcessorOptions } from './processor.js';
export { Sandwich, type SandwichOutputs } from './sandwich.js';
export type { ProxyArchitecture, SandwichArchitecture, UNetArchitecture } from './sandwich-architecture.js';
export type { SandwichOptions } from './sandwich-options.js';
export { postprocessInTiles, preprocessInTiles, type TileOptions } from './tiles.js';
